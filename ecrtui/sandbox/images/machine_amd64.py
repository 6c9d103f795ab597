"""The heartbeat program in x86-64 machine code (System V calling of system calls)."""

from __future__ import annotations

import struct

from ecrtui.sandbox.images.machine import Addresses

_SYSCALL = b"\x0f\x05"
_EDI, _ESI, _EDX, _EAX = b"\xbf", b"\xbe", b"\xba", b"\xb8"
_R10D = b"\x41\xba"
_WRITE, _SIGPROCMASK, _EXIT, _SIGTIMEDWAIT = 1, 14, 60, 128


def assemble(at: Addresses) -> bytes:
    """The code, to be entered at its first byte."""
    start = _block_signals(at) + _write(at.banner, at.banner_size)
    body = _write(at.beat, at.beat_size) + _count_up(at) + _wait(at)
    again = struct.pack("<i", -(len(body) + 2 + 6))
    leave = b"\x31\xff" + _set(_EAX, _EXIT) + _SYSCALL  # xor edi, edi
    # test eax, eax; jle body: a timeout or an interruption beats on, a signal leaves
    return start + body + b"\x85\xc0" + b"\x0f\x8e" + again + leave


def _set(register: bytes, value: int) -> bytes:
    return register + struct.pack("<I", value)


def _block_signals(at: Addresses) -> bytes:
    arguments = _set(_EDI, 0) + _set(_ESI, at.signals) + _set(_EDX, 0) + _set(_R10D, 8)
    return arguments + _set(_EAX, _SIGPROCMASK) + _SYSCALL


def _write(address: int, size: int) -> bytes:
    arguments = _set(_EDI, 1) + _set(_ESI, address) + _set(_EDX, size)
    return arguments + _set(_EAX, _WRITE) + _SYSCALL


def _count_up(at: Addresses) -> bytes:
    """Add one to the decimal digits that end at ``last_digit``, carrying to the left."""
    carry = b"\xc6\x06\x30" + b"\xff\xce"  # mov byte [rsi], '0'; dec esi
    step = b"\xfe\x06" + b"\x80\x3e\x39"  # inc byte [rsi]; cmp byte [rsi], '9'
    jump_over = b"\x76" + bytes([len(carry) + 2])  # jbe past the carry
    jump_back = b"\xeb" + struct.pack("b", -(len(step) + len(jump_over) + len(carry) + 2))
    return _set(_ESI, at.last_digit) + step + jump_over + carry + jump_back


def _wait(at: Addresses) -> bytes:
    arguments = _set(_EDI, at.signals) + _set(_ESI, 0) + _set(_EDX, at.second) + _set(_R10D, 8)
    return arguments + _set(_EAX, _SIGTIMEDWAIT) + _SYSCALL
