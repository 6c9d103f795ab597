"""Files that somebody asked for: whole under their name, or not there at all."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrtui.store import parts
from ecrtui.store.delivery import Exists, Folder, Tarball


@pytest.fixture(params=["without a name", "with a name"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of writing: the second is for file systems that lack the first."""
    if request.param == "with a name":
        monkeypatch.setattr(parts, "_NAMELESS", 0)


class Broke(Exception):
    """The bytes end in between."""


def broken() -> Iterator[bytes]:
    yield b"half"
    raise Broke


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "out")
    folder.put("blobs/one", 4, [b"ab", b"cd"])
    folder.put("blobs/one", 2, [b"ef"])
    assert (tmp_path / "out/blobs/one").read_bytes() == b"ef"
    assert os.listdir(tmp_path / "out/blobs") == ["one"]
    before = os.umask(0)
    os.umask(before)
    mode = stat.S_IMODE((tmp_path / "out/blobs/one").stat().st_mode)
    assert mode == 0o666 & ~before


def test_of_a_file_that_breaks_off_nothing_is_left(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put("one", 3, [b"old"])
    with pytest.raises(Broke):
        folder.put("one", 8, broken())
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("one", b"old")]


def test_what_is_abandoned_has_no_name(tmp_path: Path) -> None:
    folder = Folder(tmp_path)

    def chunks() -> Iterator[bytes]:
        yield b"half"
        folder.abandon()
        assert not list(tmp_path.iterdir())
        raise Broke

    with pytest.raises(Broke):
        folder.put("one", 8, chunks())
    assert not list(tmp_path.iterdir())


def test_a_tar_takes_no_others_place_unless_it_may(tmp_path: Path) -> None:
    path = tmp_path / "out.tar"
    with Tarball(path) as tar:
        tar.put("member", 3, [b"abc"])
        path.write_bytes(b"somebody else's")
        with pytest.raises(Exists):
            tar.finish({})
    assert path.read_bytes() == b"somebody else's"
    with Tarball(path, replace=True) as tar:
        tar.put("member", 3, [b"abc"])
        tar.finish({"last": b"d"})
    with tarfile.open(path) as found:
        assert found.getnames() == ["member", "last"]
    assert os.listdir(tmp_path) == ["out.tar"]


def test_of_a_tar_that_is_not_finished_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(Broke), Tarball(tmp_path / "out.tar") as tar:
        tar.put("member", 8, broken())
    assert not list(tmp_path.iterdir())
