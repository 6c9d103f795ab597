"""The filter line: never a crash, `!` is the complement, and each form does what it says."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecrtui.model import filtering
from ecrtui.model.filtering import LONGEST, Field, FilterError, parse_filter
from ecrtui.model.quantities import parse_duration, parse_size
from tests.worlds import HOSTILE

NOW = 1_000_000.0
DAY = 86400.0


class Row(NamedTuple):
    name: str
    tags: tuple[str, ...] = ()
    size: int | None = None
    pushed: float | None = None

    @property
    def haystack(self) -> str:
        return " ".join((self.name, *self.tags)).lower()


FIELDS = (
    Field[Row]("name", "text", lambda row: row.name),
    Field[Row]("tag", "text", lambda row: row.tags),
    Field[Row]("size", "size", lambda row: row.size),
    Field[Row]("pushed", "age", lambda row: row.pushed),
)

texts = st.one_of(st.text(max_size=8), st.sampled_from(HOSTILE))
rows = st.builds(
    Row,
    texts,
    st.lists(texts, max_size=3).map(tuple),
    st.one_of(st.none(), st.integers(0, 10**12)),
    st.one_of(st.none(), st.floats(0, NOW)),
)
parts = st.one_of(
    st.text(max_size=10),
    st.text('ab!~/":*?[]()\\|<>=. ', max_size=12),
    st.sampled_from(
        ["size:>5MB", "size:never", "pushed:<7d", "tag:v*", "name:/a|b/", "~abc", '"a b"', "/[/"]
    ),
)
lines = st.lists(parts, max_size=3).map(" ".join)


def matches(line: str, row: Row) -> bool:
    return parse_filter(line, FIELDS, NOW).matches(row, row.haystack)


@given(lines, rows)
@example("/[[a]/", Row("a"))
@example("/(?i)x(?i)/", Row("a"))
@example("/a{99999999999}/", Row("a"))
@example("size:" + "9" * 400, Row("a", (), 5))
@example("/" + "(" * 400, Row("a"))
def test_any_line_is_a_filter_or_says_why(line: str, row: Row) -> None:
    try:
        assert matches(line, row) in (True, False)
    except FilterError as refused:
        said = refused.hint
        assert said


@given(st.one_of(parts, st.text('ab/~".*', min_size=1, max_size=6)), rows)
def test_an_exclamation_mark_is_the_complement(part: str, row: Row) -> None:
    if part != part.strip() or part.startswith("!") or _several(part):
        return
    try:
        straight, turned = (parse_filter(line, FIELDS, NOW) for line in (part, f"!{part}"))
    except FilterError:
        return
    if len(straight.tests) == 1:
        assert straight.matches(row, row.haystack) is not turned.matches(row, row.haystack)


def _several(text: str) -> bool:
    """Whether a text is more than one part: `""x` is a part only begun and a word."""
    return len(filtering._PART.findall(text)) > 1


@given(lines, lines, rows)
def test_what_narrows_only_removes(first: str, second: str, row: Row) -> None:
    try:
        narrow, wide = (parse_filter(line, FIELDS, NOW) for line in (first, second))
    except FilterError:
        return
    if narrow.narrows(wide) and narrow.matches(row, row.haystack):
        assert wide.matches(row, row.haystack)


ROW = Row("Team/API", ("v1.2", "latest"), 5_000_000, NOW - 3 * DAY)


@pytest.mark.parametrize(
    ("line", "passes"),
    [
        ("", True),
        ("api", True),
        ("API v1", True),
        ("api v9", False),
        ("!v9", True),
        ("!api", False),
        ("tag:v1", True),
        ("tag:V1*", True),
        ("tag:1", False),
        ("tag:la?est", True),
        ("!tag:latest", False),
        ("tag:/t$/", True),
        ("name:team/", True),
        ("size:>4MB", True),
        ("size:>=5MB", True),
        ("size:<5MB", False),
        ("size:5MB", True),
        ("size:never", False),
        ("pushed:<7d", True),
        ("pushed:>7d", False),
        ("!pushed:never", True),
        ('"team/api v1"', True),
        ("/v[0-9]/", True),
        ("/v[0-9", None),
        ("~tai", True),
        ("~itap", False),
        ("colour:red", None),
        ("size:large", None),
        ("pushed:<7", None),
        ("sha256:abc", False),
        ("!", True),
        ("~", True),
        ('"', True),
        ("/", True),
        ("size:", True),
        ("!tag:", True),
        ("x" * (LONGEST + 1), None),
    ],
)
def test_each_form(line: str, passes: bool | None) -> None:
    if passes is None:
        with pytest.raises(FilterError) as refused:
            matches(line, ROW)
        assert refused.value.hint
    else:
        assert matches(line, ROW) is passes


@given(st.text(max_size=8))
def test_any_text_is_a_quantity_or_none(text: str) -> None:
    for value in (parse_size(text), parse_duration(text)):
        assert value is None or value >= 0


def test_quantities() -> None:
    assert [parse_size(text) for text in ("1kB", "1KiB", "1.5M", "7")] == [1000, 1024, 1.5e6, 7]
    assert [parse_duration(text) for text in ("90s", "2h", "1W", "7")] == [90, 7200, 7 * DAY, None]
