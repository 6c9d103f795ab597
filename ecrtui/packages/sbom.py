"""Packages that a software bill of materials lists: SPDX 2.2 and 2.3, CycloneDX, both in JSON.

The document may be the predicate of an in-toto statement, and that may be in a DSSE envelope or a
Sigstore bundle. Packages are told by their package URLs; what has none is left aside.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

import msgspec

from ecrtui.errors import Corrupt
from ecrtui.model.package import Package
from ecrtui.model.typed import decoded
from ecrtui.packages import purl
from ecrtui.packages.caps import PACKAGES, TEXT

_WRAPPINGS = 4
_DEPTH = 32


class _Reference(msgspec.Struct, rename="camel"):
    reference_type: str | None = None
    reference_locator: str | None = None


class _SpdxPackage(msgspec.Struct, rename="camel"):
    external_refs: list[_Reference] | None = None


class _Component(msgspec.Struct):
    purl: str | None = None
    components: list[_Component] | None = None


class _Document(msgspec.Struct, rename="camel"):
    spdx_version: str = ""
    packages: list[_SpdxPackage] = []
    bom_format: str = ""
    components: list[_Component] | None = None
    predicate: msgspec.Raw = msgspec.Raw()
    payload: msgspec.Raw = msgspec.Raw()
    dsse_envelope: msgspec.Raw = msgspec.Raw()


def packages(data: bytes) -> tuple[Package, ...] | None:
    """The packages of a document; None for one that is no SBOM. Raises Corrupt for damage."""
    document = _opened(data, _WRAPPINGS)
    if document is None:
        return None
    found: dict[Package, None] = {}
    for url in _purls(document):
        one = purl.package(url)
        if one is None or max(len(one.name), len(one.version), len(one.architecture)) > TEXT:
            continue
        found[one] = None
        if len(found) > PACKAGES:
            raise unreadable(f"more than {PACKAGES:,} packages")
    return tuple(found)


def unreadable(why: str) -> Corrupt:
    """The error for a document that is damaged."""
    return Corrupt(why, title="The SBOM cannot be read", hint="It has to be made again.")


def _opened(data: bytes, wrappings: int) -> _Document | None:
    try:
        document = decoded(data, _Document)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise unreadable("it is not the JSON of an SBOM") from None
    if document.spdx_version.startswith("SPDX-2") or document.bom_format == "CycloneDX":
        return document
    inner = bytes(document.predicate) or bytes(document.dsse_envelope)
    if document.payload:
        inner = _payload(bytes(document.payload))
    if not inner.lstrip().startswith(b"{") or not wrappings:
        return None
    return _opened(inner, wrappings - 1)


def _payload(raw: bytes) -> bytes:
    """What a DSSE envelope holds in Base64."""
    try:
        return base64.b64decode(decoded(raw, str))
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return b""


def _purls(document: _Document) -> Iterator[str]:
    for one in document.packages:
        for reference in one.external_refs or ():
            if reference.reference_type == "purl" and reference.reference_locator:
                yield reference.reference_locator
    left = [(document.components or [], 0)]
    while left:
        components, depth = left.pop()
        for component in components:
            if component.purl:
                yield component.purl
            if component.components and depth < _DEPTH:
                left.append((component.components, depth + 1))
