"""The rows under a table: any order, any filter, whatever comes and goes."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.filtering import parse_filter
from ecrtui.render.columns import Column, plain
from ecrtui.tui.widgets.table_rows import TableRows, natural


class _Row(NamedTuple):
    key: str
    names: tuple[str, ...] = ()
    weight: int | None = None


_COLUMNS: list[Column[_Row]] = [
    Column("name", "NAME", lambda row: plain(row.key), lambda row: row.names, natural=True),
    Column("key", "KEY", lambda row: plain(row.key), lambda row: row.key),
    Column("weight", "", lambda row: plain(""), lambda row: row.weight, kind="number"),
]
_rows = st.lists(
    st.builds(
        _Row,
        st.text(min_size=1),
        st.lists(st.text(), max_size=2).map(tuple),
        st.none() | st.integers(),
    ),
    unique_by=lambda row: row.key,
)


def _shown(rows: TableRows[_Row]) -> list[str]:
    return [row.key for number in range(len(rows)) if (row := rows.row_at(number)) is not None]


def _table(rows: list[_Row]) -> TableRows[_Row]:
    made = TableRows(_COLUMNS, lambda row: row.key)
    made.append(rows)
    return made


@given(_rows, st.sampled_from(["name", "key", "weight"]), st.booleans(), st.integers(0, 9))
def test_pages_join_an_order_as_if_all_had_been_there(
    rows: list[_Row], column: str, reverse: bool, first: int
) -> None:
    at_once, in_pages = _table(rows), _table(rows[:first])
    at_once.sort(column, reverse=reverse)
    in_pages.sort(column, reverse=not reverse)
    in_pages.sort(column, reverse=reverse)
    in_pages.append(rows[first:])
    assert _shown(in_pages) == _shown(at_once)


@given(_rows)
def test_what_is_unknown_comes_first(rows: list[_Row]) -> None:
    table = _table(rows)
    table.sort("weight", reverse=False)
    weights = [(row.weight is not None, row.weight or 0) for row in rows]
    shown = [table.rows[table.line(number).row].weight for number in range(len(table))]
    assert [(weight is not None, weight or 0) for weight in shown] == sorted(weights)


def test_numbers_in_a_name_sort_as_numbers() -> None:
    table = _table([_Row("a", ("v2.10",)), _Row("b", ("V2.9",)), _Row("c", ("v2.9\n1",))])
    table.sort("name", reverse=False)
    assert _shown(table) == ["b", "c", "a"]


@given(st.lists(st.text()))
def test_every_text_keeps_its_place(texts: list[str]) -> None:
    assert len(natural(texts)) == len(texts)


def test_a_row_that_comes_again_takes_its_new_place() -> None:
    table = _table([_Row("a", weight=1), _Row("b", weight=2)])
    table.sort("weight", reverse=False)
    table.append([_Row("a", weight=3)])
    assert _shown(table) == ["b", "a"]
    table.update(_Row("b", weight=4))
    assert _shown(table) == ["b", "a"], "one row alone does not jump"
    table.sort("weight", reverse=True)
    assert _shown(table) == ["b", "a"]


def test_marks_are_told_in_the_order_rows_came_hidden_ones_too() -> None:
    table = _table([_Row("c"), _Row("a"), _Row("b")])
    for key in ("b", "c", "gone"):
        table.toggle_mark(key)
    table.set_filter(parse_filter("a", table.fields()))
    assert [row.key for row in table.marked()] == ["c", "b"]
