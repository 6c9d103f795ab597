"""No core file of a process that holds secrets."""

from __future__ import annotations

import contextlib
import sys

_NONE = 1 if sys.platform == "linux" else 0
"""Bytes. Linux hands a core to a program (core_pattern begins with `|`) whatever the limit, but for
1, its own sign for never (fs/coredump.c); no core fits into one byte anyway."""
_before: list[tuple[int, int]] = []


def forbid_core_dumps() -> None:
    """From now on this process, and those it starts, leave no core (RLIMIT_CORE)."""
    try:
        import resource
    except ImportError:  # Windows has none
        return
    with contextlib.suppress(OSError, ValueError):
        now, most = resource.getrlimit(resource.RLIMIT_CORE)
        none = _NONE if most == resource.RLIM_INFINITY else min(_NONE, most)
        if now != none:
            resource.setrlimit(resource.RLIMIT_CORE, (none, most))
            _before.append((now, most))


def allow_core_dumps_of(pid: int) -> None:
    """Give a child its limit back: a program that the person runs, not one of ours.

    Only Linux can; elsewhere there is rarely one.
    """
    if not _before:
        return
    import resource

    with contextlib.suppress(OSError, ValueError, AttributeError):
        resource.prlimit(pid, resource.RLIMIT_CORE, _before[0])
