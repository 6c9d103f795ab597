"""The tabs of a comparison: what each is called, how much is in it, and its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ecrtui.compare.comparison import Comparison
from ecrtui.render.changes import config_lines, layer_lines, package_lines, summary_lines
from ecrtui.render.finding_changes import finding_change_lines
from ecrtui.render.lines import TextLine, note


class View(NamedTuple):
    """What a tab draws from."""

    found: Comparison
    columns: int
    waiting: str
    """How far the reading of layers is, while files and packages are not known."""
    read: Mapping[str, int]
    """Bytes read so far of each layer on its way, by digest."""
    contents: Sequence[TextLine]
    """Of the file that was opened."""
    unmasked: bool


class Tab(NamedTuple):
    """One tab: its id is the command that opens it."""

    id: str
    title: str
    amount: Callable[[Comparison], str]
    lines: Callable[[View], Sequence[TextLine]]


def _summary(view: View) -> Sequence[TextLine]:
    return summary_lines(view.found, view.columns, view.waiting)


def _config(view: View) -> Sequence[TextLine]:
    return config_lines(view.found, view.columns, unmasked=view.unmasked)


def _layers(view: View) -> Sequence[TextLine]:
    return layer_lines(view.found, view.read)


def _files(view: View) -> Sequence[TextLine]:
    if view.found.files is None:
        return [note(view.waiting)]
    return [note("Not one file differs, as a container sees them.")]


def _packages(view: View) -> Sequence[TextLine]:
    if view.found.packages is None:
        return [note(view.waiting)]
    return package_lines(view.found, view.columns)


def _contents(view: View) -> Sequence[TextLine]:
    return view.contents


def _findings(view: View) -> Sequence[TextLine]:
    return finding_change_lines(view.found, view.columns, view.waiting)


def _unlike_findings(found: Comparison) -> str:
    told = found.findings
    if told is None or told.changes is None:
        return "" if told is None else "?"
    return f"{len(told.changes.fixed) + len(told.changes.introduced):,}"


def _unlike_layers(found: Comparison) -> str:
    unlike = sum(1 for row in found.layers if row.change != "same")
    return f"{unlike}/{len(found.layers)}" if found.layers else ""


def _number(known: Sequence[object] | None) -> str:
    return "…" if known is None else f"{len(known):,}"


TABS = (
    Tab("diff-summary", "Summary", lambda _: "", _summary),
    Tab("diff-config", "Config", lambda found: _number(found.config), _config),
    Tab("diff-layers", "Layers", _unlike_layers, _layers),
    Tab(
        "diff-files",
        "Files",
        lambda found: "…" if found.files is None else f"{len(found.files):,}",
        _files,
    ),
    Tab("diff-packages", "Packages", lambda found: _number(found.packages), _packages),
    Tab("diff-contents", "Contents", lambda _: "", _contents),
    Tab("diff-findings", "Findings", _unlike_findings, _findings),
)
"""In their order on the screen; the digit of a tab's key is its place here."""
SUMMARY, CONFIG, LAYERS, FILES, PACKAGES, CONTENTS, FINDINGS = TABS


def tab_of(name: str) -> Tab:
    """The tab of an id."""
    return next(tab for tab in TABS if tab.id == name)


def differs(tab: Tab, found: Comparison) -> bool:
    """Whether a tab has anything that changed, as far as is known."""
    return tab.amount(found).partition("/")[0] not in ("", "0", "…", "?")
