"""An index packed and unpacked is the same; damaged, it is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt
from ecrtui.model.files import LayerIndex
from ecrtui.oci.layers import pack, unpack
from ecrtui.oci.layers.packing import VERSION
from tests.oci.layers.made import END, files, header, pax, read

RICH = (
    files("a", "etc/os-release", ".wh.gone", "d/.wh..wh..opq")[:4096]  # without its end
    + header(b"\xff\xfe", kind=b"2", link=b"\xe9")
    + pax(("SCHILY.xattr.user.\xe9", b"\0\xff"), ("mtime", b"-1.5"))
    + header(b"with")
    + header(b"dev", kind=b"3")
    + END
)


def rich() -> LayerIndex:
    index = read(RICH)
    assert index.linknames
    assert index.xattrs
    assert index.devices
    assert index.whiteouts
    assert index.opaques
    assert index.kept
    return index


def test_it_comes_back_as_it_was() -> None:
    for index in (rich(), read(END)):
        assert unpack(pack(index)) == index


@given(st.data())
def test_damaged_anywhere_it_is_corrupt_or_the_same(data: st.DataObject) -> None:
    index = rich()
    packed = bytearray(pack(index))
    at = data.draw(st.integers(0, len(packed) - 1))
    for damaged in (bytes(packed[:at]), bytes(packed) + b"x"):
        with pytest.raises(Corrupt):
            unpack(damaged)
    packed[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        # One bit of a zstd frame's header means nothing.
        assert unpack(bytes(packed)) == index
    except Corrupt:
        return


@given(st.binary(max_size=200))
def test_any_bytes_are_no_index(data: bytes) -> None:
    for each in (data, bytes([VERSION]) + data):
        with pytest.raises(Corrupt):
            unpack(each)


def test_another_version_is_none() -> None:
    with pytest.raises(Corrupt, match="version"):
        unpack(bytes([VERSION + 1]) + pack(rich())[1:])
