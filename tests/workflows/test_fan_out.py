"""Answers together, as they come: none is lost, and what ends them is told last."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ecrtui.workflows.fan_out import in_batches


def test_all_answers_come_in_their_order() -> None:
    batches = list(in_batches(iter(range(100))))
    assert [one for batch in batches for one in batch] == list(range(100))
    assert all(batches)
    assert list(in_batches(iter(()))) == []


def test_what_is_there_is_not_kept_back_by_what_is_not() -> None:
    more = threading.Event()

    def slowly() -> Iterator[str]:
        yield "first"
        more.wait()
        yield "second"

    batches = in_batches(slowly())
    assert next(batches) == ["first"]
    more.set()
    assert next(batches) == ["second"]


def test_a_failure_comes_after_what_came_before_it() -> None:
    def fails() -> Iterator[int]:
        yield 1
        raise LookupError("no more")

    batches = in_batches(fails())
    assert next(batches) == [1]
    with pytest.raises(LookupError, match="no more"):
        next(batches)
