"""Tars read by offset: as tarfile reads them, and damaged ones refused."""

from __future__ import annotations

import io
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt, EcrtuiError, NotFound
from ecrtui.oci.stored import Archive
from tests.oci.stored.made import in_tar, on_disk

NAMES = st.lists(st.text("ab.é", min_size=1, max_size=120), min_size=1, max_size=4).map("/".join)
FORMATS = st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
FILES = st.dictionaries(NAMES, st.binary(max_size=2000), max_size=8)


def read(body: bytes, name: str) -> bytes:
    with tempfile.TemporaryFile() as file:
        file.write(body)
        return b"".join(Archive(file, "it").chunks(name))


def archive(body: bytes, folder: Path) -> Archive:
    return Archive(on_disk(body, folder), "it")


def plain(name: str) -> bool:
    return not any(part in ("", ".", "..") for part in name.split("/"))


@given(FILES, FORMATS)
def test_members_are_as_tarfile_reads_them(files: dict[str, bytes], kind: int) -> None:
    files = {name: body for name, body in files.items() if plain(name)}
    try:
        body = in_tar(files, kind=kind)
    except ValueError:
        return  # a name that ustar cannot hold
    with tarfile.open(fileobj=io.BytesIO(body)) as expected:
        for member in expected.getmembers():
            stream = expected.extractfile(member)
            assert stream is not None
            assert read(body, member.name) == stream.read()


def test_ranges_and_names(tmp_path: Path) -> None:
    found = archive(in_tar({"./a/b": b"0123456789", "/c": b""}), tmp_path)
    assert b"".join(found.chunks("a/b", 3, 4)) == b"3456"
    assert b"".join(found.chunks("a/b", 8, 40)) == b"89"
    assert b"".join(found.chunks("a/b", 40)) == b""
    assert (found.size("a/b"), found.size("c"), found.size("d")) == (10, 0, None)
    assert "a/../c" in found
    with pytest.raises(NotFound):
        list(found.chunks("d"))


def test_links_are_followed_inside_alone(tmp_path: Path) -> None:
    links = {"x/one": "../real", "two": "x/one", "round": "about", "about": "round"}
    links |= {"out": "../../../etc/passwd", "gone": "nowhere"}
    body = in_tar({"real": b"here", "etc/passwd": b"in the tar"}, links=links)
    found = archive(body, tmp_path)
    assert b"".join(found.chunks("x/one")) == b"here"
    assert b"".join(found.chunks("two")) == b"here"
    assert b"".join(found.chunks("out")) == b"in the tar"
    assert (found.size("round"), found.size("gone")) == (None, None)


def test_hard_links_and_folders(tmp_path: Path) -> None:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as made:
        for kind, name, link in ((tarfile.DIRTYPE, "d", ""), (tarfile.LNKTYPE, "link", "file")):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, link
            made.addfile(entry)
        entry = tarfile.TarInfo("file")
        entry.size = 3
        made.addfile(entry, io.BytesIO(b"one"))
    found = archive(body.getvalue(), tmp_path)
    assert b"".join(found.chunks("link")) == b"one"
    assert found.size("d") is None


@pytest.mark.parametrize("cut", [1, 511, 600, 1100, 1535])
def test_what_is_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    body = in_tar({"a": b"x" * 100, "b": b"y" * 100})
    with pytest.raises(Corrupt, match="cannot be read"):
        archive(body[:cut], tmp_path)


def test_what_is_no_tar_is_refused(tmp_path: Path) -> None:
    for body in (b"PK\x03\x04" + b"zip" * 400, b"#!/bin/sh\n" * 100, b"root:x:0:0\n"):
        with pytest.raises(Corrupt, match="cannot be read: it: it is no tar archive"):
            archive(body, tmp_path)


def test_headers_that_ask_for_too_much(tmp_path: Path) -> None:
    for name in ("x" * 5000, "/".join(["y" * 200] * 30)):
        with pytest.raises(Corrupt, match="too long"):
            archive(in_tar({name: b""}, kind=tarfile.GNU_FORMAT), tmp_path)
    with pytest.raises(Corrupt, match="too much"):
        archive(in_tar({"z" * 1_100_000: b""}, kind=tarfile.PAX_FORMAT), tmp_path)


@given(FILES, FORMATS, st.data())
def test_damage_is_refused_or_seen(files: dict[str, bytes], kind: int, data: st.DataObject) -> None:
    try:
        body = bytearray(in_tar(files, kind=kind))
    except ValueError:
        return
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    for name in files:
        with suppress(EcrtuiError):
            read(bytes(body), name)
