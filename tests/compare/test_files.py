"""The difference of two file systems."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given

from ecrtui.compare.files import Difference, Rename, Summary, difference
from ecrtui.compare.filesystem import flatten
from ecrtui.model.files import NO_DIGEST, EntryKind
from tests.compare.images import WISHES, Wish, granted
from tests.compare.layers import Item, directory, file, index, link, symlink, whiteout


def compare(a: Sequence[Item], b: Sequence[Item], *, mtime: bool = False) -> Difference:
    return difference(flatten([index(a)]), flatten([index(b)]), mtime=mtime)


def test_the_same_is_no_difference() -> None:
    items = [directory("/a"), file("/a/b"), symlink("/c", "a"), link("/d", "/a/b")]
    assert len(compare(items, items)) == 0
    assert compare(items, items).summary == Summary(0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        (file("/x", b"1"), file("/x", b"2"), ("content",)),
        (file("/x", b"1"), file("/x", b"12"), ("content", "size")),
        (file("/x", mode=0o644), file("/x", mode=0o4755), ("mode",)),
        (Item("/x", uid=1), Item("/x", gid=2), ("uid", "gid")),
        (symlink("/x", "a"), symlink("/x", "b"), ("linkname",)),
        (file("/x", b""), directory("/x", 0o644), ("type",)),
        (file("/x", b"1", 0o777), symlink("/x", "a"), ("size", "linkname", "type")),
        (Item("/x"), Item("/x", xattrs={"user.a": b"1"}), ("xattrs",)),
    ],
)
def test_what_differs(before: Item, after: Item, differs: tuple[str, ...]) -> None:
    found = compare([before], [after])
    assert found.modified == {"/x": differs}
    row = found.row("/x")
    assert row.before is not None
    assert row.after is not None
    assert (row.change, row.before.mode, row.after.mode) == ("modified", before.mode, after.mode)


def test_times_count_when_asked_for() -> None:
    before, after = [file("/x", mtime=1), file("/y", b"1", mtime=1)], [file("/x"), file("/y", b"2")]
    assert compare(before, after).modified == {"/y": ("content",)}
    found = compare(before, after, mtime=True).modified
    assert found == {"/x": ("mtime",), "/y": ("content", "mtime")}


def test_the_mode_of_a_symlink_means_nothing() -> None:
    other = msgspec.structs.replace(symlink("/x", "a"), mode=0o644)
    assert len(compare([symlink("/x", "a")], [other])) == 0


def test_which_name_of_a_file_is_the_link_is_no_difference() -> None:
    assert len(compare([file("/x"), link("/y", "/x")], [file("/y"), link("/x", "/y")])) == 0


def test_contents_nobody_told_of_are_the_same_when_the_sizes_are() -> None:
    known, told = index([file("/x", b"1"), file("/y", b"1")]), index([file("/x", b"2"), file("/y")])
    unknown = msgspec.structs.replace(told, digests=NO_DIGEST * 2, sizes=[1, 2])
    found = difference(flatten([known]), flatten([unknown]))
    assert found.modified == {"/y": ("content", "size")}


def test_a_rename_is_also_added_and_removed() -> None:
    found = compare([file("/a/x", b"text")], [file("/a/y", b"text")])
    assert found.renames == (Rename("/a/x", "/a/y"),)
    assert (found.added, found.removed) == (["/a/y"], ["/a/x"])


def test_what_is_no_rename() -> None:
    """Empty files, contents that occur twice, symlinks, and files that stayed."""
    a = [file("/e", b""), file("/t1", b"t"), file("/t2", b"t"), symlink("/s", "to"), file("/k")]
    b = [file("/e2", b""), file("/t3", b"t"), symlink("/s2", "to"), file("/k"), file("/k2")]
    assert compare(a, b).renames == ()


def test_sums() -> None:
    a = [file("/a/gone", b"1234"), file("/a/b/grown", b"1"), file("/a/b/shrunk", b"123")]
    b = [file("/a/b/grown", b"123"), file("/a/b/shrunk", b"1"), file("/a/c/new", b"12345")]
    found = compare(a, b)
    assert found.summary == Summary(2, 1, 2, 7, 6)
    assert found.sums["/a/b"] == (2, 2)
    assert found.sums["/a/c"] == (5, 0)
    assert [row.change for row in found.rows()] == [
        *("modified", "modified", "added", "added", "removed"),
    ]
    assert found.paths() == ["/a/b/grown", "/a/b/shrunk", "/a/c", "/a/c/new", "/a/gone"]


def test_bytes_of_links_are_counted_once() -> None:
    a = [file("/x", b"1234"), link("/y", "/x")]
    assert compare(a, [*a, link("/z", "/x")]).summary == Summary(1, 0, 0, 0, 0)
    one, gone = flatten([index(a)]), flatten([index(a), index([whiteout("/x")])])
    found = difference(one, gone).summary
    assert found.bytes_added - found.bytes_removed == 0


def test_a_path_that_did_not_change_has_no_row() -> None:
    with pytest.raises(KeyError):
        compare([file("/x")], [file("/x")]).row("/x")
    with pytest.raises(KeyError):
        compare([file("/x")], [file("/x")]).row("/y")


@given(WISHES, WISHES, WISHES)
def test_it_is_what_comparing_entry_by_entry_gives(
    shared: Sequence[Sequence[Wish]], one: Sequence[Sequence[Wish]], two: Sequence[Sequence[Wish]]
) -> None:
    """Whatever is shared at the bottom and skipped for that reason."""
    layers = [[index(items) for items in granted([*shared[:2], *more[:2]])] for more in (one, two)]
    a, b = flatten(layers[0]), flatten(layers[1])
    found = difference(a, b)
    entries = [
        {path: msgspec.structs.replace(files.entry(path), mtime=0) for path in files.walk()}
        for files in (a, b)
    ]
    assert set(found.added) == entries[1].keys() - entries[0].keys()
    assert set(found.removed) == entries[0].keys() - entries[1].keys()
    for path in entries[0].keys() & entries[1].keys():
        before, after = (
            msgspec.structs.replace(every[path], kind=files.kind(path), linkname="")
            for every, files in zip(entries, (a, b), strict=True)
        )
        symlinks = [every[path].linkname for every in entries if every[path].kind is _SYMLINK]
        differs = before != after or len(set(symlinks)) > 1
        assert (path in found.modified) is differs
    assert found.summary.bytes_added - found.summary.bytes_removed == b.size("/") - a.size("/")


_SYMLINK = EntryKind.SYMLINK
