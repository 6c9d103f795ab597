"""Bytes and account numbers as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.render.sizes import account, size

FACTORS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15, "EB": 10**18}


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, ""),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1249, "1.2 kB"),
        (99_949, "99.9 kB"),
        (99_950, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (182_400_000, "182 MB"),
        (3_150_000_000, "3.1 GB"),
    ],
)
def test_size(count: int | None, text: str) -> None:
    assert size(count) == text


@given(st.integers(min_value=0, max_value=10**20))
def test_a_size_is_near_the_truth_and_short(count: int) -> None:
    number, unit = size(count).split()
    assert abs(float(number) * FACTORS[unit] - count) <= max(0.051 * FACTORS[unit], count / 190)
    assert len(number) <= 4


def test_account() -> None:
    assert account("123456789012") == "1234-5678-9012"
    assert account("") == ""
    assert account("public") == "public"
