"""Uses by ECS task definitions that are active: a task may be started from each at any time.

Accounts have thousands of revisions that nobody deregistered. They never change, so what was read
of one is kept in the state; a look reads each family's newest, then older ones, the newest first,
as many as MOST. As long as some are unread that is told as unknown.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError, NotFound, UsageError
from ecrtui.model.usage import Unknown, Use, UseKind
from ecrtui.model.workloads import Container
from ecrtui.workflows.services import Services
from ecrtui.workflows.usage.links import page
from ecrtui.workflows.usage.spots import Seen, Spot, unknown

if TYPE_CHECKING:
    from ecrtui.aws.ecs import Ecs

MOST = 500
"""Definitions read in one look: half a minute at the rate that ECS allows."""
KEPT = 20_000
"""Definitions kept of one account and region; some 4 MB."""
WHAT = "ECS task definitions"

_Known = dict[str, list[tuple[str, str]]]
"""Each container's name and image, by the definition's ARN."""


class Definitions:
    """The task definitions of one account and region: each is asked for once."""

    def __init__(self, services: Services, ecs: Ecs, spot: Spot) -> None:
        self._state = services.state
        self._ecs = ecs
        self._name = f"task-definitions-{spot.account}-{spot.region}"
        self._known = self._state.read(self._name, _Known, {})
        self._new: _Known = {}

    def known(self, arn: str) -> bool:
        """Whether it was read before."""
        return arn in self._known

    def containers(self, arn: str) -> tuple[Container, ...]:
        """Names and images of its containers."""
        if arn not in self._known:
            read = self._ecs.containers(arn)
            self._known[arn] = self._new[arn] = [(one.name, one.image) for one in read]
        return tuple(Container(name, image) for name, image in self._known[arn])

    def keep(self, active: Iterable[str] | None = None) -> None:
        """Keep what was read; of `active` ones alone where they are told."""
        wanted = None if active is None else set(active)
        gone = wanted is not None and any(arn not in wanted for arn in self._known)
        if not self._new and not gone:
            return

        def joined(kept: _Known) -> _Known:
            both = {**kept, **self._new}
            rows = [(arn, one) for arn, one in both.items() if wanted is None or arn in wanted]
            return dict(rows[-KEPT:])

        self._state.update(self._name, _Known, {}, joined)


def look(services: Services, spot: Spot) -> Iterator[Seen]:
    """All active ones, as far as they are read. Raises where they cannot be listed."""
    from ecrtui.aws.ecs import Ecs

    ecs = Ecs.of(services.sessions, spot.profile, spot.region)
    active = list(ecs.definitions())
    definitions = Definitions(services, ecs, spot)
    naming: dict[tuple[str, str], list[str]] = {}
    left = 0
    try:
        for arn, containers in _read(definitions, active):
            if containers is None:
                left += 1
                continue
            for one in containers:
                revisions = naming.setdefault((family(arn), one.image), [])
                if arn not in revisions:
                    revisions.append(arn)
    except EcrtuiError as problem:
        yield unknown(WHAT, spot, problem)
    with contextlib.suppress(EcrtuiError):
        definitions.keep(active)
    for (_, image), revisions in naming.items():
        yield _use(spot, image, revisions)
    if left:
        yield _unread(spot, left)


def family(arn: str) -> str:
    """`shop-api` of `arn:...:task-definition/shop-api:12`."""
    return arn.rpartition("/")[2].rpartition(":")[0]


def revision(arn: str) -> int:
    """The 12 of it; 0 for what is no such ARN."""
    number = arn.rpartition(":")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


def in_order(active: Iterable[str]) -> list[str]:
    """Each family's newest first, then all others, the newest first."""
    rows = sorted(active, key=revision, reverse=True)
    newest: dict[str, str] = {}
    for arn in rows:
        newest.setdefault(family(arn), arn)
    first = set(newest.values())
    return [*newest.values(), *(arn for arn in rows if arn not in first)]


def _read(
    definitions: Definitions, active: list[str]
) -> Iterator[tuple[str, tuple[Container, ...] | None]]:
    """Each with its containers; None for one that this look no longer reads."""
    read = 0
    for arn in in_order(active):
        if not definitions.known(arn):
            if read >= MOST:
                yield arn, None
                continue
            read += 1
        try:
            yield arn, definitions.containers(arn)
        except (NotFound, UsageError):
            continue  # deregistered and deleted meanwhile


def _use(spot: Spot, image: str, revisions: list[str]) -> Use:
    newest = max(revisions, key=revision)
    called = newest.rpartition("/")[2]
    older = len(revisions) - 1
    path = f"ecs/v2/task-definitions/{called.replace(':', '/')}?region={{}}"
    return Use(
        kind=UseKind.TASK_DEFINITION,
        name=f"{called} and {older} older" if older else called,
        account=spot.account,
        region=spot.region,
        image=image,
        arn=newest,
        link=page(newest, spot.region, path),
    )


def _unread(spot: Spot, left: int) -> Unknown:
    return Unknown(
        what=WHAT,
        account=spot.account,
        region=spot.region,
        why=f"{left:,} older active revisions are not read yet",
        hint="Each look reads some more and keeps them; those nobody needs may be deregistered.",
    )
