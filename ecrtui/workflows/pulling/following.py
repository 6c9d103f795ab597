"""What an engine tells of a pull, told to the watch: bytes of the manifest, not of the events.

Engines leave out what they like: stages, totals, whole layers. So each layer has its size from the
manifest, an event can only bring it forward, and what was never spoken of at the end was there.
"""

from __future__ import annotations

from collections.abc import Iterable

from ecrtui.model.manifest import Descriptor, Manifest
from ecrtui.model.pulling import PullEvent, PullStage
from ecrtui.workflows.watch import Watch

_SHORT = 12
"""Digits of a digest in an event."""
THERE = "already there"


def short(digest: str) -> str:
    """A digest as engines show it."""
    return digest.partition(":")[2][:_SHORT]


def follow(told: Iterable[PullEvent], image: Manifest, watch: Watch) -> tuple[int, int]:
    """Watch a pull to its end: bytes that moved, and bytes that were there.

    Raises what the events raise, and GivenUp.
    """
    parts = {layer.digest: layer for layer in image.layers}
    if image.config is not None:
        parts.setdefault(image.config.digest, image.config)
    for part in parts.values():
        watch.expect(part.digest, _named(part, image), part.size)
    by_short = {short(digest): part for digest, part in parts.items()}
    seen: dict[str, PullStage] = {}
    for event in told:
        watch.check()
        known = by_short.get(event.layer)
        if known is not None and event.stage is not None:
            _tell(watch, known, event, event.stage)
            seen[known.digest] = event.stage
        elif not event.layer:
            watch.say(event.text)
    if seen and image.config is not None:  # Docker pulls it, and does not speak of it
        seen.setdefault(image.config.digest, PullStage.DONE)
    there = 0
    for digest, part in parts.items():
        if seen.get(digest, PullStage.THERE) is PullStage.THERE:
            watch.skip(digest, THERE)
            there += part.size
        else:
            watch.finish(digest)
    return sum(part.size for part in parts.values()) - there, there


def _named(part: Descriptor, image: Manifest) -> str:
    return "config" if part is image.config else short(part.digest)


def _tell(watch: Watch, part: Descriptor, event: PullEvent, stage: PullStage) -> None:
    digest, size = part.digest, part.size
    if stage is PullStage.THERE:
        watch.skip(digest, THERE)
    elif stage is PullStage.DONE:
        watch.finish(digest)
    elif stage is PullStage.WAITING:
        return
    elif stage is PullStage.DOWNLOADING:
        watch.at(digest, min(event.bytes or 0, size), stage.value)
    elif stage is PullStage.RETRYING:
        watch.at(digest, 0, event.text)
    else:
        watch.at(digest, size, stage.value)
