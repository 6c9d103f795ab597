"""All files of one image, layer by layer: ever fuller while layers are read.

A layer that has not come yet is taken as empty, so what is known can be looked at meanwhile; what
it would have said of files of others is told when it comes.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ecrtui.compare.growth import Growth, growth
from ecrtui.compare.waste import LayerUse, Waste, uses, waste
from ecrtui.model.details import ImageDetails
from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import Layer
from ecrtui.workflows.fan_out import in_batches
from ecrtui.workflows.look_inside import Note, indexes, is_stored
from ecrtui.workflows.services import Services

_NOTHING = LayerIndex("", 0, [], b"", [], [], [], [], [], b"")


class ImageFiles(msgspec.Struct, frozen=True):
    """The files of an image as far as they are known."""

    growth: Growth
    read: frozenset[int]
    """The layers that are known, by `Layer.index`."""
    uses: tuple[LayerUse, ...] = ()
    """What each layer holds and how much of it nobody sees; () until all layers are known."""
    waste: Waste | None = None
    """Summed up last, as it takes longest."""


def unread(services: Services, details: ImageDetails) -> tuple[Layer, ...]:
    """The layers that are not stored: what `image_files` will fetch."""
    return tuple(layer for layer in details.layers if not is_stored(services, layer))


def image_files(
    services: Services, details: ImageDetails, note: Note | None = None
) -> Iterator[ImageFiles]:
    """The files of an image, each value fuller than the one before; reading layers is no pull.

    What is stored comes at once. Raises what reading layers raises; layers read until then stay in
    the store.
    """
    layers = details.layers
    missing = unread(services, details)
    stored = [layer for layer in layers if layer not in missing]
    # In this thread: what one thread frees is of no use to another, and that is much.
    known = dict(indexes(services, details, stored))
    if known and missing:
        yield ImageFiles(_grown(layers, known), frozenset(known))
    for batch in in_batches(indexes(services, details, missing, note)):
        known.update(batch)
        if len(known) < len(layers):
            yield ImageFiles(_grown(layers, known), frozenset(known))
    whole = ImageFiles(_grown(layers, known), frozenset(known))
    whole = msgspec.structs.replace(whole, uses=uses(whole.growth.files))
    yield whole
    yield msgspec.structs.replace(whole, waste=waste(whole.growth.files.layers))


def _grown(layers: tuple[Layer, ...], known: dict[int, LayerIndex]) -> Growth:
    made = growth([known.get(layer.index, _NOTHING) for layer in layers])
    if layers:
        made.tree(len(layers) - 1)  # the one that is looked at first, made beside the screen
    return made
