"""Files of ours: whole or not there, and nobody else's to read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrtui.store import files
from ecrtui.store.logs import open_log


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
