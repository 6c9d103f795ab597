"""Which places a job that ended has changed."""

from __future__ import annotations

from collections.abc import Iterable

from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Home, Registry
from ecrtui.tui.session import place_key
from ecrtui.tui.spot import Spot


def concerns(changes: Iterable[Change], spot: Spot) -> bool:
    """Whether it changed something in a place's repository."""
    return any(one.repository == spot.repository and _same(one.home, spot.home) for one in changes)


_REPOSITORIES = (ChangeKind.REPOSITORY_CREATED, ChangeKind.REPOSITORY_DELETED)


def changed_repositories(changes: Iterable[Change], registry: Registry) -> bool:
    """Whether it made a repository in a registry, or deleted one."""
    return any(one.kind in _REPOSITORIES and _same(one.home, registry) for one in changes)


def _same(one: Home, other: Home) -> bool:
    """Whether two places are one, whether or not their accounts are known."""
    if isinstance(one, Registry) and isinstance(other, Registry):
        return place_key(one) == place_key(other)
    return one == other
