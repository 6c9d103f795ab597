"""Layers and the build history: what an image is stacked from, the lowest first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecrtui.model.manifest import HistoryEntry, ImageConfig, Layer
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell
from ecrtui.render.images import short_digest
from ecrtui.render.lines import INDENT, TextLine, broken, note
from ecrtui.render.moments import epoch
from ecrtui.render.sizes import size
from ecrtui.render.text import fitted

_BAR = 10
_BLOCKS = " ▏▎▍▌▋▊▉█"
# What builders put before the command a person wrote.
_NOISE = re.compile(r"^(?:/bin/sh -c (?:#\(nop\)\s*)?|RUN /bin/sh -c )|\s*# buildkit$")


def layer_lines(layers: Sequence[Layer], *, ascii_only: bool = False) -> list[TextLine]:
    """A line for each layer: number, size, share of the whole, digest, the command behind it."""
    if not layers:
        return [note("It has no layers.")]
    total = sum(layer.size for layer in layers)
    head = f"{INDENT}  # {'SIZE':>9}  {'SHARE':<{_BAR}}  {'DIGEST':<12}  COMMAND"
    return [
        TextLine((Cell(head, "header"),)),
        *(_layer(layer, total, ascii_only=ascii_only) for layer in layers),
        TextLine((Cell(f"{INDENT}    {size(total):>9}  compressed, all layers", "dim"),)),
    ]


def _layer(layer: Layer, total: int, *, ascii_only: bool) -> TextLine:
    share = layer.size / total if total else 0.0
    cells = (
        Cell(f"{INDENT}{layer.index:>3} ", "dim"),
        Cell(f"{size(layer.size):>9}  "),
        Cell(fitted(_bar(share, ascii_only=ascii_only), _BAR) + INDENT, "accent"),
        Cell(f"{short_digest(layer.digest):<12}  ", "dim"),
        Cell(command(layer.created_by) or layer.media_type),
    )
    return TextLine(cells, layer.digest)


def _bar(share: float, *, ascii_only: bool) -> str:
    """A part of the whole as a bar, to an eighth of a column."""
    if ascii_only:
        return "#" * round(share * _BAR)
    eighths = round(share * _BAR * 8)
    return "█" * (eighths // 8) + _BLOCKS[eighths % 8].strip()


def history_lines(
    config: ImageConfig | None, layers: Sequence[Layer], times: Times, columns: int
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
        lines += _step(entry, layer, times, columns)
    return lines


def _step(entry: HistoryEntry, layer: Layer | None, times: Times, columns: int) -> list[TextLine]:
    made = f"#{layer.index}" if layer else ""
    bytes_made = size(layer.size) if layer else ""
    head = (
        Cell(f"{INDENT}{made:>4} ", "dim"),
        Cell(f"{bytes_made:>9}  "),
        Cell(f"{times.short(epoch(entry.created)):>4}  ", "dim"),
    )
    text = command(entry.created_by) or entry.comment or "(no command was recorded)"
    style = "" if layer else "dim"
    lines = broken(head, text, columns, style=style, copy=entry.created_by)
    if entry.comment and entry.created_by and entry.comment != "buildkit.dockerfile.v0":
        indent = " " * sum(len(cell.text) for cell in head)
        lines.append(TextLine((Cell(f"{indent}{entry.comment}", "dim"),)))
    return lines


def command(created_by: str) -> str:
    """The step as its Dockerfile says it, without what the builder added."""
    return _NOISE.sub("", created_by).strip()
