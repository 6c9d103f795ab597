"""From a blob to an index: verified, of every compression, and always to a clean end."""

from __future__ import annotations

import contextlib
import gc
import gzip
import hashlib
import os
import random
import shutil
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt, RemoteError
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers import Caps, read_layer
from ecrtui.oci.layers.channel import Channel, Pipeline
from ecrtui.oci.layers.walk import Walk
from tests.oci.layers.made import END, PACKERS, files, header, in_chunks, read, sha256, tar
from tests.sandbox.programs import run

TAR = files(*(f"dir/file{number}" for number in range(40)), contents=b"some text " * 90)


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("chunk", [1, 7, 512, 100_000])
@pytest.mark.parametrize("packer", PACKERS)
def test_every_compression_gives_the_same_index(packer: str, chunk: int) -> None:
    blob = PACKERS[packer](TAR)
    index = read(blob, chunk=chunk, diff_id=sha256(TAR))
    assert index.paths == [f"/dir/file{number}" for number in range(40)]
    assert index.diff_id == sha256(TAR)
    assert index.uncompressed_size == len(TAR)
    wanted = hashlib.sha256(b"some text " * 90).hexdigest()
    assert {entry.sha256 for entry in index.entries()} == {wanted}
    assert {entry.size for entry in index.entries()} == {900}


def test_a_blob_of_sha512_is_verified_too() -> None:
    good = Descriptor("sha512:" + hashlib.sha512(TAR).hexdigest(), len(TAR))
    assert len(read_layer(in_chunks(TAR), good)) == 40
    wrong = Descriptor("sha512:" + "0" * 128, len(TAR))
    with pytest.raises(Corrupt):
        read_layer(in_chunks(TAR), wrong)


@pytest.mark.parametrize(
    ("digest", "size", "diff_id"),
    [
        (sha256(b"another"), len(TAR), ""),
        (sha256(TAR), len(TAR) - 1, ""),
        (sha256(TAR), len(TAR) + 1, ""),
        (sha256(TAR), len(TAR), sha256(b"another")),
        ("md5:" + "0" * 32, len(TAR), ""),
        ("", len(TAR), ""),
    ],
)
def test_what_is_not_as_told_is_corrupt(digest: str, size: int, diff_id: str) -> None:
    with pytest.raises(Corrupt):
        read_layer(in_chunks(TAR), Descriptor(digest, size), diff_id=diff_id)


@pytest.mark.parametrize("blob", [b"", END, gzip.compress(b""), gzip.compress(END)])
def test_a_layer_without_entries(blob: bytes) -> None:
    assert len(read(blob)) == 0


def test_the_end_of_the_archive_may_lack_and_may_be_padded() -> None:
    unpadded = TAR.rstrip(b"\0")
    assert len(unpadded) % 512
    assert read(unpadded) == msgspec.structs.replace(
        read(TAR), diff_id=sha256(unpadded), uncompressed_size=len(unpadded)
    )
    assert read(TAR.rstrip(b"\0") + bytes(-len(TAR.rstrip(b"\0")) % 512)).paths[0] == "/dir/file0"
    padded = header() + END + b"whatever follows" * 100_000
    index = read(padded)
    assert index.paths == ["/file"]
    assert index.uncompressed_size == len(padded)


def test_zeros_in_the_middle_are_no_end() -> None:
    with pytest.raises(Corrupt, match="zeros"):
        read(header() + bytes(512) + header(b"hidden") + END)


@pytest.mark.parametrize("packer", PACKERS)
@given(data=st.data())
def test_a_stream_cut_or_changed_anywhere_is_corrupt(packer: str, data: st.DataObject) -> None:
    """As one that is told the digest of the damaged bytes, so that only their format speaks."""
    blob = PACKERS[packer](TAR)
    at = data.draw(st.integers(0, len(blob) - 1))
    flipped = bytearray(blob)
    flipped[at] ^= 1 << data.draw(st.integers(0, 7))
    true = Descriptor(sha256(blob), len(blob))
    for damaged in (blob[:at], bytes(flipped)):
        with pytest.raises(Corrupt):
            read_layer(in_chunks(damaged, 4096), true)
        try:
            index = read(damaged)
        except Corrupt:
            continue
        assert len(index) <= 40


@given(st.binary(max_size=3000))
def test_any_bytes_are_a_layer_or_corrupt(data: bytes) -> None:
    for blob in (data, gzip.compress(data), b"\x1f\x8b\x08" + data, b"\x28\xb5\x2f\xfd" + data):
        try:
            read(blob)
        except Corrupt:
            continue


