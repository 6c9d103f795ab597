"""Formats by themselves: alignment, exact values, and no text that breaks a line."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.headless.output import Column, Listing, Output
from ecrtui.render.ages import Times
from ecrtui.render.text import width

PAIRS: Listing[tuple[str, str]] = Listing(
    (
        Column("NAME", lambda row, _: row[0], lambda row: row[0]),
        Column("SIZE", lambda row, _: row[1], lambda row: row[1], right=True),
    ),
    lambda row: {"name": row[0], "size": row[1]},
)
ROWS = st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=5)
PRINTABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def printed(chosen: str, pages: list[list[tuple[str, str]]], *, terminal: bool = False) -> str:
    stream = io.BytesIO()
    Output(chosen, Times(0.0), stream, terminal=terminal).pages(PAIRS, pages)
    return stream.getvalue().decode()


def test_the_terminal_decides_when_nothing_is_asked_for() -> None:
    assert printed("", [[("a", "1")]]) == "NAME\tSIZE\na\t1\n"
    assert printed("", [[("a", "1")]], terminal=True) == "NAME  SIZE\na        1\n"
    assert printed("plain", [[("a", "1")]], terminal=True) == "NAME\tSIZE\na\t1\n"


@given(st.lists(ROWS, max_size=3))
def test_every_row_is_one_line(pages: list[list[tuple[str, str]]]) -> None:
    count = sum(map(len, pages))
    plain = printed("plain", pages).split("\n")
    assert len(plain) == count + 2
    assert {line.count("\t") for line in plain[:-1]} == {1}
    assert len(printed("markdown", pages).split("\n")) == count + 3
    assert not any(letter in printed("", pages, terminal=True) for letter in "\x1b\r\t\x9b")


@given(st.lists(st.lists(st.tuples(PRINTABLE, PRINTABLE), max_size=5), max_size=3))
def test_json_is_exact_and_valid(pages: list[list[tuple[str, str]]]) -> None:
    rows = [{"name": name, "size": size} for page in pages for name, size in page]
    assert json.loads(printed("json", pages)) == rows
    assert [json.loads(line) for line in printed("jsonl", pages).split("\n")[:-1]] == rows


@pytest.mark.parametrize("text", ["宽字符", "e\u0301", "x" * 500])
def test_columns_stand_under_each_other(text: str) -> None:
    lines = printed("", [[(text, "1"), ("a", "22")]], terminal=True).splitlines()
    assert len({width(line) for line in lines}) == 1
    assert max(map(width, lines)) <= 70


def test_lines_keep_their_tabs_and_no_others() -> None:
    stream = io.BytesIO()
    Output("", Times(0.0), stream, terminal=False).lines([["a", "b\tc\x1b"], ["d"]])
    assert stream.getvalue().decode() == "a\tb␉c␛\nd\n"
