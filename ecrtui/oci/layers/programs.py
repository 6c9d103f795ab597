"""Go programs: what `go version -m` prints is in them as text, since Go 1.18.

Go's debug/buildinfo documents the form: 14 bytes that mark it, the size of a pointer, flags, zeros
up to 32 bytes, then two strings with their lengths as varints: Go's version, and the modules
between two marks of 16 bytes. It stands at a multiple of 16 bytes.
"""

from __future__ import annotations

ELF = b"\x7fELF"
_MARK = b"\xff Go buildinf:"
_ALIGNED = 16
_FLAGS, _INLINE = 15, 2
_HEADER = 32
_LONGEST_VERSION = 256
_LONGEST = 1 << 20
"""Bytes of modules; a Kubernetes has 50,000."""
_FENCE = 16
_TOLD = (b"path\t", b"mod\t", b"dep\t", b"=>\t")
"""Not how it was built: flags are long, and somebody's own."""


class GoSearch:
    """Finds the build information in a program's bytes as they pass."""

    def __init__(self) -> None:
        self._carry = b""
        self._at = 0
        """Where in the file the carry begins."""
        self._found: bytes | None = None

    def take(self, piece: bytes | memoryview) -> None:
        """The next bytes."""
        if self._found is not None:
            return
        data = self._carry + piece
        at = data.find(_MARK)
        while at >= 0:
            if (self._at + at) % _ALIGNED == 0:
                try:
                    self._found = _information(data, at)
                except IndexError:
                    break  # what is missing is in the next piece
                if self._found is not None:
                    return
            at = data.find(_MARK, at + 1)
        keep = at if at >= 0 else max(0, len(data) - len(_MARK) + 1)
        self._at += keep
        self._carry = data[keep:]

    def facts(self) -> dict[str, bytes]:
        """`go`: Go's version, and in the lines after it the modules, as `go version -m` tells."""
        self._carry = b""
        return {} if self._found is None else {"go": self._found}


def _information(data: bytes, at: int) -> bytes | None:
    """What stands at a mark; None where that is none, IndexError where it is cut short."""
    if not data[at + _FLAGS] & _INLINE:
        return None
    version, at = _string(data, at + _HEADER, _LONGEST_VERSION)
    if version is None or not version.startswith((b"go", b"devel")):
        return None
    modules, at = _string(data, at, _LONGEST)
    if modules is None:
        return None
    fenced = len(modules) > 2 * _FENCE and modules[-_FENCE - 1 : -_FENCE] == b"\n"
    lines = modules[_FENCE:-_FENCE].split(b"\n") if fenced else []
    return b"\n".join([version, *(line for line in lines if line.startswith(_TOLD))])


def _string(data: bytes, at: int, longest: int) -> tuple[bytes | None, int]:
    """A string and where it ends; None for one that is too long."""
    length = shift = 0
    while True:
        byte = data[at]
        length |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            break
        if shift > 28:
            return None, at
    if length > longest:
        return None, at
    if at + length > len(data):
        raise IndexError
    return data[at : at + length], at + length