def test_what_follows_a_gzip_must_be_another() -> None:
    with pytest.raises(Corrupt):
        read(gzip.compress(TAR) + b"garbage")


def test_a_source_that_fails_is_heard_and_closed() -> None:
    closed = []

    def broken() -> Iterator[bytes]:
        try:
            yield TAR[:5000]
            raise RemoteError("it broke off")
        finally:
            closed.append(True)

    with pytest.raises(RemoteError, match="broke off"):
        read_layer(broken(), Descriptor(sha256(TAR), len(TAR)))
    assert closed == [True]


@pytest.mark.parametrize("packer", ["plain", "gzip", "zstd"])
def test_giving_up_ends_at_once_and_closes_the_source(packer: str) -> None:
    noise = random.Random(3).randbytes(300_000)
    big = tar((tarfile.TarInfo(f"f{number}"), noise) for number in range(60))
    blob = PACKERS[packer](big)
    chunks = in_chunks(blob, 1 << 18)
    seen: list[int] = []

    def progress(done: int, entries: int) -> None:
        seen.append(done)
        if done > len(blob) // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_layer(chunks, Descriptor(sha256(blob), len(blob)), progress=progress)
    assert seen == sorted(seen)
    assert next(chunks, None) is None


@pytest.mark.parametrize("blob", [gzip.compress(TAR), gzip.compress(header() + b"x" * 9000)])
def test_nothing_waits_for_a_look_at_the_garbage(blob: bytes) -> None:
    """A program that does not look for any would keep megabytes of each layer."""
    gc.collect()
    gc.disable()
    try:
        with contextlib.suppress(Corrupt):
            read(blob)
        left = [one for one in gc.get_objects() if isinstance(one, (Walk, Pipeline, Channel))]
    finally:
        gc.enable()
    assert left == []


def test_progress_ends_with_the_whole_blob() -> None:
    seen: list[tuple[int, int]] = []
    read(TAR, progress=lambda done, entries: seen.append((done, entries)))
    assert seen[-1][0] == len(TAR)
    assert all(entries <= 40 for _, entries in seen)


@pytest.mark.parametrize("form", ["gnu", "oldgnu", "pax", "posix", "ustar", "v7"])
def test_what_gnu_tar_writes(tmp_path: Path, form: str) -> None:
    tree = tmp_path / "tree"
    (tree / "sub").mkdir(parents=True)
    (tree / "sub" / "file").write_bytes(b"contents")
    (tree / "link").symlink_to("sub/file")
    os.link(tree / "sub" / "file", tree / "sub" / "same")
    if form not in ("v7", "ustar"):
        (tree / ("n" * 120)).write_bytes(b"long")
    run("tar", "-C", tree, f"--format={form}", "--sort=name", "-cf", tmp_path / "t.tar", ".")
    index = read((tmp_path / "t.tar").read_bytes())
    entries = {entry.path: entry for entry in index.entries()}
    assert entries["/link"].linkname == "sub/file"
    assert entries["/sub/same"].linkname == "/sub/file"
    assert entries["/sub/file"].sha256 == hashlib.sha256(b"contents").hexdigest()
    assert ("/" + "n" * 120 in entries) is (form not in ("v7", "ustar"))


@pytest.mark.parametrize(
    "how",
    [["--format=gnu"], *(["--format=pax", f"--sparse-version={n}"] for n in ("0.0", "0.1", "1.0"))],
)
def test_sparse_files_of_gnu_tar_are_what_they_unpack_to(tmp_path: Path, how: list[str]) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    with (tree / "holes").open("wb") as file:
        for number in range(40):
            file.seek(number * 200_000)
            file.write(b"data %d" % number)
        file.truncate(9_000_000)
    (tree / "next").write_bytes(b"after it")
    archive = tmp_path / "t.tar"
    run("tar", "-C", tree, "--sparse", "--sort=name", *how, "-cf", archive, "holes", "next")
    assert archive.stat().st_size < 2_000_000
    entries = {entry.path: entry for entry in read(archive.read_bytes()).entries()}
    assert list(entries) == ["/holes", "/next"]
    for path, entry in entries.items():
        contents = (tree / path[1:]).read_bytes()
        assert entry.size == len(contents)
        assert entry.sha256 == hashlib.sha256(contents).hexdigest()
    with pytest.raises(Corrupt, match="holes"):
        read(archive.read_bytes(), caps=Caps(hole_bytes=1_000_000))
    shutil.rmtree(tree)
