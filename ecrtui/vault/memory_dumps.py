"""No core file of a process that holds secrets."""

from __future__ import annotations

import contextlib


def forbid_core_dumps() -> None:
    """From now on this process, and those it starts, leave no core file (RLIMIT_CORE)."""
    try:
        import resource
    except ImportError:  # Windows has none
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
