"""How far reading is: totals, the rate of late, and an end when nobody waits."""

from __future__ import annotations

import pytest

from ecrtui.errors import GivenUp
from ecrtui.model.manifest import Layer
from ecrtui.workflows.look_inside import LayerProgress
from ecrtui.workflows.progress import Fetching, Progress


class Hands:
    """A clock that goes when told to."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def layer(name: str, size: int) -> Layer:
    return Layer(1, name, size)


def test_bytes_and_the_total_of_all_that_was_announced() -> None:
    progress = Progress()
    one, other = layer("one", 100), layer("other", 50)
    progress.note(LayerProgress(one, 0, 0))
    progress.note(LayerProgress(other, 0, 0))
    progress.note(LayerProgress(one, 30, 2))
    found = progress.so_far()
    assert (found.bytes, found.total) == (30, 150)
    assert found.layers == {"one": 30, "other": 0}


def test_the_rate_is_that_of_late() -> None:
    hands = Hands()
    progress = Progress(hands)
    big = layer("big", 10_000)
    progress.note(LayerProgress(big, 0, 0))
    assert progress.so_far().left is None
    for second in range(1, 4):
        hands.at += 1
        progress.note(LayerProgress(big, second * 1_000, 0))
        found = progress.so_far()
    assert found.rate == 1_000
    assert found.left == 7
    for second in range(1, 12):
        hands.at += 1
        progress.note(LayerProgress(big, 3_000 + second * 10, 0))
        found = progress.so_far()
    assert found.rate == pytest.approx(10)


def test_nothing_is_asked_of_a_reading_that_never_began() -> None:
    assert Progress().so_far() == Fetching()


def test_who_is_given_up_ends_at_its_next_note() -> None:
    progress = Progress()
    progress.note(LayerProgress(layer("one", 1), 0, 0))
    progress.give_up()
    with pytest.raises(GivenUp):
        progress.note(LayerProgress(layer("one", 1), 1, 1))
