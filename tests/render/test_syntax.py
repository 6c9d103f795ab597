"""Colours of a language: over the very characters of a line, and never over what is hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.compare.contents import contents_difference
from ecrtui.model.contents import FileContents
from ecrtui.model.files import Entry, EntryKind
from ecrtui.render.changes import content_lines
from ecrtui.render.contents import shown_lines
from ecrtui.render.file_facts import contents_lines
from ecrtui.render.lexing import Request, Span, lex
from ecrtui.render.lines import TextLine, broken
from ecrtui.render.secrets import MASK
from ecrtui.render.syntax import KINDS, Coloured
from tests import worlds

PYTHON = ["import os", "", 'def go(n=12):  # "soon"', '    """Two', '\tlines."""', "    return 'é'"]
TEXT = st.text(st.sampled_from("ab \t'\"#\\\r\x1b\u202e\u0301漢=12{}"), max_size=60)


def spans(name: str, lines: list[str]) -> list[list[Span]]:
    found = lex(Request(name, [lines])).texts
    return found[0] if found else []


def coloured(name: str, lines: list[str]) -> Coloured:
    return Coloured(lines, spans(name, lines))


def contents(data: bytes) -> FileContents:
    return FileContents(Entry("/f", EntryKind.FILE, len(data)), data)


def pieces(lines: list[TextLine]) -> list[tuple[str, str]]:
    """(style, text) of all that is coloured by a language."""
    return [(cell.style, cell.text) for one in lines for cell in one.cells if cell.style in KINDS]


def test_python_is_told_apart() -> None:
    lines = PYTHON
    found = [
        (number, kind, lines[number][first:last])
        for number, line in enumerate(spans("app.py", lines))
        for first, last, kind in line
    ]
    assert (0, "keyword", "import") in found
    assert (2, "name", "go") in found
    assert (2, "number", "12") in found
    assert (2, "comment", '# "soon"') in found
    assert (3, "string", '"""Two') in found
    assert (4, "string", '\tlines."""') in found
    assert not [one for one in found if one[0] == 1]


@pytest.mark.parametrize("name", ["notes", "data.unknown", "README.txt", "", "\ufffd"])
def test_an_unknown_name_has_no_colours(name: str) -> None:
    assert not any(spans(name, PYTHON))


@given(st.lists(TEXT, max_size=8), st.sampled_from(["a.py", "a.toml", "a.sh", "a.html", "a.yml"]))
def test_spans_are_inside_their_lines(lines: list[str], name: str) -> None:
    told = spans(name, lines)
    assert len(told) == len(lines)
    for line, found in zip(lines, told, strict=True):
        for first, last, _ in found:
            assert 0 <= first < last <= len(line)


@given(TEXT, st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70), st.sampled_from(KINDS))),
       st.integers(1, 60))  # fmt: skip
def test_colours_change_no_character(line: str, any_spans: list[Span], columns: int) -> None:
    plain = broken((), line.expandtabs(4), columns, copy=line)
    over = Coloured([line], [any_spans]).over(plain, 1, line)
    assert [one.text for one in over] == [one.text for one in plain]
    assert [one.copy for one in over] == [one.copy for one in plain]


@given(st.integers(20, 60))
def test_a_broken_line_keeps_its_colours_where_they_belong(columns: int) -> None:
    line = "\tx = 'one two  three'  # four five   six seven eight nine ten eleven twelve"
    drawn = coloured("a.py", [line]).over(broken((), line.expandtabs(4), columns), 1, line)
    told = pieces(drawn)
    for kind, words in (("string", "'onetwothree'"), ("comment", line[line.index("#") :])):
        of_kind = "".join(text for style, text in told if style == kind)
        assert of_kind.replace(" ", "") == words.replace(" ", "")


@pytest.mark.parametrize("text", worlds.HOSTILE)
def test_text_that_is_made_safe_stays_plain(text: str) -> None:
    lines = [f"# {line}" for line in text.split("\n")]
    for number, line in enumerate(lines, 1):
        plain = broken((), line.expandtabs(4), 80)
        over = coloured("a.py", lines).over(plain, number, line)
        assert [one.text for one in over] == [one.text for one in plain]
    assert not pieces(coloured("a.py", ["# \x1b[31m"]).over(broken((), "# \x1b[31m", 80), 1, "#"))


def test_hidden_lines_have_no_colours() -> None:
    data = b"name = 'me'\npassword = 'first'\nn = 1\n"
    found, lines = contents(data), data.decode().splitlines()
    colours = coloured("a.py", lines)
    hidden = list(contents_lines(found, 80, unmasked=False, colours=colours))
    assert "me" in "".join(text for _, text in pieces(hidden))
    assert not [one for line in hidden if MASK in line.text for one in pieces([line])]
    shown = list(contents_lines(found, 80, unmasked=True, colours=colours))
    assert "'first'" in "".join(text for kind, text in pieces(shown) if kind == "string")


def test_each_side_of_a_difference_has_its_own_colours() -> None:
    before = ["a = 1", "'''", "b = 2", "'''", "token = 'x1'"]
    after = ["a = 1", "b = 2", "token = 'x2'"]
    sides = [contents("".join(f"{line}\n" for line in lines).encode()) for lines in (before, after)]
    colours = [coloured("a.py", lines) for lines in (before, after)]
    lines = list(shown_lines(contents_difference(*sides)))
    drawn = {
        (line.kind, line.before, line.after): content_lines(line, 80, colours) for line in lines
    }
    plain = [one.text for line in lines for one in content_lines(line, 80)]
    assert [one.text for line in drawn.values() for one in line] == plain
    assert pieces(drawn["same", 1, 1]) == [("number", "1")]
    assert pieces(drawn["removed", 2, None]) == [("string", "'''")]
    assert pieces(drawn["same", 3, 2]) == [("number", "2")]
    for line in lines:
        if line.masked:
            assert not pieces(drawn[line.kind, line.before, line.after])
    (removed,) = drawn["removed", 2, None]
    assert removed.tint == "removed"
    assert ("- ", "bad") in removed.cells
