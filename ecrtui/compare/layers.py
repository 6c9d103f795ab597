"""Two images' layers side by side, and which of them must be read to compare the files."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ecrtui.compare.sequences import aligned
from ecrtui.model.manifest import Layer


class LayerChange(msgspec.Struct, frozen=True, rename="camel"):
    """One row of two stacks of layers."""

    change: str
    """`same`, `removed` or `added`."""
    recompressed: bool
    """The same tar under another digest: compressed again, or by another program."""
    digest: str
    """As the second image has it, where it has it; the next three as well."""
    diff_id: str
    size: int
    created_by: str
    before: int | None = None
    """The layer's number, from 0, in the first image."""
    after: int | None = None
    """The same in the second image."""


class Reading(msgspec.Struct, frozen=True):
    """Layers to read before two images' files can be compared, by number, bottom first."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    shared: int
    """How many layers both begin with. None is read, unless `reading` asks for it."""


def compared(before: Sequence[Layer], after: Sequence[Layer]) -> tuple[LayerChange, ...]:
    """The rows of two stacks, bottom first, by the longest common subsequence.

    Two layers are the same when their digests are, or else their diffIds.
    """
    rows = [_row(before, after, *pair) for pair in aligned(before, after, _same)]
    return tuple(rows)


def to_read(rows: Sequence[LayerChange]) -> Reading:
    """What to read first: every layer above those that both images begin with.

    A shared layer above a difference is read too: it hides what differs below it.
    """
    shared = 0
    while shared < len(rows) and rows[shared].change == "same":
        shared += 1
    above = rows[shared:]
    before = tuple(row.before for row in above if row.before is not None)
    after = tuple(row.after for row in above if row.after is not None)
    return Reading(before, after, shared)


def _same(a: Layer, b: Layer) -> bool:
    return a.digest == b.digest or (a.diff_id != "" and a.diff_id == b.diff_id)


def _row(
    before: Sequence[Layer], after: Sequence[Layer], one: int | None, other: int | None
) -> LayerChange:
    if other is not None:
        layer = after[other]
        change = "added" if one is None else "same"
    else:
        layer = before[one or 0]
        change = "removed"
    again = change == "same" and before[one or 0].digest != layer.digest
    facts = (layer.digest, layer.diff_id, layer.size, layer.created_by)
    return LayerChange(change, again, *facts, one, other)
