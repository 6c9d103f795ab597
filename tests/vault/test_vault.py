"""No value is lost, whatever goes wrong and wherever."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import NameTaken, NotFound, UsageError, VaultDamaged, VaultError
from tests.vault.stores import Index, Picky, vault

LONG = "".join(chr(0x1F433 + n % 50) + "é\0\n" for n in range(2000))
VALUES = st.text(st.characters(exclude_categories=()), max_size=5000)


@given(VALUES, VALUES)
def test_any_value_is_kept_in_entries_that_are_short_enough(first: str, second: str) -> None:
    store = Picky()
    box = vault(store)
    box.write("name", first, {"kind": "x"})
    assert box.read("name") == first
    box.write("name", second, {"kind": "y"})
    assert box.read("name") == second
    assert [one.about for one in box.kept()] == [{"kind": "y"}]
    box.remove("name")
    assert (store.entries, box.kept()) == ({}, [])


def test_a_value_too_long_is_refused_with_the_old_one_kept() -> None:
    box = vault()
    box.write("name", "old", {})
    with pytest.raises(UsageError):
        box.write("name", "x" * 100_000, {})
    assert box.read("name") == "old"


def operations_of(action: str, before: str | None) -> int:
    """How many operations it takes when nothing goes wrong."""
    store, index = Picky(), Index()
    prepared(store, index, before)
    store.operations = 0
    done(action, store, index)
    return store.operations


def prepared(store: Picky, index: Index, before: str | None) -> None:
    if before is not None:
        vault(store, index).write("name", "very old", {})
        vault(store, index).write("name", before, {})


def done(action: str, store: Picky, index: Index) -> None:
    box = vault(store, index)
    if action == "write":
        box.write("name", LONG, {})
    elif action == "rename":
        box.rename("name", "other")
    else:
        box.remove("name")


@pytest.mark.parametrize("for_good", [False, True])
@pytest.mark.parametrize("lockable", [True, False])
def test_an_update_that_fails_anywhere_leaves_one_of_both(for_good: bool, lockable: bool) -> None:
    """At every operation, for once or from then on; and the next writing clears up."""
    for fails_at in range(1, operations_of("write", "old") + 1):
        store, index = Picky(), Index(lockable=lockable)
        prepared(store, index, "old")
        store.operations, store.fails_at, store.fails_from_then_on = 0, fails_at, for_good
        try:
            done("write", store, index)
            allowed = {LONG}
        except VaultError:
            allowed = {"old", LONG}
        store.fails_at = -1
        assert vault(store, index).read("name") in allowed
        vault(store, index).write("name", "new", {})
        assert vault(store, index).read("name") == "new"
        if lockable:  # else somebody else may be at work: what is left stays
            assert len(store.entries) == 2


def test_a_first_writing_that_fails_leaves_nothing_to_see() -> None:
    for fails_at in range(1, operations_of("write", None) + 1):
        store, index = Picky(), Index()
        store.fails_at, store.fails_from_then_on = fails_at, True
        try:
            done("write", store, index)
        except VaultError:
            assert vault(store, index).kept() == []
        store.fails_at = -1
        done("write", store, index)
        assert vault(store, index).read("name") == LONG
        vault(store, index).remove("name")
        assert store.entries == {}


def test_what_was_left_half_way_goes_with_the_next_writing_of_another() -> None:
    """No secret stays behind under a name that nobody sees, and none that was kept is lost."""
    for fails_at in range(1, operations_of("write", None) + 1):
        store, index = Picky(), Index()
        store.fails_at, store.fails_from_then_on = fails_at, True
        with contextlib.suppress(VaultError):
            done("write", store, index)
        store.fails_at = -1
        vault(store, index).write("another", "x", {})
        names = {one.name for one in vault(store, index).kept()}
        assert {user for _, user in store.entries} == names
        if "name" in names:
            assert vault(store, index).read("name") == LONG
        vault(store, index).remove("another")
        assert {user for _, user in store.entries} == names - {"another"}


def test_a_renaming_that_fails_anywhere_loses_nothing() -> None:
    for fails_at in range(1, operations_of("rename", "old") + 1):
        store, index = Picky(), Index()
        prepared(store, index, "old")
        store.operations, store.fails_at, store.fails_from_then_on = 0, fails_at, True
        with contextlib.suppress(VaultError):  # one while clearing up is not told
            done("rename", store, index)
        store.fails_at = -1
        found = []
        for name in ("name", "other"):
            try:
                found.append(vault(store, index).read(name))
            except NotFound:
                continue
        assert set(found) == {"old"}


def test_renaming() -> None:
    store, index = Picky(), Index()
    box = vault(store, index)
    box.write("a", "of a", {"kind": "x"})
    box.write("b", "of b", {})
    with pytest.raises(UsageError):
        box.rename("a", "b")
    box.rename("a", "c")
    assert (box.read("c"), box.read("b")) == ("of a", "of b")
    assert [(one.name, one.about) for one in box.kept()] == [("b", {}), ("c", {"kind": "x"})]
    with pytest.raises(NotFound):
        box.read("a")


def test_what_others_removed_goes_from_the_index() -> None:
    store, index = Picky(), Index()
    box = vault(store, index)
    box.write("a", LONG, {})
    for service, user in [key for key in store.entries if key[0].count(":") == 1]:
        store.delete(service, user)  # the manifest alone: the parts are cleared up
    with pytest.raises(NotFound):
        box.read("a")
    assert (index.kept, store.entries) == ({}, {})


def test_a_missing_part_is_told_and_can_be_written_anew() -> None:
    store = Picky()
    box = vault(store)
    box.write("a", LONG, {})
    part = next(key for key in store.entries if key[0].endswith(":0"))
    store.delete(*part)
    with pytest.raises(VaultDamaged) as told:
        box.read("a")
    assert "credentials add a" in told.value.hint
    box.write("a", "again", {})
    assert box.read("a") == "again"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"number":1}', "[" * 999], ids=len)
def test_a_damaged_manifest_is_as_none(text: str) -> None:
    store = Picky()
    box = vault(store)
    box.write("a", "x", {})
    manifest = next(key for key in store.entries if key[0].count(":") == 1)
    store.set(*manifest, text)
    with pytest.raises(NotFound):
        box.read("a")


def test_a_lost_index_loses_no_value() -> None:
    store = Picky()
    vault(store, Index()).write("a", "x", {"kind": "y"})
    box = vault(store, Index())
    assert box.kept() == []
    assert box.read("a") == "x"
    assert [one.name for one in box.kept()] == ["a"]
    box.describe("a", kind="z")
    box.describe("b", kind="z")
    assert [one.about for one in box.kept()] == [{"kind": "z"}]
    box.remove("a")
    assert store.entries == {}


@pytest.mark.parametrize("name", ["", "a:b", "a b", "é", "-a", "x" * 101, "a!", "a\nb"])
def test_names_that_are_none(name: str) -> None:
    box = vault()
    for work in (lambda: box.write(name, "x", {}), lambda: box.read(name)):
        with pytest.raises(UsageError):
            work()


@pytest.mark.parametrize("writings", [1, 2])
@pytest.mark.parametrize("at", range(8))
def test_what_is_written_while_it_is_read_is_one_of_both(writings: int, at: int) -> None:
    """A whole writing by another process, between any two looks of a reading."""
    index = Index()

    class Busy(Picky):
        left = -1

        def get(self, service: str, user: str) -> str | None:
            self.left -= 1
            if self.left == 0:
                vault(self, index).write("name", "new", {})
            return super().get(service, user)

    store = Busy()
    for _ in range(writings):
        vault(store, index).write("name", "old", {})
    store.left = at
    assert vault(store, index).read("name") in ("old", "new")
    assert vault(store, index).holds("name")


class Beaten(Index):
    """Another process is quicker, once: it writes before this one is alone."""

    quicker: Callable[[], None] | None = None

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        quicker, self.quicker = self.quicker, None
        if quicker is not None:
            quicker()
        with super().alone() as alone:
            yield alone


def test_two_that_take_one_name_at_once() -> None:
    store, index = Picky(), Beaten()
    box = vault(store, index)
    for name in ("one", "two"):
        box.write(name, f"the value of {name}", {})
    index.quicker = lambda: vault(store, index).rename("two", "new")
    with pytest.raises(NameTaken):
        box.rename("one", "new")
    assert (box.read("one"), box.read("new")) == ("the value of one", "the value of two")
    index.quicker = lambda: box.write("more", "theirs", {})
    with pytest.raises(NameTaken):
        box.write("more", "mine", {}, replace=False)
    assert box.read("more") == "theirs"
