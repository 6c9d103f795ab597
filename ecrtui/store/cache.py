"""What never changes, by digest: manifests, configs, SBOMs, indexes of layers. It may vanish.

Under the root: `manifest/3f/3fa1...` and so on, one file each; their names are their sha256, so a
damaged file is noticed when read and dropped. An index is made of a layer, so its name is the
layer's digest (`toc`: that of the layer's own table of contents, of which it is made then), and its
file begins with a sha256 of the rest. So are exports, the manifests of an engine's images by the
engine's ids, and `packed`, what its plain layers come to, by their diffIds. Least recently used
files go when the cache grows past its bound; indexes and SBOMs, which are large, have a bound of
their own. Where nothing can be written, memory serves for the run, but not for those.

Files of images are held in memory alone, by their sha256, for they may hold anybody's secrets.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ecrtui.store import files

if TYPE_CHECKING:
    import hashlib

Kind = Literal["manifest", "config", "sbom", "export", "packed", "layer", "toc", "file"]
_SMALL: tuple[Kind, ...] = ("manifest", "config", "export", "packed")
_LARGE: tuple[Kind, ...] = ("sbom", "layer", "toc")
_KINDS = (*_SMALL, *_LARGE)
"""Those on disk."""
_MADE: tuple[Kind, ...] = ("export", "packed", "layer", "toc")
"""Those named by what they are made of, so that their names prove nothing."""

BOUND = 256 * 1024 * 1024
"""Bytes on disk; a manifest has a few kB, so this is tens of thousands of images."""
LAYER_BOUND = 2 * 1024**3
"""Bytes on disk of indexes and SBOMs; an index of 100,000 files has some 4 MB."""
_SWEEP_EVERY = 4 * 1024 * 1024
"""Bytes written between two looks at how much there is."""
_CHECKSUM = 32
_MEMORY_BOUND = 32 * 1024 * 1024
"""Bytes held for the run; several thousand manifests. As much again of files of images."""


class Cache:
    """Bytes by kind and digest (`sha256:...`); thread-safe, and safe beside another process."""

    def __init__(
        self, root: Path | None, *, bound: int = BOUND, layer_bound: int = LAYER_BOUND
    ) -> None:
        self._root = root
        self._bounds = {_SMALL: bound, _LARGE: layer_bound}
        self._lock = threading.Lock()
        self._memory = _Memory()
        self._bulk = _Memory()
        self._written = dict.fromkeys(self._bounds, 0)

    def get(self, kind: Kind, digest: str) -> bytes | None:
        """The bytes, verified, or None. Reading marks them as used."""
        known = self._held(kind).get((kind, digest))
        if known is not None:
            return known
        path = self._path(kind, digest)
        stored = files.read(path) if path else None
        if path is None or stored is None:
            return None
        data = _verified(kind, digest, stored)
        if data is None:
            files.remove(path)
            return None
        _touch(path)
        self._remember(kind, digest, data)
        return data

    def has(self, kind: Kind, digest: str) -> bool:
        """Whether bytes are kept, without reading them: they may turn out to be damaged."""
        if self._held(kind).get((kind, digest)) is not None:
            return True
        path = self._path(kind, digest)
        return path is not None and path.is_file()

    def known(self, kind: Kind) -> frozenset[str]:
        """The digests of all that is kept, in one look: for whoever asks about very many."""
        found = self._held(kind).names(kind)
        for path in (self._root / kind).glob("??/*") if self._root else ():
            found.add(f"sha256:{path.name}")
        return frozenset(found)

    def put(self, kind: Kind, digest: str, data: bytes) -> None:
        """Keep bytes whose sha256 is `digest`, or what is made of such, by its digest.

        Anything else is not kept; a file of an image is for this run alone.
        """
        if kind not in _MADE and _digest(data) != digest:
            return
        self._remember(kind, digest, data)
        path = self._path(kind, digest)
        stored = _sha256(data).digest() + data if kind in _MADE else data
        if path is not None and files.write(path, stored) and self._due(kind, len(stored)):
            self.sweep()

    def usage(self) -> dict[str, tuple[int, int]]:
        """Entries and bytes on disk by kind."""
        sizes: dict[str, list[int]] = {kind: [] for kind in _KINDS}
        for path, stat in self._entries():
            sizes[path.parent.parent.name].append(stat.st_size)
        return {kind: (len(found), sum(found)) for kind, found in sizes.items()}

    def clear(self) -> int:
        """Forget everything; the bytes freed on disk."""
        self._memory.clear()
        self._bulk.clear()
        freed = 0
        for path, stat in self._entries():
            files.remove(path)
            freed += stat.st_size
        return freed

    def sweep(self) -> None:
        """Remove least recently used entries until all are within three quarters of their bound.

        What is within its bound is left alone.
        """
        entries = sorted(self._entries(), key=lambda entry: entry[1].st_mtime)
        for kinds, bound in self._bounds.items():
            own = [entry for entry in entries if entry[0].parent.parent.name in kinds]
            total = sum(stat.st_size for _, stat in own)
            enough = bound if total <= bound else bound * 3 // 4
            for path, stat in own:
                if total <= enough:
                    break
                files.remove(path)
                total -= stat.st_size

    def _remember(self, kind: Kind, digest: str, data: bytes) -> None:
        if kind not in _LARGE:
            self._held(kind).put((kind, digest), data)

    def _held(self, kind: Kind) -> _Memory:
        """Where it is held: files push no manifest out, which would be another pull."""
        return self._bulk if kind == "file" else self._memory

    def _due(self, kind: Kind, written: int) -> bool:
        """Whether enough was written since the last sweep for another."""
        kinds = _LARGE if kind in _LARGE else _SMALL
        with self._lock:
            self._written[kinds] += written
            due = self._written[kinds] > min(_SWEEP_EVERY, self._bounds[kinds] // 4)
            if due:
                self._written[kinds] = 0
            return due

    def _path(self, kind: Kind, digest: str) -> Path | None:
        algorithm, _, hexadecimal = digest.partition(":")
        if (
            self._root is None
            or kind not in _KINDS
            or algorithm != "sha256"
            or not _is_hex(hexadecimal)
        ):
            return None
        return self._root / kind / hexadecimal[:2] / hexadecimal

    def _entries(self) -> list[tuple[Path, os.stat_result]]:
        found: list[tuple[Path, os.stat_result]] = []
        for kind in _KINDS:
            for path in (self._root / kind).glob("??/*") if self._root else ():
                try:
                    found.append((path, path.stat()))
                except OSError:
                    continue  # another process removed it
        return found


class _Memory:
    """Bytes held for the run, the first put the first to go; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[tuple[str, str], bytes] = {}
        self._size = 0

    def get(self, key: tuple[str, str]) -> bytes | None:
        with self._lock:
            return self._entries.get(key)

    def names(self, kind: str) -> set[str]:
        with self._lock:
            return {digest for of, digest in self._entries if of == kind}

    def put(self, key: tuple[str, str], data: bytes) -> None:
        with self._lock:
            self._size += len(data) - len(self._entries.get(key, b""))
            self._entries[key] = data
            while self._size > _MEMORY_BOUND and len(self._entries) > 1:
                self._size -= len(self._entries.pop(next(iter(self._entries))))

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._size = 0


def _verified(kind: Kind, digest: str, stored: bytes) -> bytes | None:
    """A file's bytes when they are what was put, else None."""
    if kind not in _MADE:
        return stored if _digest(stored) == digest else None
    checksum, data = stored[:_CHECKSUM], stored[_CHECKSUM:]
    return data if _sha256(data).digest() == checksum else None


def _digest(data: bytes) -> str:
    return f"sha256:{_sha256(data).hexdigest()}"


def _sha256(data: bytes) -> hashlib._Hash:
    import hashlib  # OpenSSL's library is not loaded before the first frame

    return hashlib.sha256(data)


def _is_hex(text: str) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)


def _touch(path: Path) -> None:
    try:
        os.utime(path)
    except OSError:
        return  # a read-only cache still serves
