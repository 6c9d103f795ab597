"""The rows under a tree of files: whatever is open, sought and sorted, they are what a plain walk
over the paths finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.compare.growth import growth
from ecrtui.compare.tree import Mark, Tree
from ecrtui.tui.widgets.tree_rows import CHANGES, EVERYTHING, ORDERS, TreeRows
from tests.compare.images import WISHES, Wish, granted
from tests.compare.layers import Item, file, index, whiteout

_KINDS = st.sets(st.sampled_from(sorted(EVERYTHING))).map(frozenset)
_TEXTS = st.sampled_from(["", "a", "/a", "a/b", "é", "!b", "!/a/", "!", "/"])
_ORDER = st.tuples(st.sampled_from(ORDERS), st.booleans())


def _tree(wishes: Sequence[Sequence[Wish]]) -> Tree:
    layers = [index(items) for items in granted(wishes)]
    return growth(layers).tree(len(layers) - 1)


def _shown(rows: TreeRows) -> list[str]:
    return [rows.tree.outline.paths[node] for node in rows.rows]


def _expected(
    tree: Tree,
    order: tuple[str, bool],
    seen: Callable[[int], bool],
    is_open: Callable[[int], bool],
) -> list[str]:
    """The paths of a walk that looks at every node."""
    outline = tree.outline

    def leads(node: int) -> bool:
        return any(seen(below) for below in range(node, outline.ends[node]))

    def key(node: int) -> tuple[int, int]:
        value = {"name": node, "size": tree.size(node), "delta": abs(tree.growth(node))}[order[0]]
        return (-value if order[1] else value, node)

    def walk(parent: int) -> list[str]:
        rows = []
        for node in sorted(filter(leads, outline.children(parent)), key=key):
            rows.append(outline.paths[node])
            if is_open(node):
                rows += walk(node)
        return rows

    return walk(0)


def _found(tree: Tree, text: str) -> set[int]:
    return {node for node, flag in enumerate(tree.outline.holding(text)) if flag}


def _seeing(tree: Tree, kinds: frozenset[Mark], text: str) -> Callable[[int], bool]:
    outline = tree.outline
    hits = _found(tree, text.lstrip("!"))

    def found(node: int) -> bool:
        while node and node not in hits:
            node = outline.parents[node]
        return node in hits

    def seen(node: int) -> bool:
        return tree.mark(node) in kinds and (
            not text.strip("!") or found(node) != text.startswith("!")
        )

    return seen


@given(WISHES, _KINDS, _TEXTS, _ORDER)
def test_open_rows_are_all_that_pass_with_the_way_to_them(
    wishes: list[list[Wish]], kinds: frozenset[Mark], text: str, order: tuple[str, bool]
) -> None:
    tree, rows = _tree(wishes), TreeRows()
    rows.show(tree)
    rows.sort(order[0], reverse=order[1])
    rows.find(text)
    rows.show_kinds(kinds)
    rows.open_all(opened=True)
    seen = _seeing(tree, kinds, text)
    assert _shown(rows) == _expected(tree, order, seen, lambda _: True)
    assert rows.found == sum(map(seen, range(1, len(tree.outline))))
    rows.open_all(opened=False)
    assert _shown(rows) == _expected(tree, order, seen, lambda _: False)


@given(WISHES, st.lists(st.integers(0, 30)), _ORDER)
def test_directories_open_one_by_one(
    wishes: list[list[Wish]], chosen: list[int], order: tuple[str, bool]
) -> None:
    tree, rows = _tree(wishes), TreeRows()
    rows.show(tree)
    rows.sort(order[0], reverse=order[1])
    opened: set[int] = set()
    for number in chosen:
        if number < len(rows):
            node = rows.rows[number]
            changed = rows.open(node, opened=node not in opened)
            assert changed == rows.is_directory(node)
            opened ^= {node} if changed else set()
    there = _seeing(tree, EVERYTHING, "")
    assert _shown(rows) == _expected(tree, order, there, opened.__contains__)


@given(WISHES, st.sampled_from(["a", "/a", "a/b"]))
def test_what_is_found_is_shown_closed_and_the_way_to_it_open(
    wishes: list[list[Wish]], text: str
) -> None:
    tree, rows = _tree(wishes), TreeRows()
    rows.show(tree)
    rows.find(text)
    hits = _found(tree, text)

    def is_open(node: int) -> bool:
        return any(below in hits for below in range(node + 1, tree.outline.ends[node]))

    seen = _seeing(tree, EVERYTHING, text)
    assert _shown(rows) == _expected(tree, ("name", False), seen, is_open)


def _of(*layers: Sequence[Item]) -> TreeRows:
    rows = TreeRows()
    rows.show(growth([index(items) for items in layers]).tree(len(layers) - 1))
    return rows


def test_what_was_open_before_a_search_is_open_after_it() -> None:
    rows = _of([file("/a/b"), file("/c/d"), file("/e/d/f")])
    rows.open(rows.rows[0], opened=True)
    before = _shown(rows)
    rows.find("d")
    assert _shown(rows) == ["/c", "/c/d", "/e", "/e/d"]
    rows.open(rows.rows[3], opened=True)
    assert _shown(rows)[-1] == "/e/d/f"
    rows.open(rows.rows[0], opened=False)
    assert "/c/d" not in _shown(rows)
    rows.find("")
    assert _shown(rows) == before


def test_what_was_open_stays_so_in_a_tree_of_more_layers() -> None:
    below = [file("/a/b/c"), file("/d/e")]
    rows = _of(below)
    rows.open_all(opened=True)
    rows.open(rows.rows[3], opened=False)
    rows.show(growth([index(below), index([file("/a/b/new"), file("/z/y")])]).tree(1))
    assert _shown(rows) == ["/a", "/a/b", "/a/b/c", "/a/b/new", "/d", "/z"]


def test_a_tree_is_opened_as_far_as_there_is_room() -> None:
    rows = _of([file("/a/b/c"), file("/a/b/d"), file("/e/f")])
    for room, shown in ((1, 2), (3, 2), (4, 4), (6, 6), (100, 6)):
        rows.open_all(opened=False)
        rows.open_while(room)
        assert len(rows) == shown


def test_from_one_change_to_the_next() -> None:
    rows = _of([file("/a"), file("/b/c"), file("/d")], [file("/b/c", b"2"), whiteout("/d")])
    rows.show_kinds(EVERYTHING)
    first = rows.next_change(0, 1)
    assert first is not None
    second = rows.next_change(first, 1)
    assert second is not None
    assert [rows.path(first), rows.path(second)] == ["/b/c", "/d"]
    assert rows.next_change(second, 1) is None
    assert rows.next_change(second, -1) == first
    assert rows.next_change(first, -1) is None
    rows.show_kinds(CHANGES - {Mark.MODIFIED})
    assert rows.next_change(0, 1) == second


def test_a_row_that_is_not_seen_is_stood_for_by_what_it_is_in() -> None:
    rows = _of([file("/a/b/c"), file("/d")])
    assert rows.number_near("/a/b/c") == 0
    assert rows.number_near("/d") == 1
    rows.reveal(rows.tree.outline.nearest("/a/b/c"))
    assert rows.number_near("/a/b/c") == 2
    assert rows.number_near("/a/b/gone") == 1
    assert rows.number_near("/never") == 0
