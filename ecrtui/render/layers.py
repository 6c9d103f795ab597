"""Layers and the build history: what an image is stacked from, the lowest first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ecrtui.compare.waste import LayerUse, Waste
from ecrtui.model.manifest import HistoryEntry, ImageConfig, Layer
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell
from ecrtui.render.images import short_digest
from ecrtui.render.lines import INDENT, TextLine, broken, note, title
from ecrtui.render.moments import epoch
from ecrtui.render.secrets import masked
from ecrtui.render.sizes import size
from ecrtui.render.text import ELLIPSIS, fitted, safe, width

_BAR = 10
_HEAD = 16
"""Columns left of what follows the size."""
_COMMAND_LEAST = 30
_MOST_WASTED = 500
"""Paths that are listed; what comes after them wastes next to nothing."""
_BLOCKS = " ▏▎▍▌▋▊▉█"
# What builders put before the command a person wrote.
_NOISE = re.compile(r"^(?:/bin/sh -c (?:#\(nop\)\s*)?|RUN /bin/sh -c )|\s*# buildkit$")


class LayersView(NamedTuple):
    """What the layers are drawn from."""

    layers: Sequence[Layer]
    columns: int
    uses: Sequence[LayerUse] = ()
    """What of each nobody sees; () while that is not known."""
    read: Mapping[str, int] = {}
    """Bytes read so far of each layer on its way, by digest."""
    waste: Waste | None = None
    ascii: bool = False


def layer_lines(view: LayersView) -> list[TextLine]:
    """A line for each layer, then the wasted space; each leads to the tree of files."""
    if not view.layers:
        return [note("It has no layers.")]
    total = sum(layer.size for layer in view.layers)
    parts = _parts(view)
    head = f"{INDENT}  # {'SIZE':>8}  " + "".join(f"{name:<{wide}}  " for name, wide in parts)
    return [
        TextLine((Cell(f"{head}COMMAND", "header"),)),
        *(_layer(view, number, total, parts) for number in range(len(view.layers))),
        TextLine((Cell(f"{INDENT}    {size(total):>8}  compressed, all layers", "dim"),)),
        *(_wasted(view.waste, view.columns) if view.waste is not None else ()),
    ]


_Parts = Sequence[tuple[str, int]]


def _parts(view: LayersView) -> _Parts:
    """The columns there is room for, and how wide they are.

    The first tells what of a layer no container sees; while the layers are read, how far that is.
    """
    parts = [("UNSEEN" if view.uses or not view.read else "READ", 7)]
    room = view.columns - _COMMAND_LEAST - _HEAD - 9
    for name, wide in (("SHARE", _BAR), ("DIGEST", 12)):
        if wide + 2 <= room:
            parts.append((name, wide))
            room -= wide + 2
    return parts


def _layer(view: LayersView, number: int, total: int, parts: _Parts) -> TextLine:
    layer = view.layers[number]
    cells = [Cell(f"{INDENT}{layer.index:>3} ", "dim"), Cell(f"{size(layer.size):>8}  ")]
    for name, wide in parts:
        if name in _FIRST:
            text, style = _unseen(view, number)
        elif name == "SHARE":
            share = layer.size / total if total else 0.0
            text, style = _bar(share, ascii_only=view.ascii), "accent"
        else:
            text, style = short_digest(layer.digest), "dim"
        cells.append(Cell(fitted(text, wide, right=name in _FIRST) + INDENT, style))
    cells.append(Cell(command(layer.created_by) or layer.media_type))
    return TextLine(tuple(cells), layer.digest, f"layer:{layer.index}")


_FIRST = ("UNSEEN", "READ")


def _unseen(view: LayersView, number: int) -> Cell:
    """What of a layer no container sees, or how far it is read."""
    if view.uses:
        wasted = view.uses[number].wasted_bytes
        return Cell(size(wasted) if wasted else "", "warn")
    layer = view.layers[number]
    read = view.read.get(layer.digest)
    if read is None:
        return Cell("")
    return Cell(f"{min(100, 100 * read // max(1, layer.size))} %", "busy")


def _wasted(found: Waste, columns: int) -> list[TextLine]:
    """The paths that several layers carry, the most bytes first."""
    lines = [TextLine(), title(f"Wasted, as dive counts it: {size(found.wasted_bytes)}")]
    if not found.wasted:
        return [*lines, note("No path is in more than one layer.")]
    for one in found.wasted[:_MOST_WASTED]:
        numbers = ", ".join(str(layer + 1) for layer in one.layers)
        where = f"  in layers {numbers}" if len(one.layers) > 1 else f"  twice in layer {numbers}"
        room = max(8, columns - _HEAD - len(where))
        path = _end_of(safe(one.path), room)
        cells = (Cell(f"{INDENT}{size(one.bytes):>12}  ", "warn"), Cell(path), Cell(where, "dim"))
        lines.append(TextLine(cells, one.path, f"waste:{one.layers[-1] + 1}:{one.path}"))
    left = len(found.wasted) - _MOST_WASTED
    return [*lines, note(f"and {left:,} more: ecrtui layers --json has all")] if left > 0 else lines


def _end_of(path: str, room: int) -> str:
    """A path cut at its beginning where there is less room: its end tells more."""
    if width(path) <= room:
        return path
    return f"{ELLIPSIS}{path[1 - room :]}" if path.isascii() else fitted(path, room)


def _bar(share: float, *, ascii_only: bool) -> str:
    """A part of the whole as a bar, to an eighth of a column."""
    if ascii_only:
        return "#" * round(share * _BAR)
    eighths = round(share * _BAR * 8)
    return "█" * (eighths // 8) + _BLOCKS[eighths % 8].strip()


def history_lines(
    config: ImageConfig | None,
    layers: Sequence[Layer],
    times: Times,
    columns: int,
    *,
    unmasked: bool = False,
) -> list[TextLine]:
    """Every step of the build in full, with the layer it made; steps without one are quiet."""
    if config is None or not config.history:
        return [note("The image's config tells no history.")]
    lines: list[TextLine] = []
    number = 0
    for entry in config.history:
        layer = None
        if not entry.empty_layer and number < len(layers):
            layer, number = layers[number], number + 1
        lines += _step(entry, layer, times, columns, unmasked=unmasked)
    return lines


def _step(
    entry: HistoryEntry, layer: Layer | None, times: Times, columns: int, *, unmasked: bool
) -> list[TextLine]:
    made = f"#{layer.index}" if layer else ""
    bytes_made = size(layer.size) if layer else ""
    head = (
        Cell(f"{INDENT}{made:>4} ", "dim"),
        Cell(f"{bytes_made:>9}  "),
        Cell(f"{times.short(epoch(entry.created)):>4}  ", "dim"),
    )
    text = (
        command(entry.created_by, unmasked=unmasked) or entry.comment or "(no command was recorded)"
    )
    style = "" if layer else "dim"
    lines = broken(head, text, columns, style=style, copy=entry.created_by if unmasked else text)
    if entry.comment and entry.created_by and entry.comment != "buildkit.dockerfile.v0":
        indent = " " * sum(len(cell.text) for cell in head)
        lines.append(TextLine((Cell(f"{indent}{entry.comment}", "dim"),)))
    return lines


def command(created_by: str, *, unmasked: bool = False) -> str:
    """The step as its Dockerfile says it, without what the builder added.

    What looks secret in it is masked: variables and a build's arguments are told here once more.
    """
    said = _NOISE.sub("", created_by).strip()
    return said if unmasked else masked(said)


def by_table(count: int) -> str:
    """So many layers are known from their tables of contents alone, as a sentence."""
    what = "1 layer is" if count == 1 else f"{count} layers are"
    return f"{what} known from a table of contents alone: --whole reads every byte"
