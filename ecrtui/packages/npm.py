"""npm's `package.json`, of what is installed below `node_modules`."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ecrtui.model.package import Package
from ecrtui.model.typed import decoded
from ecrtui.packages.caps import unreadable

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Manifest(msgspec.Struct):
    name: str = ""
    version: str = ""


def packages(data: bytes, path: str) -> Iterator[Package]:
    """The one package; none where the file does not name one, as those that only set a type."""
    try:
        manifest = decoded(data.removeprefix(_BYTE_ORDER_MARK), _Manifest)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise unreadable("it is not the JSON of a package") from None
    if manifest.name and manifest.version:
        yield Package("npm", manifest.name, manifest.version, path=path)
