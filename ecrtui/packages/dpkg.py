"""dpkg's status: the file of Debian and Ubuntu, and the folder of files of distroless images.

deb822(5) and dpkg-query(1) are the documentation. In `status.d` each file is one package's control
file, which has no Status: it is there because it is installed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.model.package import Package
from ecrtui.packages.caps import unreadable
from ecrtui.packages.paragraphs import paragraphs

_FIELDS = frozenset((b"Package", b"Version", b"Status", b"Architecture"))
_GONE = ("not-installed", "config-files")
"""States in which none of the package's files are there, but perhaps configuration."""


def packages(data: bytes, path: str) -> Iterator[Package]:
    """The packages whose files are there, also when their installation was not finished."""
    for fields in paragraphs(data, _FIELDS):
        if fields.get(b"Status", "").rpartition(" ")[2] in _GONE:
            continue
        try:
            name, version = fields[b"Package"], fields[b"Version"]
        except KeyError as missing:
            raise unreadable(f"a package without {missing.args[0].decode()}") from None
        yield Package("deb", name, version, fields.get(b"Architecture", ""), path)
