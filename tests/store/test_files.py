"""Files of ours: whole or not there, and nobody else's to read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrtui.store import files
from ecrtui.store.journal import Journal
from ecrtui.store.locks import locked
from ecrtui.store.logs import open_log
from ecrtui.store.state import State
from tests.store.test_journal import change


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    """The most careless umask there is."""
    before = os.umask(0)
    yield
    os.umask(before)


def below(root: Path) -> list[Path]:
    return sorted(root.rglob("*"))


def test_all_that_is_made_is_ours_alone(tmp_path: Path) -> None:
    assert files.write(tmp_path / "a/b/c/file", b"data")
    log = open_log(tmp_path / "x/y/log")
    assert log is not None
    log.close()
    for path in below(tmp_path):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path


def test_folders_that_were_there_keep_their_mode(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o755)
    files.write(tmp_path / "theirs/ours/file", b"data")
    assert mode(tmp_path / "theirs") == 0o755
    assert mode(tmp_path / "theirs/ours") == 0o700


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    assert files.write(path, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert not files.write(path, b"new")
    assert files.read(path) == b"old"
    assert below(tmp_path) == [path]


def test_where_nothing_can_be_written_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    blocked = tmp_path / "file/below"
    assert not files.write(blocked, b"data")
    assert files.read(blocked) is None
    assert open_log(blocked) is None
    files.remove(blocked)


def test_a_file_becomes_another_at_once(tmp_path: Path) -> None:
    path = tmp_path / "file"
    files.write(path, b"one")
    with path.open("rb") as reader:
        files.write(path, b"another")
        assert reader.read() == b"one"
    assert files.read(path) == b"another"


def test_nobody_leads_us_to_another_file(tmp_path: Path) -> None:
    """By a link of a name of ours, in a folder that others may write into."""
    theirs = tmp_path / "theirs"
    theirs.write_text("as it was")
    state = tmp_path / "state"
    for name in ("journal.jsonl", "journal.lock", "marks.json", "marks.lock", "a.log"):
        files.make_folder(state)
        (state / name).symlink_to(theirs)
    assert not Journal(state).append([change("v1")])
    assert State(state).update("marks", int, 0, lambda number: number + 1) == 1
    with locked(state / "journal.lock") as held:
        assert not held
    assert open_log(state / "a.log") is None
    assert theirs.read_text() == "as it was"
    assert not (state / "marks.json").is_symlink()  # a whole file takes the link's place
