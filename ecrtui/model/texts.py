"""Many short texts in one string: a word is looked for in all of them at once.

Looking into a hundred thousand short strings costs a call each, which one feels at every letter;
one string of a thousand texts costs one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, compress, repeat
from operator import add, contains

BETWEEN = "\0"
"""Stands between texts; nobody can type it, and it is taken out of them."""
TOGETHER = 1024
"""Texts that are best put together."""
_TRIED, _MANY = 32, 2
"""After so many hits it is known whether one of so many texts has the word; then it is found faster
text by text."""


class Texts:
    """Some texts in lower case, and where each begins."""

    def __init__(self, texts: Sequence[str]) -> None:
        joined = BETWEEN.join(texts).lower()
        if joined.count(BETWEEN) != len(texts) - 1:
            joined = BETWEEN.join(text.replace(BETWEEN, " ") for text in texts).lower()
        self.joined = joined + BETWEEN
        lengths = map(len, joined.split(BETWEEN))
        self.starts = array("I", accumulate(map(add, lengths, repeat(1)), initial=0))

    def text(self, at: int) -> str:
        """One of them, in lower case."""
        return self.joined[self.starts[at] : self.starts[at + 1] - 1]

    def texts(self) -> list[str]:
        """All of them, in lower case."""
        return self.joined.split(BETWEEN)[:-1]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def holding(self, word: str) -> list[int]:
        """The numbers of those that hold a word (in lower case), in their order."""
        found = self._few(word)
        return list(compress(range(len(self)), self._many(word))) if found is None else found

    def flags(self, word: str) -> bytes:
        """1 for each of those that hold a word (in lower case), 0 for the others."""
        found = self._few(word)
        return bytes(self._many(word)) if found is None else flags_of(found, len(self))

    def _few(self, word: str) -> list[int] | None:
        """As `holding`; None where so many hold it that they are better looked through."""
        joined, starts = self.joined, self.starts
        found: list[int] = []
        place = joined.find(word)
        while place >= 0:
            at = bisect_right(starts, place) - 1
            found.append(at)
            if len(found) == _TRIED and at < _TRIED * _MANY:
                return None
            place = joined.find(word, starts[at + 1])
        return found

    def _many(self, word: str) -> Iterator[bool]:
        return map(contains, self.texts(), repeat(word))

    def beginning(self, word: str) -> list[int]:
        """The numbers of those that begin with a word (in lower case), in their order."""
        if not word:
            return list(range(len(self.starts) - 1))
        joined, starts, sought = self.joined, self.starts, BETWEEN + word
        found = [0] if joined.startswith(word) else []
        place = joined.find(sought)
        while place >= 0:
            found.append(bisect_right(starts, place + 1) - 1)
            place = joined.find(sought, place + 1)
        return found


def flags_of(numbers: Iterable[int], size: int) -> bytes:
    """1 for each of the numbers, 0 for all others below `size`."""
    flags = bytearray(size)
    for number in numbers:
        flags[number] = 1
    return bytes(flags)
