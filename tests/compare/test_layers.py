"""Layers side by side, and that reading only what matters gives the whole difference."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.compare.files import Difference, difference
from ecrtui.compare.filesystem import flatten
from ecrtui.compare.layers import compared, to_read
from ecrtui.compare.reading import Open, opened, unsettled
from ecrtui.compare.sequences import aligned
from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import Layer
from tests.compare.images import WISHES, Wish, granted
from tests.compare.layers import Item, directory, file, index, link, opaque, whiteout


def layers(*names: str) -> list[Layer]:
    """`tar/zip`: what is in it, and how it is compressed."""
    return [
        Layer(number, f"sha256:{name}", 10, diff_id=f"sha256:{name.split('/')[0]}", created_by=name)
        for number, name in enumerate(names)
    ]


def told(before: Sequence[Layer], after: Sequence[Layer]) -> list[str]:
    return [
        f"{row.change[0]}{'~' if row.recompressed else ''} {row.digest.removeprefix('sha256:')}"
        for row in compared(before, after)
    ]


def test_layers_by_digest_and_by_what_is_in_them() -> None:
    before = layers("base/1", "apt/1", "pip/1", "app/1")
    after = layers("base/1", "pip/2", "new/1", "app/1")
    assert told(before, after) == ["s base/1", "r apt/1", "s~ pip/2", "a new/1", "s app/1"]


def test_without_a_diff_id_the_digest_decides() -> None:
    before, after = [Layer(0, "sha256:a", 1)], [Layer(0, "sha256:b", 1)]
    assert [row.change for row in compared(before, after)] == ["removed", "added"]
    assert [row.change for row in compared(before, before)] == ["same"]


def test_what_to_read() -> None:
    found = to_read(compared(layers("a", "b", "c", "d"), layers("a", "b", "x", "d", "e")))
    assert (found.before, found.after, found.shared) == ((2, 3), (2, 3, 4), 2)
    same = to_read(compared(layers("a", "b"), layers("a", "b")))
    assert (same.before, same.after, same.shared) == ((), (), 2)


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_the_common_subsequence_is_the_longest(a: str, b: str) -> None:
    pairs = aligned(a, b, str.__eq__)
    assert [one for one, _ in pairs if one is not None] == list(range(len(a)))
    assert [other for _, other in pairs if other is not None] == list(range(len(b)))
    both = [(one, other) for one, other in pairs if one is not None and other is not None]
    assert all(a[one] == b[other] for one, other in both)
    assert len(both) == _longest(a, b)


def _longest(a: str, b: str) -> int:
    if not a or not b:
        return 0
    if a[0] == b[0]:
        return 1 + _longest(a[1:], b[1:])
    return max(_longest(a[1:], b), _longest(a, b[1:]))


def test_lists_too_long_keep_beginning_and_end() -> None:
    a, b = [*range(2000)], [0, *range(5000, 7000), 1999]
    pairs = aligned(a, b, int.__eq__)
    assert [pair for pair in pairs if None not in pair] == [(0, 0), (1999, 2001)]
    assert len(pairs) == 2 + 1998 + 2000


def left_open(a: Sequence[Item], b: Sequence[Item]) -> Open:
    return opened(flatten([index(a)]), flatten([index(b)]))


def test_nothing_is_open_when_both_touch_the_same() -> None:
    assert not left_open([file("/a/x", b"1")], [file("/a/x", b"2")])
    assert not left_open([whiteout("/a")], [whiteout("/a")])
    assert not left_open([directory("/a"), opaque("/a")], [directory("/a"), opaque("/a")])


def test_what_one_side_does_alone_is_open() -> None:
    assert left_open([file("/x")], []).paths == {"/x"}
    assert left_open([], [whiteout("/x")]) == Open(frozenset(), frozenset({"/x"}))
    assert left_open([opaque("/a")], []).trees == {"/a/"}
    assert left_open([link("/x", "/y")], [link("/x", "/y")]).paths == {"/y"}


def test_a_file_in_place_of_a_directory_hides_what_is_in_it_once_that_is_known() -> None:
    left = left_open([file("/x")], [])
    assert not left.trees
    for below in ([directory("/x")], [file("/x/y/z")], [file("/x/y")]):
        assert unsettled(left, index(below)).trees == {"/x"}
    assert not unsettled(left, index([file("/y/x")])).trees


def test_directories_that_a_shared_layer_implies_take_no_memory() -> None:
    left = left_open([file("/x"), file("/0/a/a")], [])
    below = index([file(f"/{number}" + "/a" * 2000) for number in range(10)])
    tracemalloc.start()
    try:
        trees = unsettled(left, below).trees
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert trees == {"/0/a/a"}
    assert peak < 1_000_000


def test_a_directory_implied_for_what_the_other_side_takes_away_is_open() -> None:
    assert left_open([file("/d/x")], [whiteout("/d/x")]).paths == {"/d"}


def test_a_shared_link_is_followed_to_the_layer_of_its_target() -> None:
    left = unsettled(left_open([file("/x")], []), index([link("/x", "/y")]))
    assert left.paths == {"/y"}
    assert not unsettled(left, index([file("/y")]))


def test_the_highest_layer_that_has_it_settles_it() -> None:
    left = left_open([file("/x")], [])
    assert not unsettled(left, index([file("/x")]))
    assert unsettled(left, index([file("/y")]))
    assert not unsettled(left, index([whiteout("/x")]))
    # A directory may hold more further down.
    assert unsettled(left, index([directory("/x")]))


@given(WISHES, WISHES, WISHES)
def test_reading_what_matters_gives_the_whole_difference(
    shared: Sequence[Sequence[Wish]], one: Sequence[Sequence[Wish]], two: Sequence[Sequence[Wish]]
) -> None:
    bottom = [index(items) for items in granted(shared)]
    above = [
        [index(items) for items in granted([*shared, *more[:2]])[len(shared) :]]
        for more in (one, two)
    ]
    whole = difference(flatten([*bottom, *above[0]]), flatten([*bottom, *above[1]]))
    assert _rows(_lazily(bottom, above[0], above[1])) == _rows(whole)


def _lazily(shared: list[LayerIndex], a: list[LayerIndex], b: list[LayerIndex]) -> Difference:
    left = opened(flatten(a), flatten(b))
    unread, read = list(shared), list[LayerIndex]()
    while left and unread:
        read.insert(0, unread.pop())
        left = unsettled(left, read[0])
    return difference(flatten([*read, *a]), flatten([*read, *b]))


def _rows(found: Difference) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(row.path, row.change, row.differs) for row in found.rows()]
