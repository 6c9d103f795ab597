"""What a benchmark finds: a figure of ours beside a peer's of the same run, and its budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

ROUNDS = 5
MISSED = "**missed**"


class Wrong(Exception):
    """The result of what was measured is not what it must be: its figure is worth nothing."""


def require(true: bool, what: str) -> None:
    """Raise Wrong unless it is so."""
    if not true:
        raise Wrong(what)


@dataclass(frozen=True)
class Figure:
    """One line of the table. Values are in `unit`; the budget is a ratio where there is a peer."""

    what: str
    ours: float
    unit: str = "s"
    peer: str = ""
    theirs: float | None = None
    """None where the peer is not installed, or there is none."""
    most: float | None = None
    """The most the ratio may be, or without a peer, or with `absolute`, our own value."""
    absolute: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours to the peer's."""
        return None if self.theirs is None else self.ours / self.theirs

    @property
    def verdict(self) -> str:
        """`ok`, `missed`, or '' where nothing is promised."""
        if self.most is None:
            return ""
        held = self.ours if self.absolute or not self.peer else self.ratio
        if held is None:
            return "no peer"
        return "ok" if held <= self.most else MISSED

    @property
    def cells(self) -> list[str]:
        """The line's cells: what, ours, peer, ratio, budget, verdict."""
        theirs = "" if self.theirs is None else f": {amount(self.theirs, self.unit)}"
        peer = f"{self.peer}{theirs}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return [self.what, amount(self.ours, self.unit), peer, ratio, self._budget, self.verdict]

    @property
    def _budget(self) -> str:
        if self.most is None:
            return ""
        if self.absolute or not self.peer:
            return amount(self.most, self.unit)
        return f"{self.most:g} x"


def against(
    what: str, ours: float, peer: str, theirs: float | None, *, most: float | None = None
) -> Figure:
    """Seconds of ours beside a peer's; the budget is their ratio."""
    return Figure(what, ours, peer=peer, theirs=theirs, most=most)


HEAD = ["what", "ours", "peer", "ratio", "budget", "verdict"]


def amount(value: float, unit: str) -> str:
    """A value as a person reads it."""
    if unit == "s":
        return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s"
    return f"{value:,.0f} {unit}"


def interleaved(
    contenders: Mapping[str, Callable[[], float]], rounds: int = ROUNDS
) -> dict[str, float]:
    """Each contender's median over rounds in which all take their turn.

    A first round that nobody counts brings files into memory.
    """
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, run in contenders.items():
            value = run()
            if number:
                taken[name].append(value)
    return {name: median(values) for name, values in taken.items()}


def markdown(figures: list[Figure]) -> str:
    """The table."""
    rows = [HEAD, ["---"] * len(HEAD), *(figure.cells for figure in figures)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"
