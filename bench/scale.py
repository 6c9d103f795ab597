"""How much a run measures: the whole, or what a pipeline has time for."""

from __future__ import annotations

from typing import NamedTuple


class Scale(NamedTuple):
    """Rounds in which all contenders take their turn, and the sizes of the worlds."""

    rounds: int
    repositories: int
    images: int


WHOLE = Scale(rounds=7, repositories=1_000, images=100_000)
QUICK = Scale(rounds=1, repositories=1_000, images=10_000)
