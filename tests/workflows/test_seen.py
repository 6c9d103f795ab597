"""What using credentials tells of them: kept now and then, moved with a name, forgotten with it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ecrtui.model.credentials import LastTest, Seen
from ecrtui.store.state import State
from ecrtui.workflows.credentials import seen


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at


def test_uses_are_written_now_and_then(tmp_path: Path) -> None:
    state, clock = State(tmp_path), Clock()
    uses = seen.Uses(state, clock)
    uses("a")
    assert seen.of_all(state)["a"].used == 1000.0
    clock.at += 59
    uses("a")
    uses("b")
    assert {name: one.used for name, one in seen.of_all(state).items()} == {"a": 1000.0, "b": 1059}
    clock.at += 1
    uses("a")
    assert seen.of_all(state)["a"].used == 1060


def test_other_notes_stay(tmp_path: Path) -> None:
    state = State(tmp_path)
    last = LastTest(1.0, "eu-west-1", True)
    seen.note(state, "a", lambda known: msgspec.structs.replace(known, tested=last))
    seen.Uses(state, Clock())("a")
    assert seen.of_all(state) == {"a": Seen(used=1000.0, tested=last)}


def test_a_name_takes_its_notes_along(tmp_path: Path) -> None:
    state = State(tmp_path)
    for name in ("a", "b"):
        seen.note(state, name, lambda _, name=name: Seen(principal=name))  # type: ignore[misc]
    seen.rename(state, "a", "b")
    assert seen.of_all(state) == {"b": Seen(principal="a")}
    seen.forget(state, "b")
    seen.forget(state, "b")
    assert seen.of_all(state) == {}


def test_names_that_are_gone_do_not_pile_up(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.write("credentials-seen", {f"n{number}": Seen(used=1.0) for number in range(1500)})
    seen.Uses(state, Clock())("new")
    known = seen.of_all(state)
    assert len(known) == 1001
    assert "new" in known
    assert "n0" not in known
    assert "n1499" in known


def test_who_it_is_is_written_when_it_is_new(tmp_path: Path) -> None:
    state = State(tmp_path)
    seen.know(state, "a", "1" * 12, "arn:one")
    seen.note(state, "a", lambda known: msgspec.structs.replace(known, alias="prod"))
    (file,) = tmp_path.glob("credentials-seen.json")
    before = file.stat().st_mtime_ns
    seen.know(state, "a", "1" * 12, "arn:one")
    assert file.stat().st_mtime_ns == before
    seen.know(state, "a", "1" * 12, "arn:two")
    assert seen.of_all(state)["a"] == Seen(account="1" * 12, principal="arn:two", alias="prod")
    seen.know(state, "a", "2" * 12, "arn:two")
    assert seen.of_all(state)["a"].alias == ""
