"""Single files out of a layer: the same bytes the index was made of, and no further than needed."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt
from ecrtui.model.files import NO_DIGEST
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers import Caps, Extract, extract
from tests.oci.layers.made import END, PACKERS, header, in_chunks, padded, read, sha256, tar
from tests.sandbox.programs import run

CONTENTS = {
    f"dir/file{number}": random.Random(number).randbytes(number * 137) for number in range(30)
}
TAR = tar((tarfile.TarInfo(name), data) for name, data in CONTENTS.items())


def digests(blob: bytes) -> dict[str, bytes]:
    return {entry.path: bytes.fromhex(entry.sha256) for entry in read(blob).entries()}


def taken(
    blob: bytes,
    wanted: dict[str, bytes],
    *,
    most: int = 1 << 20,
    caps: Caps | None = None,
    chunk: int = 1000,
) -> dict[str, Extract]:
    descriptor = Descriptor(sha256(blob), len(blob))
    return extract(in_chunks(blob, chunk), descriptor, wanted, most=most, caps=caps or Caps())


@pytest.mark.parametrize("packer", PACKERS)
@given(names=st.sets(st.sampled_from(sorted(CONTENTS)), min_size=1), most=st.integers(0, 5000))
def test_what_is_taken_is_what_was_put(packer: str, names: set[str], most: int) -> None:
    all_ = digests(TAR)
    found = taken(PACKERS[packer](TAR), {f"/{name}": all_[f"/{name}"] for name in names}, most=most)
    assert found == {
        f"/{name}": Extract(CONTENTS[name][:most], len(CONTENTS[name]) > most) for name in names
    }


def test_no_more_is_read_than_it_takes() -> None:
    read_: list[int] = []
    closed = []

    def chunks() -> Iterator[bytes]:
        try:
            for chunk in in_chunks(TAR, 512):
                read_.append(len(chunk))
                yield chunk
        finally:
            closed.append(True)

    blob = Descriptor(sha256(TAR), len(TAR))
    seen: list[int] = []
    name = "/dir/file3"
    wanted = {name: digests(TAR)[name]}
    extract(chunks(), blob, wanted, most=10, progress=lambda done, _: seen.append(done))
    assert sum(read_) < len(TAR) // 10
    assert seen[-1] == sum(read_)
    assert closed == [True]


def test_of_a_path_that_comes_twice_the_last_is_meant() -> None:
    blob = tar((tarfile.TarInfo("same"), data) for data in (b"first", b"last"))
    for digest in (digests(blob)["/same"], NO_DIGEST):
        assert taken(blob, {"/same": digest})["/same"].data == b"last"


def test_what_is_not_there_or_another_is_corrupt() -> None:
    known = digests(TAR)
    other = hashlib.sha256(b"other").digest()
    for wanted in ({"/none": other}, {"/dir/file3": other}, {**known, "/none": NO_DIGEST}):
        with pytest.raises(Corrupt, match="does not hold"):
            taken(TAR, wanted)


def test_without_a_digest_the_whole_blob_is_verified() -> None:
    wanted = {"/dir/file3": NO_DIGEST}
    assert taken(TAR, wanted)["/dir/file3"].data == CONTENTS["dir/file3"]
    for digest in (sha256(b"another"), "md5:00"):
        with pytest.raises(Corrupt):
            extract(in_chunks(TAR), Descriptor(digest, len(TAR)), wanted, most=10)


def test_bombs_end_here_too() -> None:
    wanted = {"/none": NO_DIGEST}
    bomb = gzip.compress(header(b"zeros", size=b"77777777") + bytes(0o77777777) + END)
    with pytest.raises(Corrupt, match="packed size"):
        taken(bomb, wanted, caps=Caps(ratio_free_bytes=1 << 20, ratio=10))
    with pytest.raises(Corrupt, match="unpacked"):
        taken(bomb, wanted, caps=Caps(unpacked_bytes=1 << 20))
    with pytest.raises(Corrupt, match="bytes in a blob"):
        taken(bomb, wanted, caps=Caps(blob_bytes=10))
    with pytest.raises(Corrupt, match="has not"):
        extract(in_chunks(TAR), Descriptor(sha256(TAR), 100), wanted, most=10)


@pytest.mark.parametrize(
    "how",
    [["--format=gnu"], *(["--format=pax", f"--sparse-version={n}"] for n in ("0.0", "0.1", "1.0"))],
)
def test_sparse_files_of_gnu_tar(tmp_path: Path, how: list[str]) -> None:
    for name in ("holes", "other"):
        with (tmp_path / name).open("wb") as file:
            for number in range(30):
                file.seek(number * 100_000)
                file.write(b"%d of %s" % (number, name.encode()))
            file.truncate(4_000_000)
    (tmp_path / "next").write_bytes(b"after them")
    archive = tmp_path / "t.tar"
    names = ("other", "holes", "next")
    run("tar", "-C", tmp_path, "--sparse", *how, "-cf", archive, *names)
    blob = archive.read_bytes()
    known = digests(blob)
    wanted = {path: known[path] for path in ("/holes", "/next")}
    found = taken(blob, wanted, most=1 << 23)
    for name in ("holes", "next"):
        assert found[f"/{name}"].data == (tmp_path / name).read_bytes()
    with pytest.raises(Corrupt, match="holes"):
        taken(blob, wanted, caps=Caps(hole_bytes=1000))


@given(st.binary(max_size=2000))
def test_any_bytes_are_files_or_corrupt(data: bytes) -> None:
    for blob in (data, header(b"f", size=b"100") + padded(data), gzip.compress(data)):
        try:
            found = taken(blob, {"/f": NO_DIGEST})
        except Corrupt:
            continue
        with tarfile.open(fileobj=io.BytesIO(blob)) as archive:
            file = archive.extractfile("f")
            assert file is not None
            assert found["/f"].data == file.read()
