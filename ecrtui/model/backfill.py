"""Copies of what was there before a registry had replication rules."""

from __future__ import annotations

import msgspec

RUNNING = frozenset({"PREPARING", "IN_PROGRESS", "STOPPING"})
"""What a backfill is while it has not ended (API model, ReplicationBackfillStatus)."""


class Destination(msgspec.Struct, frozen=True, rename="camel"):
    """A registry that images are copied to."""

    region: str
    registry_id: str


class Progress(msgspec.Struct, frozen=True, rename="camel"):
    """How many images there are to copy, and how many are done with."""

    total_replication_count: int = 0
    completed_replication_count: int = 0
    failed_replication_count: int = 0


class Backfill(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One of them; keys are the API's, times epoch seconds, UTC."""

    replication_backfill_id: str
    destination: Destination
    status: str
    failure_code: str = ""
    progress: Progress = Progress()
    started_at: float | None = None
    ended_at: float | None = None

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.status in RUNNING


class BackfillResult(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What came of one image."""

    repository_name: str
    image_id: dict[str, str] = {}
    status: str = ""
    failure_code: str = ""

    @property
    def digest(self) -> str:
        """The image's."""
        return self.image_id.get("imageDigest", "")
