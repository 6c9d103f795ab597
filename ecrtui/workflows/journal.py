"""The journal of changes: kept in the state folder, which clearing the cache never touches."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ecrtui.model.journal import Change
from ecrtui.workflows.services import Services

_NAME = "journal"


def record(services: Services, changes: Iterable[Change]) -> None:
    """Keep what was changed, in order, at this moment."""
    now = services.clock.now()
    made = [msgspec.structs.replace(change, at=now) for change in changes]
    if made:
        services.state.update(_NAME, list[Change], [], lambda known: [*known, *made])
