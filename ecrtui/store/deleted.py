"""What was deleted from registries and may be put back: manifests, and lists of what went together.

By their sha256, under the state folder: clearing the cache loses nothing of it. Bounded; what was
kept first goes first. Where nothing can be written, memory serves for the run.
"""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path

from ecrtui.store import files

BOUND = 256 * 1024 * 1024
"""Bytes on disk; a manifest has a few kB, so this is tens of thousands of images."""
_SWEEP_EVERY = 4 * 1024 * 1024
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


class Deleted:
    """Bytes by digest (`sha256:...`); thread-safe, and safe beside another process."""

    def __init__(self, root: Path | None, bound: int = BOUND) -> None:
        self._root = root / "deleted" if root is not None else None
        self._bound = bound
        self._lock = threading.Lock()
        self._memory: dict[str, bytes] = {}
        self._written = 0

    def put(self, data: bytes) -> str:
        """Keep bytes; answers their digest."""
        digest = _digest(data)
        path = self._path(digest)
        if path is not None and (_again(path) or files.write(path, data)):
            self._sweep_when_due(len(data))
        else:
            with self._lock:
                self._memory[digest] = data
        return digest

    def get(self, digest: str) -> bytes | None:
        """The bytes, verified, or None."""
        known = self._memory.get(digest)
        path = self._path(digest)
        data = files.read(path) if known is None and path is not None else known
        return data if data is not None and _digest(data) == digest else None

    def has(self, digest: str) -> bool:
        """Whether they are kept; nothing is verified."""
        path = self._path(digest)
        return digest in self._memory or (path is not None and path.is_file())

    def sweep(self) -> None:
        """Remove what was kept first, until the rest is within three quarters of the bound."""
        found = []
        for path in self._root.glob("??/*") if self._root is not None else ():
            try:
                found.append((path.stat().st_mtime, path.stat().st_size, path))
            except OSError:
                continue  # another process removed it
        total = sum(size for _, size, _ in found)
        enough = self._bound if total <= self._bound else self._bound * 3 // 4
        for _, size, path in sorted(found):
            if total <= enough:
                break
            files.remove(path)
            total -= size

    def _sweep_when_due(self, size: int) -> None:
        with self._lock:
            self._written += size
            due = self._written > min(_SWEEP_EVERY, self._bound // 4)
            self._written = 0 if due else self._written
        if due:
            self.sweep()

    def _path(self, digest: str) -> Path | None:
        match = _DIGEST.fullmatch(digest)
        if self._root is None or match is None:
            return None
        return self._root / match[1][:2] / match[1]


def _again(path: Path) -> bool:
    """Whether it is kept already: as if it were new, so that it does not go as an old one."""
    try:
        os.utime(path)
    except OSError:
        return False
    return True


def _digest(data: bytes) -> str:
    import hashlib  # OpenSSL's library is not loaded before the first frame

    return f"sha256:{hashlib.sha256(data).hexdigest()}"
