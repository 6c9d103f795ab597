"""RubyGems' specifications. They are Ruby programs, which nobody runs here.

RubyGems itself reads the line `# stub: name version platform paths` at their top
(`Gem::StubSpecification`); in older ones, name and version are looked for as they are assigned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecrtui.model.package import Package
from ecrtui.packages.caps import HEAD, unreadable

_STUB = re.compile(rb"^# stub: (\S+) (\S+) (\S+)", re.MULTILINE)
# Blanks and not \s: over lines of nothing but blanks it would take time in their square.
_ASSIGNED = (
    rb"""^[ \t]*\w+\.%s[ \t]*=[ \t]*(?:Gem::Version\.new[ (])?(?:%%q\{|["'])([^"'}\n]+)["'}]"""
)
_NAME = re.compile(_ASSIGNED % b"name", re.MULTILINE)
_VERSION = re.compile(_ASSIGNED % b"version", re.MULTILINE)


def packages(data: bytes, path: str) -> Iterator[Package]:
    """The one gem."""
    head = data[:HEAD]
    stub = _STUB.search(head)
    if stub:
        name, version, platform = stub.groups()
    else:
        named, versioned = _NAME.search(head), _VERSION.search(head)
        if not named or not versioned:
            raise unreadable("it has no name or no version")
        name, version, platform = named[1], versioned[1], b""
    yield Package("ruby", _text(name), _text(version), _text(platform), path)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
