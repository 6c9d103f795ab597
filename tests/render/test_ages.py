"""Moments as people and machines read them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.render.ages import Times, age, iso, utc

NOW = 1_790_000_000.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0s"),
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (86399, "23h"),
        (86400, "1d"),
        (729 * 86400, "729d"),
        (730 * 86400, "2y"),
    ],
)
def test_age(seconds: float, text: str) -> None:
    assert age(NOW - seconds, NOW) == text


def test_an_unknown_moment_is_empty() -> None:
    times = Times(NOW)
    assert [age(None, NOW), utc(None), iso(None), times.short(None), times.long(None)] == [""] * 5


@given(st.floats(min_value=0, max_value=4e9))
def test_iso_says_the_same_second(moment: float) -> None:
    said = datetime.fromisoformat(iso(moment).replace("Z", "+00:00"))
    assert abs(said.timestamp() - moment) < 1


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_number_is_a_crash(moment: float) -> None:
    assert isinstance(iso(moment) + utc(moment) + age(moment, NOW), str)


def test_times_follow_the_choice() -> None:
    moment = NOW - 7200
    assert Times(NOW).short(moment) == "2h"
    assert Times(NOW, absolute=True).short(moment) == utc(moment)
    assert Times(NOW).long(moment) == f"{utc(moment)} UTC (2h ago)"
