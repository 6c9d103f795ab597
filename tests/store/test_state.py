"""The state: small documents that are never lost, not even to another copy of the program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ecrtui.store import locks
from ecrtui.store.locks import locked
from ecrtui.store.state import State


def add(word: str, state: State) -> list[str]:
    return state.update("words", list[str], [], lambda kept: [*kept, word])


def test_documents_are_kept(tmp_path: Path) -> None:
    assert State(tmp_path).write("thing", {"a": [1]})
    assert State(tmp_path).read("thing", dict[str, list[int]], {}) == {"a": [1]}
    assert State(tmp_path).read("other", int, 7) == 7


@pytest.mark.parametrize("damage", [b"", b"{", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_document_is_set_aside(tmp_path: Path, damage: bytes) -> None:
    state = State(tmp_path)
    state.write("words", ["a"])
    (tmp_path / "words.json").write_bytes(damage)
    assert State(tmp_path).read("words", list[str], ["default"]) == ["default"]
    assert (tmp_path / "words.damaged.json").read_bytes() == damage
    assert add("b", State(tmp_path)) == ["b"]


def test_where_nothing_can_be_written_memory_serves(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for state in (State(tmp_path / "file"), State(None)):
        assert not state.write("words", ["a"])
        assert add("b", state) == ["a", "b"]
        assert state.read("words", list[str], []) == ["a", "b"]


def test_two_copies_lose_nothing_of_each_other(tmp_path: Path) -> None:
    """Several processes add fifty words each at the same time; all are there at the end."""
    script = (
        "import sys; from pathlib import Path; from ecrtui.store.state import State\n"
        "state = State(Path(sys.argv[1]))\n"
        "for number in range(50):\n"
        "    word = f'{sys.argv[2]}-{number}'\n"
        "    state.update('words', list[str], [], lambda kept: [*kept, word])\n"
    )
    copies = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name]) for name in "abc"
    ]
    assert [copy.wait(60) for copy in copies] == [0, 0, 0]
    words = State(tmp_path).read("words", list[str], [])
    assert sorted(words) == sorted(f"{name}-{n}" for name in "abc" for n in range(50))


def test_a_lock_held_for_ever_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_PATIENCE", 0.05)
    with locked(tmp_path / "words.lock") as first, locked(tmp_path / "words.lock") as second:
        assert (first, second) == (True, False)
        assert add("a", State(tmp_path)) == ["a"]
    with locked(tmp_path / "words.lock") as again:
        assert again
