"""Two texts' lines, lined up, in bounded time whatever they hold.

Lines that both have once are anchors (patience diff); between two anchors the shortest edit is
looked for (Myers, "An O(ND) Difference Algorithm", 1986). The standard library's difflib takes
time in the cube of the lines where many are alike. What takes too many steps stays as it is: one
region that is wholly replaced.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_STEPS = 3_000_000
"""Of all shortest edits together: about a second."""
_EDITS = 1_000
"""Lines removed and added in one shortest edit; its trace takes memory in their square."""
_DEPTH = 8
"""How often a region is parted at its anchors, each time in time linear in its lines."""


class Region(NamedTuple):
    """Lines that differ, from 0, ends excluded; either side may be empty, but not both."""

    before: int
    before_end: int
    after: int
    after_end: int


class Changes(NamedTuple):
    """Where two texts differ."""

    regions: list[Region]
    """In order, with at least one equal line between two."""
    lined_up: bool
    """False where a region was too much to be looked at line by line."""


def line_changes(a: Sequence[str], b: Sequence[str]) -> Changes:
    """What is to be replaced in `a` to have `b`."""
    numbers: dict[str, int] = {}
    one = [numbers.setdefault(line, len(numbers)) for line in a]
    other = [numbers.setdefault(line, len(numbers)) for line in b]
    lining = _Lining(one, other)
    lining.run()
    return Changes(_regions(lining.blocks, len(one), len(other)), lining.lined_up)


Block = tuple[int, int, int]
"""Equal lines: where they begin on either side, and how many there are."""


def _regions(blocks: list[Block], length: int, other: int) -> list[Region]:
    """What lies between the blocks."""
    found = []
    at = other_at = 0
    for i, j, count in [*sorted(blocks), (length, other, 0)]:
        if i > at or j > other_at:
            found.append(Region(at, i, other_at, j))
        at, other_at = i + count, j + count
    return found


class _Lining:
    """Finds the blocks of two lists of numbers."""

    def __init__(self, a: list[int], b: list[int]) -> None:
        self._a, self._b = a, b
        self._left = _STEPS
        self.blocks: list[Block] = []
        self.lined_up = True

    def run(self) -> None:
        """All of them; blocks may touch each other and come in any order."""
        regions = [(Region(0, len(self._a), 0, len(self._b)), 0)]
        while regions:
            region, depth = regions.pop()
            region = self._trimmed(region)
            if region.before == region.before_end or region.after == region.after_end:
                continue
            anchors = self._anchors(region) if depth < _DEPTH else []
            if anchors:
                regions += [(inner, depth + 1) for inner in _between(region, anchors)]
                self.blocks += [(i, j, 1) for i, j in anchors]
            else:
                self._shortest(region)

    def _trimmed(self, region: Region) -> Region:
        """A region without the lines it begins and ends with on both sides."""
        a, b = self._a, self._b
        i, end, j, other_end = region
        while i < end and j < other_end and a[i] == b[j]:
            i, j = i + 1, j + 1
        while i < end and j < other_end and a[end - 1] == b[other_end - 1]:
            end, other_end = end - 1, other_end - 1
        if i > region.before:
            self.blocks.append((region.before, region.after, i - region.before))
        if end < region.before_end:
            self.blocks.append((end, other_end, region.before_end - end))
        return Region(i, end, j, other_end)

    def _anchors(self, region: Region) -> list[tuple[int, int]]:
        """Lines that occur once on both sides: the most of them that are in one order."""
        one, other = self._a[region[0] : region[1]], self._b[region[2] : region[3]]
        counts, others = Counter(one), Counter(other)
        places = {n: j for j, n in enumerate(other, region.after) if others[n] == 1}
        pairs = [
            (i, places[n])
            for i, n in enumerate(one, region.before)
            if n in places and counts[n] == 1
        ]
        return _longest_rising(pairs)

    def _shortest(self, region: Region) -> None:
        """The blocks of the shortest edit; none where it takes too many steps."""
        i, end, j, other_end = region
        a, b = self._a[i:end], self._b[j:other_end]
        if set(a).isdisjoint(b):
            return
        if abs(len(a) - len(b)) > _EDITS:
            self.lined_up = False
            return
        width = _EDITS + 2
        reach = [0] * (2 * width)
        trace: list[list[int]] = []
        for edits in range(min(_EDITS, len(a) + len(b)) + 1):
            trace.append(reach[width - edits - 1 : width + edits + 2])
            if self._further(a, b, reach, width, edits):
                self.blocks += [(i + x, j + y, length) for x, y, length in _walked(a, b, trace)]
                return
            if self._left < 0:
                break
        self.lined_up = False

    def _further(
        self, a: list[int], b: list[int], reach: list[int], width: int, edits: int
    ) -> bool:
        """One edit more on each diagonal; whether the end was reached."""
        length, other = len(a), len(b)
        for k in range(-edits, edits + 1, 2):
            x = _start(reach, width + k, k, edits)
            y = x - k
            begun = x
            while x < length and y < other and a[x] == b[y]:
                x, y = x + 1, y + 1
            reach[width + k] = x
            self._left -= 1 + x - begun
            if x >= length and y >= other:
                return True
        return False


def _start(reach: list[int], at: int, k: int, edits: int) -> int:
    """Where a diagonal is entered: from the one that came furthest."""
    if k == -edits or (k != edits and reach[at - 1] < reach[at + 1]):
        return reach[at + 1] if edits else 0
    return reach[at - 1] + 1


def _walked(a: list[int], b: list[int], trace: list[list[int]]) -> list[Block]:
    """The way back from the end, block by block."""
    blocks = []
    x, y = len(a), len(b)
    for edits in range(len(trace) - 1, -1, -1):
        reach, k = trace[edits], x - y
        entered = _start(reach, edits + 1 + k, k, edits)
        if x > entered:
            blocks.append((entered, entered - k, x - entered))
        down = k == -edits or (k != edits and reach[edits + k] < reach[edits + k + 2])
        x, y = (entered, entered - k - 1) if down else (entered - 1, entered - k)
    return blocks


def _between(region: Region, anchors: list[tuple[int, int]]) -> list[Region]:
    """What lies between anchors, where neither side is empty."""
    edges = [(region.before - 1, region.after - 1), *anchors, (region.before_end, region.after_end)]
    return [
        Region(a + 1, b, i + 1, j) for (a, i), (b, j) in pairwise(edges) if a + 1 < b and i + 1 < j
    ]


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of pairs, which rise in their first, that rise in their second too."""
    values = [value for _, value in pairs]
    if values == sorted(values):
        return pairs  # nothing moved, as in most texts
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, value in enumerate(values):
        at = bisect_left(ends, value)
        before.append(last[at - 1] if at else -1)
        ends[at : at + 1] = [value]
        last[at : at + 1] = [number]
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
