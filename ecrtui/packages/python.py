"""What Python's installers leave beside each package: `METADATA` or, older, `PKG-INFO`.

Their names and versions stand in the first paragraph (packaging.python.org, "Core metadata").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecrtui.model.package import Package
from ecrtui.packages.caps import HEAD, unreadable
from ecrtui.packages.paragraphs import paragraphs

_FIELDS = frozenset((b"Name", b"Version"))


def packages(data: bytes, path: str) -> Iterator[Package]:
    """The one package, its name normalised as the specification of names has it."""
    fields = next(paragraphs(data[:HEAD], _FIELDS), {})
    name, version = fields.get(b"Name"), fields.get(b"Version")
    if not name or not version:
        raise unreadable("it has no name or no version")
    yield Package("python", re.sub(r"[-_.]+", "-", name).lower(), version, path=path)
