"""Rows of a tree of files."""

from __future__ import annotations

import pytest

from ecrtui.compare.files import difference
from ecrtui.compare.filesystem import flatten
from ecrtui.compare.tree import tree_of_difference
from ecrtui.render.trees import Row, path_cells
from tests.compare.layers import file, index


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("/a/x", "/a/y", ["x  renamed to y", "y  renamed from x"]),
        ("/a/x", "/b/y", ["x  renamed to /b/y", "y  renamed from /a/x"]),
        ("/x", "/y", ["x  renamed to y", "y  renamed from x"]),
    ],
)
def test_a_renamed_file_says_where_it_went_and_came_from(
    before: str, after: str, shown: list[str]
) -> None:
    layers = index([file(before, b"text")]), index([file(after, b"text")])
    tree = tree_of_difference(difference(*(flatten([one]) for one in layers)))
    for path, told in zip((before, after), shown, strict=True):
        node = tree.outline.nearest(path)
        cells = path_cells(Row(tree, node, tree.entry(node), ""), 80)
        assert "".join(cell.text for cell in cells).strip() == told
