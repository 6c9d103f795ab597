"""What distribution a file system is: os-release(5)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ecrtui.packages.caps import HEAD, TEXT

_PATHS = ("/etc/os-release", "/usr/lib/os-release")
"""The first that is there counts."""
_LINE = re.compile(r"^(PRETTY_NAME|NAME)=(.*)$", re.MULTILINE)


def distribution(files: Mapping[str, bytes]) -> str:
    """Its name for people; '' where there is no file, or no name in it."""
    for path in _PATHS:
        if path in files:
            text = files[path][:HEAD].decode("utf-8", "replace")
            values = dict(_LINE.findall(text))
            return _unquoted(values.get("PRETTY_NAME") or values.get("NAME", ""))[:TEXT]
    return ""


def _unquoted(value: str) -> str:
    """A value as a shell reads it; there are no expansions in this file."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        quote, value = value[0], value[1:-1]
        return value if quote == "'" else re.sub(r"\\(.)", r"\1", value)
    return value
