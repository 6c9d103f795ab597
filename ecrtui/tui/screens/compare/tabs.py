"""The tabs of a comparison: what each is called, and its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ecrtui.compare.comparison import Comparison
from ecrtui.render.changes import config_lines, layer_lines, package_lines, summary_lines
from ecrtui.render.comparison import comparison_lines
from ecrtui.render.lines import TextLine, note


class View(NamedTuple):
    """What a tab draws from."""

    found: Comparison
    columns: int
    waiting: str
    """How far the reading of files has come; '' when nothing is read."""
    read: Mapping[str, int]
    """Bytes read so far of each layer on its way, by digest."""
    unmasked: bool


class Tab(NamedTuple):
    """One tab: its id is the command that opens it."""

    id: str
    title: str
    amount: Callable[[Comparison], str]
    lines: Callable[[View], list[TextLine]]


def _summary(view: View) -> list[TextLine]:
    return summary_lines(view.found, view.columns, view.waiting)


def _config(view: View) -> list[TextLine]:
    return config_lines(view.found, view.columns, unmasked=view.unmasked)


def _layers(view: View) -> list[TextLine]:
    return layer_lines(view.found, view.read)


def _files(view: View) -> list[TextLine]:
    if view.found.files is None:
        return [note(view.waiting or "The files were not read.")]
    return [note(line.name) for line in comparison_lines(view.found, most=2_000)]


def _packages(view: View) -> list[TextLine]:
    if view.found.packages is None:
        return [note(view.waiting or "The packages were not read.")]
    return package_lines(view.found, view.columns)


def _unlike_layers(found: Comparison) -> str:
    unlike = sum(1 for row in found.layers if row.change != "same")
    return f"{unlike}/{len(found.layers)}" if found.layers else ""


TABS = (
    Tab("diff-summary", "Summary", lambda _: "", _summary),
    Tab("diff-config", "Config", lambda found: f"{len(found.config):,}", _config),
    Tab("diff-layers", "Layers", _unlike_layers, _layers),
    Tab(
        "diff-files",
        "Files",
        lambda found: "…" if found.files is None else f"{len(found.files):,}",
        _files,
    ),
    Tab(
        "diff-packages",
        "Packages",
        lambda found: "…" if found.packages is None else f"{len(found.packages):,}",
        _packages,
    ),
)
"""In their order on the screen; the digit of a tab's key is its place here."""


def tab_of(name: str) -> Tab:
    """The tab of an id."""
    return next(tab for tab in TABS if tab.id == name)
