"""Layers flattened: the rules one by one, and that the whole always fits together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given

from ecrtui.compare import stacking
from ecrtui.compare.filesystem import FileSystem, flatten
from ecrtui.errors import Corrupt
from ecrtui.model.files import EntryKind
from tests.compare.images import WISHES, Wish, granted
from tests.compare.layers import Item, directory, file, index, link, opaque, symlink, whiteout


def stack(*layers: Sequence[Item]) -> FileSystem:
    return flatten([index(items) for items in layers])


def test_no_layers_are_a_root_alone() -> None:
    files = flatten([])
    assert list(files.walk()) == ["/"]
    assert files.entry("/").kind is EntryKind.DIRECTORY
    assert files.size("/") == 0


def test_a_whiteout_removes_what_is_below_wherever_it_stands() -> None:
    files = stack(
        [file("/a/old"), file("/b")],
        [file("/a/new"), directory("/a"), whiteout("/a"), whiteout("/b"), whiteout("/never")],
    )
    assert list(files.walk()) == ["/", "/a", "/a/new"]
    assert files.changes[1].removed.keys() == {"/a/old", "/b"}


def test_an_opaque_directory_keeps_its_own() -> None:
    files = stack(
        [directory("/a", 0o700), file("/a/old"), file("/a/both", b"1")],
        [file("/a/new"), file("/a/both", b"2"), opaque("/a")],
    )
    assert list(files.walk()) == ["/", "/a", "/a/both", "/a/new"]
    assert files.entry("/a").mode == 0o700
    assert files.changes[1].added == ["/a/new"]
    assert files.changes[1].modified.keys() == {"/a/both"}
    assert files.changes[1].removed.keys() == {"/a/old"}


def test_an_opaque_root_hides_everything() -> None:
    assert list(stack([file("/a/b")], [opaque("/"), file("/c")]).walk()) == ["/", "/c"]


def test_what_a_layer_puts_back_unchanged_is_not_changed() -> None:
    layer = [directory("/a"), file("/a/b", b"1")]
    changes = stack(layer, [whiteout("/a"), *layer]).changes[1]
    assert (changes.added, changes.modified, changes.removed) == ([], {}, {})


def test_a_file_over_a_directory_removes_what_was_in_it() -> None:
    files = stack([file("/a/b/c")], [file("/a", b"now")])
    assert list(files.walk()) == ["/", "/a"]
    assert files.changes[1].modified.keys() == {"/a"}
    assert files.changes[1].removed.keys() == {"/a/b", "/a/b/c"}


def test_a_symlink_over_a_directory_and_a_directory_over_a_symlink() -> None:
    files = stack(
        [file("/usr/lib/x"), file("/lib/y")],
        [whiteout("/lib/y"), symlink("/lib", "usr/lib")],
        [directory("/lib"), file("/lib/z")],
    )
    assert list(files.walk("/lib")) == ["/lib", "/lib/z"]
    before = files.changes[2].modified["/lib"]
    assert files.version("/lib", before).linkname == "usr/lib"


def test_a_symlink_is_not_followed_by_a_layer() -> None:
    files = stack([file("/usr/lib/x"), symlink("/lib", "usr/lib")], [file("/lib/y")])
    assert list(files.walk("/lib")) == ["/lib", "/lib/y"]
    assert "/usr/lib/y" not in files


def test_metadata_alone_changes() -> None:
    files = stack(
        [directory("/a"), file("/a/b", mtime=1)],
        [directory("/a", 0o500), file("/a/b", mtime=2)],
    )
    assert files.changes[1].modified.keys() == {"/a"}
    assert files.entry("/a").mode == 0o500
    assert (files.entry("/a/b").mtime, files.layer("/a/b")) == (2, 1)


def test_implied_directories() -> None:
    files = stack([file("/x")], [file("/a/b/c")])
    implied = files.entry("/a/b")
    assert (implied.kind, implied.mode, implied.uid) == (EntryKind.DIRECTORY, 0o755, 0)
    assert files.layer("/a/b") == 1
    assert sorted(files.changes[1].added) == ["/a", "/a/b", "/a/b/c"]


def test_a_hard_link_is_another_name_of_its_target() -> None:
    files = stack([file("/a", b"12345", mode=0o755)], [link("/b", "/a"), link("/c", "/b")])
    target, other = files.entry("/a"), files.entry("/c")
    assert other.kind is EntryKind.HARDLINK
    assert (other.linkname, other.size, other.mode) == ("/a", 5, 0o755)
    assert other.sha256 == target.sha256 != ""
    assert files.size("/") == 5
    assert [files.weight(path) for path in ("/a", "/b", "/c")] == [5, 0, 0]


def test_a_hard_link_outlives_its_target() -> None:
    files = stack([file("/a", b"12345")], [link("/b", "/a"), link("/c", "/a")], [file("/a", b"1")])
    assert files.entry("/b").sha256 == files.entry("/c").sha256 != files.entry("/a").sha256
    assert (files.entry("/b").kind, files.layer("/b")) == (EntryKind.FILE, 0)
    assert files.size("/") == 6


def test_a_long_chain_of_hard_links_is_gone_along_once() -> None:
    """There is nothing to measure: gone along for each link, this never ends."""
    many = 30_000
    paths = [f"/{number:06}" for number in range(many)]
    for end in ([file("/end")], []):
        links = [link(path, to) for path, to in zip(paths, [*paths[1:], "/end"], strict=True)]
        files = flatten([index([*links, *end])])
        assert len(files) == 1 + many + len(end)
        kinds = {files.kind(path) for path in paths}
        assert kinds == {EntryKind.FILE if end else EntryKind.HARDLINK}


def test_a_path_may_be_as_deep_as_a_name_may_be_long() -> None:
    deep = "/a" * 2000
    files = flatten([index([file(deep)]), index([whiteout("/a/a")]), index([file(deep)])])
    assert len(files) == 2001
    assert files.kind(deep) is EntryKind.FILE
    assert files.size("/") == 1


def test_directories_that_nobody_lists_take_memory_within_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paths = [f"/{number}" + "/a" * 200 for number in range(10)]
    flatten([index([file(path) for path in paths])])
    monkeypatch.setattr(stacking, "_MOST_IMPLIED", 100_000)
    with pytest.raises(Corrupt, match="not listed"):
        flatten([index([file(path) for path in paths])])


def test_a_file_linked_to_its_own_other_name_is_what_it_was() -> None:
    files = stack([file("/a", b"123"), link("/b", "/a")], [link("/a", "/b")])
    assert files.entry("/a").kind is EntryKind.FILE
    assert files.entry("/b").linkname == "/a"
    assert files.size("/") == 3


@pytest.mark.parametrize("target", ["/a", "/gone", "/d", "/b"])
def test_a_hard_link_to_nothing_stays_one(target: str) -> None:
    files = stack([directory("/d"), link("/a", target), link("/b", "/a")])
    assert files.entry("/a").kind is EntryKind.HARDLINK
    assert (files.entry("/a").size, files.entry("/a").linkname) == (0, target)


def test_sizes_are_summed_up_the_tree() -> None:
    files = stack([file("/a/b/c", b"123"), file("/a/d", b"12"), symlink("/a/e", "d")])
    assert [files.size(path) for path in ("/", "/a", "/a/b", "/a/d")] == [5, 5, 3, 2]
    assert files.children("/a") == ["/a/b", "/a/d", "/a/e"]


def test_paths_are_resolved_as_in_a_container() -> None:
    files = stack(
        [
            *(file("/usr/bin/sh"), symlink("/bin", "usr/bin"), symlink("/usr/bin/ash", "/bin/sh")),
            *(symlink("/loop", "loop"), symlink("/up", "../../usr")),
        ]
    )
    assert files.resolve("/bin/ash") == "/usr/bin/sh"
    assert files.resolve("/up/./bin/../bin/sh") == "/usr/bin/sh"
    assert files.resolve("/loop") is None
    assert files.resolve("/bin/bash") is None


def test_an_unknown_path_is_a_key_error() -> None:
    files = stack([file("/a")])
    for asked in (
        files.entry,
        files.layer,
        files.size,
        files.kind,
        lambda path: [*files.walk(path)],
    ):
        with pytest.raises(KeyError):
            asked("/b")


def _fits(files: FileSystem) -> None:
    """That paths, contents of directories, sizes and walks tell of one and the same tree."""
    walked = list(files.walk())
    assert sorted(walked) == sorted(files.codes)
    for path in walked:
        held = files.children(path)
        assert not held or files.kind(path) is EntryKind.DIRECTORY
        assert all(child in files for child in held)
        if files.kind(path) is EntryKind.DIRECTORY:
            assert files.size(path) == sum(map(files.size, held))
    seen = sum(files.visible(number) for number in range(len(files.layers)))
    assert files.size("/") == seen


@given(WISHES)
def test_the_whole_fits_together(wishes: Sequence[Sequence[Wish]]) -> None:
    _fits(flatten([index(items) for items in granted(wishes)]))


@given(WISHES)
def test_contradictory_layers_still_make_a_tree(wishes: Sequence[Sequence[Wish]]) -> None:
    """Files inside files, links in circles, markers of what is not there."""
    layers = []
    for layer in wishes:
        items = []
        for verb, path, mode, uid, gid, content, choice in layer:
            if verb == "whiteout":
                items.append(whiteout(path))
            elif verb == "opaque":
                items.append(opaque(path))
            else:
                kind = EntryKind.HARDLINK if verb == "link" else EntryKind.FILE
                kind = EntryKind.DIRECTORY if verb == "directory" else kind
                inside = content if kind is EntryKind.FILE else b""
                target = layer[choice % len(layer)][1]
                items.append(Item(path, kind, inside, mode, uid, gid, target))
        layers.append(index(items))
    _fits(flatten(layers))


@given(WISHES)
def test_changes_lead_from_each_layer_to_the_next(wishes: Sequence[Sequence[Wish]]) -> None:
    layers = [index(items) for items in granted(wishes)]
    whole = flatten(layers)
    for number, changes in enumerate(whole.changes):
        below, upto = flatten(layers[:number]), flatten(layers[: number + 1])
        assert set(changes.added) == upto.codes.keys() - below.codes.keys()
        assert changes.removed.keys() == below.codes.keys() - upto.codes.keys()
        both = below.codes.keys() & upto.codes.keys()
        differing = {path for path in both if below.facts(path) != upto.facts(path)}
        assert changes.modified.keys() == differing
        assert len(changes.added) == len(set(changes.added))
