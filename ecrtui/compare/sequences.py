"""The longest common subsequence of two short lists: of layers, of history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
_MOST = 1_000_000
"""Pairs looked at; an image has 127 layers at most under overlayfs, and this is a second or so."""

Pair = tuple["int | None", "int | None"]


def aligned(a: Sequence[T], b: Sequence[T], same: Callable[[T, T], bool]) -> list[Pair]:
    """Both lists in one order: pairs of numbers, None where only one side has it.

    What was removed stands before what was added in its place. Of lists too long to be looked at
    pair by pair only the common beginning and end are found.
    """
    start = 0
    while start < min(len(a), len(b)) and same(a[start], b[start]):
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and same(a[-1 - end], b[-1 - end]):
        end += 1
    pairs: list[Pair] = [(number, number) for number in range(start)]
    pairs += _middle(a, b, same, (start, len(a) - end), (start, len(b) - end))
    pairs += [(len(a) - left, len(b) - left) for left in range(end, 0, -1)]
    return pairs


def _middle(
    a: Sequence[T],
    b: Sequence[T],
    same: Callable[[T, T], bool],
    part_a: tuple[int, int],
    part_b: tuple[int, int],
) -> list[Pair]:
    (i, end_a), (j, end_b) = part_a, part_b
    lengths = None
    if (end_a - i) * (end_b - j) <= _MOST:
        lengths = _lengths(a[i:end_a], b[j:end_b], same)
    pairs: list[Pair] = []
    first_a, first_b = i, j
    while lengths and i < end_a and j < end_b:
        row, column = i - first_a, j - first_b
        if same(a[i], b[j]) and lengths[row][column] == lengths[row + 1][column + 1] + 1:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif lengths[row + 1][column] >= lengths[row][column + 1]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    pairs += [(left, None) for left in range(i, end_a)]
    pairs += [(None, left) for left in range(j, end_b)]
    return pairs


def _lengths(a: Sequence[T], b: Sequence[T], same: Callable[[T, T], bool]) -> list[list[int]]:
    """How long the longest is from each pair of places on."""
    lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            if same(a[i], b[j]):
                lengths[i][j] = lengths[i + 1][j + 1] + 1
            else:
                lengths[i][j] = max(lengths[i + 1][j], lengths[i][j + 1])
    return lengths
