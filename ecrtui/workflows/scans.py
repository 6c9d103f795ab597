"""What is known of scans in this run, and the rate at which more is asked for by itself.

Counts of an image are kept until it is asked for again on purpose, but for those of a scan that is
on its way. Safe for threads.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import msgspec

from ecrtui.model.finding import ScanReport
from ecrtui.model.places import Registry

BY_ITSELF = 4.0
"""Calls a second, of one registry, that nobody asked for: ECR's rate for them is unpublished, and
an account has one for everybody. A screen of images takes some seconds."""
ON_PURPOSE = 20.0
"""Calls a second for a search that somebody waits for."""
_WHOLE = 48
"""Reports kept with all their findings; of the others the counts."""

_Key = tuple[Registry, str, str]


class Pace:
    """Steps at most so many a second, however many threads take them."""

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.between = 1.0 / rate
        """Seconds between two steps at least."""
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def step(self) -> None:
        """Wait for one's turn."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self.between
        if turn > now:
            self._sleep(turn - now)


class Scans:
    """The scans of one run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[_Key, ScanReport] = {}
        self._names: dict[_Key, frozenset[str]] = {}
        self._whole: OrderedDict[_Key, ScanReport] = OrderedDict()
        self._paces: dict[tuple[str, str, float], Pace] = {}

    def pace(self, registry: Registry, rate: float = BY_ITSELF) -> Pace:
        """The pace that all keep who ask one registry."""
        with self._lock:
            key = (registry.profile, registry.region, rate)
            return self._paces.setdefault(key, Pace(rate))

    def keep(self, registry: Registry, repository: str, report: ScanReport, *, whole: bool) -> None:
        """Keep what was told; `whole` with all its findings."""
        key = (registry, repository, report.digest)
        with self._lock:
            self._counts.pop(key, None)
            self._names.pop(key, None)
            self._whole.pop(key, None)
            if report.going:
                return
            self._counts[key] = msgspec.structs.replace(report, findings=())
            if not whole:
                return
            self._names[key] = frozenset(
                name.upper() for found in report.findings for name in found.names
            )
            self._whole[key] = report
            if len(self._whole) > _WHOLE:
                self._whole.popitem(last=False)

    def counted(self, registry: Registry, repository: str, digest: str) -> ScanReport | None:
        """A report without findings, or None for an image that was not asked for."""
        return self._counts.get((registry, repository, digest))

    def whole(self, registry: Registry, repository: str, digest: str) -> ScanReport | None:
        """A report with all findings, while it is kept."""
        return self._whole.get((registry, repository, digest))

    def has(self, registry: Registry, repository: str, digest: str, name: str) -> bool | None:
        """Whether an image has a vulnerability; None where its findings were not read."""
        names = self._names.get((registry, repository, digest))
        return None if names is None else name.upper() in names

    def forget(self, registry: Registry, repository: str) -> None:
        """Ask anew for a repository's images the next time."""
        with self._lock:
            for kept in (self._counts, self._names, self._whole):
                for key in [key for key in kept if key[:2] == (registry, repository)]:
                    del kept[key]
