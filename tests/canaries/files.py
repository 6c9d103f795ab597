"""Looks for secrets in the files below a folder."""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from tests.canaries.allowed import ELSEWHERE, reason
from tests.canaries.started.canary_forms import found

_PIECE = 8 << 20
_OVERLAP = 4096
_ZSTD = b"\x28\xb5\x2f\xfd"


def secrets_below(folder: Path, more: Sequence[str] = (), own: Collection[str] = ()) -> list[str]:
    """A line for each file that holds a secret, or is named by one, and may not.

    `own` are the test's own files, `more` patterns of those in which it wants one.
    """
    told = []
    for path in _files(str(folder)):
        if path in own:
            continue
        seen = found(os.fsencode(path)) or _in_file(path)
        if seen and not reason(path, more):
            told.append(f"{path}: {seen}")
    return told


def _files(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(ELSEWHERE):
                        yield from _files(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield entry.path
    except OSError:  # it went meanwhile
        return


def _in_file(path: str) -> str:
    try:
        with open(path, "rb") as file:
            before = b""
            while piece := file.read(_PIECE):
                seen = found(before + piece) or ("" if before else _unpacked(piece))
                if seen:
                    return seen
                before = piece[-_OVERLAP:]
    except OSError:
        return ""
    return ""


def _unpacked(piece: bytes) -> str:
    """What stands in the first piece of a file that is packed."""
    if piece.startswith(b"\x1f\x8b"):
        try:
            return found(zlib.decompressobj(31).decompress(piece, _PIECE))
        except zlib.error:
            return ""
    if piece.startswith(_ZSTD):
        return _unpacked_zstd(piece)
    return ""


def _unpacked_zstd(piece: bytes) -> str:
    from backports import zstd

    try:
        return found(zstd.ZstdDecompressor().decompress(piece, _PIECE))
    except zstd.ZstdError:
        return ""
