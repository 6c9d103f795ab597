"""Words are found in pages of rows exactly as they are found in each row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.render.columns import Column, plain
from ecrtui.tui.widgets.haystack import Haystack
from tests.worlds import HOSTILE

Row = tuple[str, tuple[str, ...]]

letters = st.text("abAB\0\nİß", max_size=6) | st.sampled_from(HOSTILE)
rows = st.tuples(letters, st.lists(letters, max_size=3).map(tuple))
words = st.text("ab\0i̇s", min_size=1, max_size=3).map(str.lower)
COLUMNS = [
    Column[Row]("name", "", lambda row: plain(row[0]), lambda row: row[0]),
    Column[Row]("tags", "", lambda row: plain(""), lambda row: row[1]),
    Column[Row]("size", "", lambda row: plain(""), lambda row: 1, kind="size"),
]


def haystack() -> Haystack[Row]:
    return Haystack(COLUMNS, lambda row: [("child", ())] if row[0] else [], lambda row: row[0])


def holds(row: Row, word: str) -> bool:
    texts = (row[0], *row[1], *(["child"] if row[0] else []))
    return any(word in text.replace("\0", " ").lower() for text in texts)


@given(st.lists(st.lists(rows, max_size=40), max_size=4), words, st.integers(1, 40))
def test_any_word_in_any_rows(pages: list[list[Row]], word: str, times: int) -> None:
    made, every = haystack(), list[Row]()
    for page in pages:
        made.add(page * times)
        every += page * times
    assert made.holding(word) == [at for at, row in enumerate(every) if holds(row, word)]
    for at in range(0, len(every), 97):
        assert all(part.replace("\0", " ").lower() in made.text(at) for part in every[at][1])


@given(st.lists(rows, min_size=1, max_size=30), rows, st.data(), words)
def test_rows_are_replaced(known: list[Row], other: Row, data: st.DataObject, word: str) -> None:
    made = haystack()
    made.add(known * 50)
    at = data.draw(st.integers(0, len(known) * 50 - 1))
    every = known * 50
    every[at] = other
    made.put({at: other})
    made.add([other])
    assert made.holding(word) == [at for at, row in enumerate([*every, other]) if holds(row, word)]
    made.clear()
    assert made.holding(word) == []
