"""Trees of files: every sum and mark is what a look at the whole would find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.compare.files import difference
from ecrtui.compare.filesystem import FileSystem, flatten
from ecrtui.compare.growth import growth
from ecrtui.compare.outline import Outline, outlined
from ecrtui.compare.tree import Counts, Mark, Tree, tree_of_difference
from ecrtui.model.files import LayerIndex
from tests.compare.images import WISHES, Wish, granted
from tests.compare.layers import directory, file, index, link, whiteout

_NAMES = st.text(st.sampled_from("aAbİ-. é\udcff"), min_size=1, max_size=3)
_PATHS = st.lists(_NAMES, min_size=1, max_size=4).map(lambda names: "/" + "/".join(names))


def _outline(paths: Sequence[str]) -> Outline:
    tree: dict[str, set[str]] = {}
    for path in paths:
        while path != "/":
            parent = path[: path.rfind("/")] or "/"
            tree.setdefault(parent, set()).add(path)
            path = parent
    return outlined(tree)


def _found(outline: Outline, text: str) -> list[int]:
    return [node for node, flag in enumerate(outline.holding(text)) if flag]


def _below(path: str, of: str) -> bool:
    return path != of and (of == "/" or path.startswith(of + "/"))


@given(st.lists(_PATHS, max_size=12))
def test_all_that_is_below_a_node_stands_right_behind_it(paths: list[str]) -> None:
    outline = _outline(paths)
    assert outline.paths[0] == "/"
    assert outline.paths == sorted(set(outline.paths), key=lambda path: path.split("/"))
    for node, path in enumerate(outline.paths):
        held = [other for other in outline.paths if _below(other, path)]
        assert outline.paths[node + 1 : outline.ends[node]] == held
        assert all(outline.parents[child] == node for child in outline.children(node))
        assert outline.nearest(path) == node
        assert outline.nearest(path.rstrip("/") + "/never/there") == node


class _Counted(list[str]):
    """Tells how often somebody took something from it."""

    taken = 0

    def __getitem__(self, at: Any) -> Any:
        self.taken += 1
        return super().__getitem__(at)


def test_a_path_is_found_among_many_without_a_look_at_each() -> None:
    outline = _outline([f"/srv/{number}" for number in range(5_000)])
    paths = outline.paths = _Counted(outline.paths)
    for path in ("/srv/4999", "/srv/0", "/srv/none", "/srv/", "/", "", "srv", "/tmp/x", "/srv/0/x"):
        node = outline.nearest(path)
        deepest = max((one for one in paths if one == path or _below(path, one)), key=len)
        assert list(paths)[node] == deepest, path
    assert 0 < paths.taken < 500


@given(st.lists(_PATHS, max_size=12), st.text(st.sampled_from("aAbİ-é"), min_size=1, max_size=2))
def test_a_text_is_found_in_names(paths: list[str], text: str) -> None:
    outline = _outline(paths)
    names = [path.rpartition("/")[2].lower() for path in outline.paths]
    found = [node for node, name in enumerate(names) if text.lower() in name]
    assert _found(outline, text) == found


@given(st.lists(_PATHS, max_size=12), _PATHS, st.integers(0, 3), st.integers(0, 2))
def test_a_text_with_slashes_is_found_where_it_ends(
    paths: list[str], of: str, start: int, short: int
) -> None:
    outline = _outline([*paths, of])
    text = of[start : len(of) - short]
    if "/" not in text or text == "/":
        return
    depth = text.count("/")
    expected = []
    for node, path in enumerate(outline.paths):
        parts = path.lower().split("/")
        tail = "/".join(parts[-depth - 1 :])  # its own name, and as many before it as are asked for
        inside = len(parts) > depth and node > 0
        head, _, name = text.lower().rpartition("/")
        fits = tail.rpartition("/")[0].endswith(head) and parts[-1].startswith(name)
        if inside and fits:
            expected.append(node)
    assert _found(outline, text) == expected


def _indexes(wishes: Sequence[Sequence[Wish]]) -> list[LayerIndex]:
    return [index(items) for items in granted(wishes)]


def _states(tree: Tree) -> dict[str, Mark]:
    marked = {path: tree.mark(node) for node, path in enumerate(tree.outline.paths)}
    return {path: mark for path, mark in marked.items() if mark is not Mark.ABSENT}


def _expected(files: FileSystem, layer: int) -> dict[str, Mark]:
    changes = files.changes[layer]
    return {
        **dict.fromkeys(files.codes, Mark.SAME),
        **dict.fromkeys(changes.removed, Mark.REMOVED),
        **dict.fromkeys(changes.modified, Mark.MODIFIED),
        **dict.fromkeys(changes.added, Mark.ADDED),
    }


@given(WISHES)
def test_the_tree_as_of_a_layer_is_that_of_the_layers_up_to_it(
    wishes: list[list[Wish]],
) -> None:
    layers = _indexes(wishes)
    grown = growth(layers)
    before: dict[str, int] = {}
    for layer in range(len(layers)):
        tree, files = grown.tree(layer), flatten(layers[: layer + 1])
        assert _states(tree) == _expected(files, layer)
        sizes = {path: files.size(path) for path in files.codes}
        for node, path in enumerate(tree.outline.paths):
            assert tree.sizes[node] == sizes.get(path, 0)
            assert tree.growth(node) == sizes.get(path, 0) - before.get(path, 0)
            there = files.entry(path) if path in files else None
            assert tree.after(node) == there
            assert tree.counts(node) == _counted(tree, path)
        before = sizes
    assert _states(grown.whole()) == dict.fromkeys(flatten(layers).codes, Mark.SAME)


def _counted(tree: Tree, path: str) -> Counts:
    marks = [mark for other, mark in _states(tree).items() if _below(other, path)]
    return Counts(*map(marks.count, (Mark.ADDED, Mark.MODIFIED, Mark.REMOVED)))


@given(WISHES)
def test_what_was_there_before_a_layer(wishes: list[list[Wish]]) -> None:
    layers = _indexes(wishes)
    grown = growth(layers)
    for layer in range(1, len(layers)):
        tree, files = grown.tree(layer), flatten(layers[:layer])
        for node, path in enumerate(tree.outline.paths):
            if tree.mark(node) is not Mark.ABSENT:
                assert tree.before(node) == (files.entry(path) if path in files else None)


@given(WISHES)
def test_trees_are_the_same_in_whatever_order_they_are_asked_for(
    wishes: list[list[Wish]],
) -> None:
    layers = _indexes(wishes)
    forth, back = growth(layers), growth(layers)
    numbers = range(len(layers))
    seen = {layer: list(forth.tree(layer).sizes) for layer in numbers}
    assert {layer: list(back.tree(layer).sizes) for layer in reversed(numbers)} == seen


@given(WISHES, WISHES)
def test_a_difference_as_a_tree(one: list[list[Wish]], other: list[list[Wish]]) -> None:
    found = difference(flatten(_indexes(one)), flatten(_indexes(other)))
    tree = tree_of_difference(found)
    expected = {
        **dict.fromkeys((*found.a.codes, *found.b.codes), Mark.SAME),
        **dict.fromkeys(found.added, Mark.ADDED),
        **dict.fromkeys(found.removed, Mark.REMOVED),
        **dict.fromkeys(found.modified, Mark.MODIFIED),
    }
    assert _states(tree) == expected
    for node, path in enumerate(tree.outline.paths):
        more, fewer = found.sums.get(path, (0, 0))
        assert tree.growth(node) == more - fewer
        assert tree.sizes[node] == (found.b.size(path) if path in found.b else 0)
        assert tree.before(node) == (found.a.entry(path) if path in found.a else None)
        assert tree.after(node) == (found.b.entry(path) if path in found.b else None)
        assert tree.counts(node) == _counted(tree, path)


def _sizes(tree: Tree) -> Mapping[str, int]:
    return {path: tree.size(node) for node, path in enumerate(tree.outline.paths)}


def test_what_is_gone_has_the_size_it_had() -> None:
    layers = [index([file("/a/b", b"123"), file("/a/c", b"4")]), index([whiteout("/a/b")])]
    tree = growth(layers).tree(1)
    assert _sizes(tree) == {"/": 1, "/a": 1, "/a/b": 3, "/a/c": 1}
    assert tree.growth(0) == -3
    assert tree.counts(0) == Counts(removed=1)


def test_the_bytes_of_a_link_whose_target_goes_stay_in_the_sum() -> None:
    grown = growth(
        [index([file("/a", b"123"), link("/b", "/a"), directory("/c")]), index([whiteout("/a")])]
    )
    first, second = grown.tree(0), grown.tree(1)
    assert _sizes(first) == {"/": 3, "/a": 3, "/b": 0, "/c": 0}
    assert _sizes(second) == {"/": 3, "/a": 3, "/b": 3, "/c": 0}
    assert second.growth(0) == 0
