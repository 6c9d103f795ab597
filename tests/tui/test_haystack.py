"""Words are found in pages of rows exactly as they are found in each row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.render.columns import Column, plain
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.widgets.haystack import Haystack
from tests import worlds
from tests.tui.explorer import opened
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


def haystack(rows: list[Row]) -> Haystack[Row]:
    below = lambda row: [("child", ())] if row[0] else []  # noqa: E731
    return Haystack(COLUMNS, below, lambda row: row[0], rows)


def holds(row: Row, word: str) -> bool:
    texts = (row[0], *row[1], *(["child"] if row[0] else []))
    return any(word in text.replace("\0", " ").lower() for text in texts)


@given(
    st.lists(st.lists(rows, max_size=40), max_size=4),
    words,
    st.integers(1, 40),
    st.sampled_from([0, 1, 700, 1024]),
)
def test_any_word_in_any_rows(pages: list[list[Row]], word: str, times: int, prepared: int) -> None:
    every = list[Row]()
    made = haystack(every)
    for page in pages:
        every += page * times
        made.prepare(prepared)
        assert made.complete or len(every) > prepared
    assert made.holding(word) == [at for at, row in enumerate(every) if holds(row, word)]
    for at in range(0, len(every), 97):
        assert all(part.replace("\0", " ").lower() in made.text(at) for part in every[at][1])


@given(st.lists(rows, min_size=1, max_size=30), rows, st.data(), words)
def test_rows_are_replaced(known: list[Row], other: Row, data: st.DataObject, word: str) -> None:
    every = known * 50
    made = haystack(every)
    made.prepare(data.draw(st.integers(0, len(every))))
    at = data.draw(st.integers(0, len(every) - 1))
    every[at] = other
    made.put({at: other})
    every.append(other)
    assert made.holding(word) == [at for at, row in enumerate(every) if holds(row, word)]
    assert made.complete or "\0" in word
    made.clear([])
    assert made.holding(word) == []


async def test_it_is_made_before_anybody_looks(busy_sandbox: Sandbox) -> None:
    name = next(iter(busy_sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories))
    async with opened(name) as person:
        await person.at("images", name)
        data = person.listing.table.data
        assert data.rows
        await person.until(lambda: data.prepared, "what the filter searches")
