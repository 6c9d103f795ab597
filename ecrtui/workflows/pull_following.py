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
    layers = {layer.digest: layer for layer in image.layers}
    for layer in layers.values():
        watch.expect(layer.digest, short(layer.digest), layer.size)
    by_short = {short(digest): layer for digest, layer in layers.items()}
    seen: dict[str, PullStage] = {}
    for event in told:
        watch.check()
        known = by_short.get(event.layer)
        if known is not None and event.stage is not None:
            _tell(watch, known, event, event.stage)
            seen[known.digest] = event.stage
        elif not event.layer:
            watch.say(event.text)
    there = 0
    for digest, layer in layers.items():
        if seen.get(digest, PullStage.THERE) is PullStage.THERE:
            watch.skip(digest, THERE)
            there += layer.size
        else:
            watch.finish(digest)
    return sum(layer.size for layer in layers.values()) - there, there


def _tell(watch: Watch, layer: Descriptor, event: PullEvent, stage: PullStage) -> None:
    digest, size = layer.digest, layer.size
    if stage is PullStage.THERE:
        watch.skip(digest, THERE)
    elif stage is PullStage.DONE:
        watch.finish(digest)
    elif stage is PullStage.WAITING:
        watch.expect(digest, short(digest), size)
    elif stage is PullStage.DOWNLOADING:
        watch.at(digest, min(event.bytes or 0, size), stage.value)
    elif stage is PullStage.RETRYING:
        watch.at(digest, 0, event.text)
    else:
        watch.at(digest, size, stage.value)
