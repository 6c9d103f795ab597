"""Every kind of shelf keeps the same promises, whatever is done to it; so does the world."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.seed.arithmetic import ArithmeticShelf
from ecrtui.sandbox.shelf import DictShelf, Image, ImageShelf
from tests import worlds

TAGS = ("a", "b", "c", "build-0000001", "build-0000004")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "tag", "untag", "remove"]),
        st.integers(0, 12),
        st.sampled_from(TAGS),
    ),
    max_size=25,
)


def computed_shelf() -> ImageShelf:
    repository = Repository("scale/app", 0.0, account=worlds.ACCOUNT, region=worlds.REGION)
    return ArithmeticShelf(repository, 7, 1_770_000_000.0)


SHELVES = {"dict": DictShelf, "arithmetic": computed_shelf}


def new_image(number: int) -> Image:
    raw = b"image %d" % number
    return Image(worlds.digest_of(raw), raw, worlds.OCI_IMAGE, 1, float(number))


def apply(shelf: ImageShelf, kept: dict[str, set[str]], step: tuple[str, int, str]) -> None:
    """One change to the shelf and to the plain dictionary it is compared with."""
    what, number, tag = step
    digests = sorted(kept)
    if what == "put":
        image = new_image(number)
        if image.digest not in kept:
            kept[image.digest] = set()
            shelf.put(image)
    elif what == "untag":
        for tags in kept.values():
            tags.discard(tag)
        shelf.untag(tag)
    elif digests:
        digest = digests[number % len(digests)]
        if what == "tag":
            for tags in kept.values():
                tags.discard(tag)
            kept[digest].add(tag)
            shelf.tag(digest, tag)
        else:
            del kept[digest]
            shelf.remove(digest)


@pytest.mark.parametrize("kind", SHELVES)
@settings(max_examples=80, deadline=None)
@given(steps=STEPS)
def test_a_shelf_is_what_was_done_to_it(kind: str, steps: list[tuple[str, int, str]]) -> None:
    shelf: Any = SHELVES[kind]()
    kept = {image.digest: set(image.tags) for image in shelf}
    for step in steps:
        apply(shelf, kept, step)
    assert len(shelf) == len(kept)
    assert {image.digest: image.tags for image in shelf} == kept
    pages = [shelf.slice(start, start + 3) for start in range(0, len(kept), 3)]
    assert [image.digest for page in pages for image in page] == [image.digest for image in shelf]
    for digest, tags in kept.items():
        assert shelf.by_digest(digest).digest == digest
        assert all(shelf.by_tag(tag).digest == digest for tag in tags)
    gone = set(TAGS) - {tag for tags in kept.values() for tag in tags}
    assert all(shelf.by_tag(tag) is None for tag in gone)
    assert shelf.by_digest("sha256:" + "0" * 64) is None


def test_a_fill_runs_once_and_only_when_something_is_asked() -> None:
    asked: list[str] = []

    def fill(repository: Repository) -> None:
        asked.append(repository.name)
        worlds.add_image(repository, tags={"v1"})

    world = worlds.empty_world()
    registry = world.registry(worlds.ACCOUNT, worlds.REGION)
    repository = registry.create("lazy", 0.0, fill)
    assert registry.get("lazy") is repository
    assert asked == []
    assert len(repository.images) == 1
    assert len(repository.blobs) == 2
    assert asked == ["lazy"]


def test_a_registry_of_an_unknown_account_is_an_error() -> None:
    with pytest.raises(KeyError):
        worlds.empty_world().registry("000000000000", worlds.REGION)


def test_a_registry_without_a_server_has_no_host() -> None:
    registry = worlds.empty_world().registry(worlds.ACCOUNT, worlds.REGION)
    with pytest.raises(RuntimeError, match="no server"):
        _ = registry.host


def test_the_gallery_finds_by_alias_and_name() -> None:
    world = worlds.empty_world()
    made = world.public.open(worlds.ACCOUNT, "ours").create("tools/one", 0.0)
    assert world.public.find("ours/tools/one") is made
    assert world.public.find("theirs/tools/one") is None
    assert world.public.find("ours/tools") is None


def test_background_changes_come_when_their_time_has() -> None:
    world = worlds.empty_world()
    done: list[str] = []
    world.later(0, lambda: done.append("now"))
    world.later(60, lambda: done.append("later"))
    world.settle()
    world.settle()
    assert done == ["now"]
