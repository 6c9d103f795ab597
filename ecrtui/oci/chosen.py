"""Some platforms of an index, as an index of their own.

    made = chosen_index(index, ["linux/amd64", "linux/arm64"], read)

It is the source's bytes with fewer children: their descriptors, and all that the index says of
itself, stay byte for byte and in their order, so the same choice gives the same digest anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

from ecrtui.errors import RemoteError
from ecrtui.model.manifest import Descriptor, Manifest, Platform, RawManifest
from ecrtui.model.typed import decoded
from ecrtui.oci.manifest import is_index, parse_manifest
from ecrtui.oci.platforms import fits, no_such_platform, parse_platform

_NESTED = 4
"""Indexes in indexes."""


class _Kept(NamedTuple):
    """What of an index goes along."""

    rows: tuple[bytes, ...] = ()
    """Descriptors as they are written in it, or in an index that is in it."""
    digests: frozenset[str] = frozenset()
    """What they name."""
    whole: bool = False
    """Whether nothing is left out."""


def chosen_index(
    index: RawManifest, platforms: Sequence[str], read: Callable[[Descriptor], RawManifest]
) -> RawManifest:
    """The images for these platforms, each with all its variants and its attestations (BuildKit's
    `vnd.docker.reference.digest`); the index itself when that is all it holds.

    Of an index in it that is not wholly chosen what is chosen stands in its place; `read` gives it.
    What names no platform is left out. Raises UsageError for what is no platform, NotFound naming
    those there are, Corrupt, and what `read` raises.
    """
    choosing = _Choosing([parse_platform(text) for text in platforms], read)
    kept = choosing.kept(index)
    for text in platforms:
        if not any(fits(leaf, parse_platform(text)) for leaf in choosing.leaves):
            raise no_such_platform(text, choosing.leaves)
    return index if kept.whole else _made(index, kept.rows)


class _Choosing:
    def __init__(
        self, wanted: Sequence[Platform], read: Callable[[Descriptor], RawManifest]
    ) -> None:
        self._wanted = wanted
        self._read = read
        self._known: dict[str, _Kept] = {}
        """Of indexes that were looked through."""
        self.leaves: list[Descriptor] = []
        """Every image there is."""

    def kept(self, raw: RawManifest, depth: int = 0) -> _Kept:
        """What is chosen of an index."""
        if depth > _NESTED:
            raise RemoteError(raw.digest, title="Indexes in indexes, without an end")
        index = parse_manifest(raw)
        rows = _rows(raw, index)
        parts = [
            _Kept() if child.is_attestation else self._child(child, row, depth)
            for child, row in zip(index.manifests, rows, strict=True)
        ]
        self._known[raw.digest] = kept = _with_attestations(index, rows, parts)
        return kept

    def _child(self, child: Descriptor, row: bytes, depth: int) -> _Kept:
        it = _Kept((row,), frozenset([child.digest]), True)
        if is_index(child.media_type):
            known = self._known.get(child.digest)
            kept = known or self.kept(self._read(child), depth + 1)
            whole = kept.whole and kept.rows
            return it._replace(digests=it.digests | kept.digests) if whole else kept
        self.leaves.append(child)
        return it if any(fits(child, wanted) for wanted in self._wanted) else _Kept()


def _with_attestations(index: Manifest, written: Sequence[bytes], parts: Sequence[_Kept]) -> _Kept:
    """The parts of an index, and what is attested of them, in the order of the index."""
    digests = frozenset().union(*(part.digests for part in parts))
    rows: dict[bytes, None] = {}
    whole = True
    for child, row, part in zip(index.manifests, written, parts, strict=True):
        attests = child.is_attestation and child.attested in digests
        rows.update(dict.fromkeys((row,) if attests else part.rows))
        whole = whole and (attests or part.whole)
    return _Kept(tuple(rows), digests, whole)


def _rows(raw: RawManifest, index: Manifest) -> list[bytes]:
    """The descriptors of the children as they are written."""
    if not index.manifests:
        return []
    written = decoded(raw.body, dict[str, msgspec.Raw])["manifests"]
    return [bytes(row) for row in decoded(bytes(written), list[msgspec.Raw])]


def _made(index: RawManifest, rows: Sequence[bytes]) -> RawManifest:
    told = decoded(index.body, dict[str, msgspec.Raw])
    told["manifests"] = msgspec.Raw(b"[" + b",".join(rows) + b"]")
    body = msgspec.json.encode(told)
    return RawManifest(f"sha256:{sha256(body).hexdigest()}", index.media_type, body)
