"""A program that runs without a base image, made by code for amd64 and arm64.

It prints a banner, then a numbered heartbeat line every second until SIGTERM or SIGINT. A process
that is pid 1 of a container gets no default action for signals, so it blocks the two and waits for
them with rt_sigtimedwait, which serves as its sleep too: ``docker stop`` is answered at once.

The file is an ELF64 executable of two segments: the code (read, execute) and the data with the
counter (read, write). System call numbers: Linux's syscall_64.tbl and asm-generic/unistd.h.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ecrtui.sandbox.images import machine_amd64, machine_arm64
from ecrtui.sandbox.images.machine import Addresses

_CODE_AT = 0x400000
_DATA_AT = 0x600000
_HEADERS = 64 + 2 * 56
_CODE_ROOM = 512
_COUNTER = b"00000000"
_SIGNALS = 1 << (15 - 1) | 1 << (2 - 1)  # a kernel sigset_t: bit n-1 for signal n
_MACHINES = {
    "amd64": (62, machine_amd64.assemble),
    "arm64": (183, machine_arm64.assemble),
}


@dataclass(frozen=True)
class _Data:
    """The writable segment: signal set, one second, banner, heartbeat line with its counter."""

    blob: bytes
    addresses: Addresses


def heartbeat_program(architecture: str, banner: str, beat: str = "heartbeat") -> bytes:
    """The executable's bytes for ``amd64`` or ``arm64`` (KeyError for another)."""
    machine, assemble = _MACHINES[architecture]
    data = _data(banner.encode() + b"\n", beat.encode() + b" " + _COUNTER + b"\n")
    code = assemble(data.addresses)
    if len(code) > _CODE_ROOM:
        raise ValueError(f"the {architecture} code needs {len(code)} bytes")
    return _headers(machine, len(data.blob)) + code.ljust(_CODE_ROOM, b"\0") + data.blob


def _data(banner: bytes, beat: bytes) -> _Data:
    start = _DATA_AT + _HEADERS + _CODE_ROOM
    fixed = struct.pack("<QQQ", _SIGNALS, 1, 0)
    banner_at = start + len(fixed)
    beat_at = banner_at + len(banner)
    addresses = Addresses(
        signals=start,
        second=start + 8,
        banner=banner_at,
        banner_size=len(banner),
        beat=beat_at,
        beat_size=len(beat),
        last_digit=beat_at + len(beat) - 2,
    )
    return _Data(fixed + banner + beat, addresses)


def _headers(machine: int, data_size: int) -> bytes:
    ident = b"\x7fELF" + bytes([2, 1, 1, 0]) + bytes(8)
    entry = _CODE_AT + _HEADERS
    elf = ident + struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, entry, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    data_offset = _HEADERS + _CODE_ROOM
    return (
        elf + _segment(5, 0, _CODE_AT, data_offset) + _segment(6, data_offset, _DATA_AT, data_size)
    )


def _segment(flags: int, offset: int, base: int, size: int) -> bytes:
    """A PT_LOAD header; file offset and address agree modulo the page, as the loader wants."""
    at = base + offset
    return struct.pack("<IIQQQQQQ", 1, flags, offset, at, at, size, size, 0x10000)
