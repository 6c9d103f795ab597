"""What containers use of the machine."""

from __future__ import annotations

from typing import Any

from ecrtui.engine.connection import Connection
from ecrtui.model.running import Usage

_ONE_SHOT = (1, 41)
"""From this API on the engine answers at once instead of after a second."""


class Meter:
    """Looks at containers; a processor's share is that since the look before."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._before: dict[str, tuple[float, float]] = {}

    def usage(self, identity: str) -> Usage:
        """Of one container now; raises NotFound, RemoteError."""
        client = self._connection.client
        version = tuple(map(int, client.api_version.split(".")))
        at_once = {"one_shot": True} if version >= _ONE_SHOT else {}
        told = self._connection.answered(
            lambda: client.stats(identity, stream=False, **at_once), identity[:12], "container"
        )
        found = told if isinstance(told, dict) else {}
        cpu = _dict(found.get("cpu_stats"))
        memory = _dict(found.get("memory_stats"))
        return Usage(
            cpu=self._share(identity, cpu, _dict(found.get("precpu_stats"))),
            memory=_used(memory),
            limit=_number(memory.get("limit")),
            processes=_number(_dict(found.get("pids_stats")).get("current")),
        )

    def _share(self, identity: str, cpu: dict[str, Any], first: dict[str, Any]) -> float:
        """As `docker stats` reckons it (docker/cli, container/stats_helpers.go)."""
        spent, passed = _spent(cpu)
        before = self._before.get(identity) or _spent(first)
        self._before[identity] = spent, passed
        if not before[1] or passed <= before[1]:
            return 0.0
        usage = _dict(cpu.get("cpu_usage")).get("percpu_usage")
        counted = len(usage) if isinstance(usage, list) else 0
        processors = _number(cpu.get("online_cpus")) or counted or 1
        return max(0.0, (spent - before[0]) / (passed - before[1]) * processors * 100)


def _spent(cpu: dict[str, Any]) -> tuple[float, float]:
    """Nanoseconds the container had of all processors, and all that passed on them."""
    total = _number(_dict(cpu.get("cpu_usage")).get("total_usage"))
    return float(total), float(_number(cpu.get("system_cpu_usage")))


def _used(memory: dict[str, Any]) -> int:
    """Without the pages of files that the kernel may drop: those of cgroups v1, else of v2."""
    detail = _dict(memory.get("stats"))
    cache = detail.get("total_inactive_file", detail.get("inactive_file", 0))
    return max(0, _number(memory.get("usage")) - _number(cache))


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
