"""The heartbeat program in AArch64 machine code: one 32-bit word an instruction."""

from __future__ import annotations

import struct

from ecrtui.sandbox.images.machine import Addresses

_SVC = [0xD4000001]
_WRITE, _EXIT, _SIGPROCMASK, _SIGTIMEDWAIT = 64, 93, 135, 137
_LOWER_OR_SAME, _LESS_OR_EQUAL = 9, 13


def assemble(at: Addresses) -> bytes:
    """The code, to be entered at its first byte."""
    start = _block_signals(at) + _write(at.banner, at.banner_size)
    body = _write(at.beat, at.beat_size) + _count_up(at) + _wait(at)
    # a timeout or an interruption (x0 <= 0) beats on, a signal leaves
    body += [_compare(0, 0), _branch_if(_LESS_OR_EQUAL, -(len(body) + 1))]
    words = start + body + _set(0, 0) + _set(8, _EXIT) + _SVC
    return struct.pack(f"<{len(words)}I", *words)


def _set(register: int, value: int) -> list[int]:
    """movz and movk: a 32-bit value into an x register."""
    low = 0xD2800000 | (value & 0xFFFF) << 5 | register
    high = 0xF2A00000 | (value >> 16) << 5 | register
    return [low, high]


def _compare(register: int, value: int) -> int:
    """cmp w<register>, #value"""
    return 0x7100001F | value << 10 | register << 5


def _branch_if(condition: int, words: int) -> int:
    return 0x54000000 | (words & 0x7FFFF) << 5 | condition


def _block_signals(at: Addresses) -> list[int]:
    arguments = _set(0, 0) + _set(1, at.signals) + _set(2, 0) + _set(3, 8)
    return arguments + _set(8, _SIGPROCMASK) + _SVC


def _write(address: int, size: int) -> list[int]:
    return _set(0, 1) + _set(1, address) + _set(2, size) + _set(8, _WRITE) + _SVC


def _count_up(at: Addresses) -> list[int]:
    """Add one to the decimal digits that end at ``last_digit``, carrying to the left."""
    load, store = 0x39400022, 0x39000022  # ldrb w2, [x1]; strb w2, [x1]
    step = [load, 0x11000442, store, _compare(2, ord("9"))]  # add w2, w2, #1
    carry = [0x52800602, store, 0xD1000421]  # mov w2, #'0'; strb; sub x1, x1, #1
    over = _branch_if(_LOWER_OR_SAME, len(carry) + 2)
    back = 0x14000000 | (-(len(step) + 1 + len(carry)) & 0x3FFFFFF)
    return [*_set(1, at.last_digit), *step, over, *carry, back]


def _wait(at: Addresses) -> list[int]:
    arguments = _set(0, at.signals) + _set(1, 0) + _set(2, at.second) + _set(3, 8)
    return arguments + _set(8, _SIGTIMEDWAIT) + _SVC
