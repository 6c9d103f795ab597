"""Every cap, just kept and just broken; the error names it."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Callable

import pytest

from ecrtui.errors import Corrupt
from ecrtui.oci.layers import Caps
from tests.oci.layers.made import END, extension, files, header, pax, read, tar

ZEROS = gzip.compress(files("zeros", contents=bytes(3_000_000)))
LONG = extension(b"L", b"d/" * 200 + b"x\0") + header() + END
DEEP = b"".join(pax(("comment", b"x")) for _ in range(5)) + header() + END
ATTRIBUTES = pax(("SCHILY.xattr.user.a", bytes(99))) + header() + END
MARKED = files("a", ".wh.b", "c/.wh..wh..opq")


@pytest.mark.parametrize(
    ("blob", "cap", "enough", "names"),
    [
        (files("a"), "blob_bytes", len(files("a")), "bytes in a blob"),
        (ZEROS, "unpacked_bytes", len(gzip.decompress(ZEROS)), "bytes once unpacked"),
        (files("a", "b", "c"), "entries", 3, "entries"),
        (MARKED, "entries", 3, "entries"),
        (LONG, "name_bytes", 401, "bytes in a name"),
        (LONG, "text_bytes", 401, "bytes of names and attributes"),
        (ATTRIBUTES, "text_bytes", 109, "bytes of names and attributes"),
        (LONG, "extension_bytes", 402, "bytes in an extension header"),
        (DEEP, "extensions", 5, "extension headers in a row"),
    ],
)
def test_a_cap_holds_what_it_says(blob: bytes, cap: str, enough: int, names: str) -> None:
    assert len(read(blob, caps=Caps(**{cap: enough}))) >= 1
    with pytest.raises(Corrupt, match=f"more than .* {names}"):
        read(blob, caps=Caps(**{cap: enough - 1}))


def test_the_ratio_counts_from_a_size_on() -> None:
    assert len(read(ZEROS, caps=Caps(ratio=250))) == 1
    with pytest.raises(Corrupt, match="250 times its packed size"):
        read(ZEROS, caps=Caps(ratio=250, ratio_free_bytes=1_000_000))
    assert len(read(ZEROS, caps=Caps(ratio=1100, ratio_free_bytes=1_000_000))) == 1


def test_the_map_of_a_sparse_file_has_a_cap() -> None:
    lines = b"".join(b"%d\n0\n" % (number * 10) for number in range(2_000))
    body = b"2000\n" + lines
    body += bytes(-len(body) % 512)
    version = [("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0")]
    blob = pax(*version, ("GNU.sparse.realsize", b"30000")) + header(size=b"%o" % len(body))
    assert read(blob + body + END).sizes == [30_000]
    with pytest.raises(Corrupt, match="map of a sparse file"):
        read(blob + body + END, caps=Caps(extension_bytes=2048))


@pytest.mark.parametrize("caps", [Caps(kept_file_bytes=99), Caps(kept_bytes=150)])
def test_what_is_too_large_to_keep_is_told(caps: Caps) -> None:
    names = ["etc/os-release", "usr/lib/os-release"]
    blob = tar((tarfile.TarInfo(name), b"k" * 100) for name in names)
    assert read(blob).kept == {f"/{name}": b"k" * 100 for name in names}
    index = read(blob, caps=caps)
    assert len(index.kept) + len(index.unkept) == 2
    assert index.unkept
    assert set(index.kept).isdisjoint(index.unkept)
    assert index.entry(1).sha256 == read(blob).entry(1).sha256


def test_a_bomb_of_headers_is_no_work() -> None:
    make: Callable[[int], bytes] = lambda number: header(b"f%d" % number)  # noqa: E731
    with pytest.raises(Corrupt, match="entries"):
        read(gzip.compress(b"".join(map(make, range(3_000)))), caps=Caps(entries=1_000))
