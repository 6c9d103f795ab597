"""Streams made into files that nobody finds: whole, bounded, and gone."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrtui.errors import Corrupt, LocalPartMissing
from ecrtui.store.spool import spooled


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_stream_is_read_anywhere(folder: Path) -> None:
    with spooled([b"one", b"", b"two"], 6) as file:
        assert os.pread(file.fileno(), 10, 0) == b"onetwo"
        assert os.pread(file.fileno(), 2, 3) == b"tw"
        assert list(folder.iterdir()) == []
        assert os.fstat(file.fileno()).st_mode & 0o777 == 0o600


def test_too_much_is_refused() -> None:
    with pytest.raises(Corrupt, match="too much"):
        spooled(iter([b"x"] * 7), 6)


def test_what_the_stream_raises_leaves_nothing(folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"one"
        raise KeyError

    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    with pytest.raises(KeyError):
        spooled(broken(), 6)
    if before:
        assert len(os.listdir("/proc/self/fd")) == before
    assert list(folder.iterdir()) == []


def test_where_no_more_may_be_written() -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(LocalPartMissing, match="no room"):
            spooled([b"x" * 5000], 6000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_no_place_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/proc/none")
    with pytest.raises(LocalPartMissing, match="no room"):
        spooled([b"x"], 6)
