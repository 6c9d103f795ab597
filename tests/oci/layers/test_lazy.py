"""An index from a table of contents is that of the whole layer, or it is none."""

from __future__ import annotations

import base64
import contextlib
import tarfile
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt, RemoteError, Unreachable
from ecrtui.model.files import LayerIndex
from ecrtui.oci.layers import Caps, lazy, pack, read_layer, read_lazily, toc_digest, unpack
from tests.oci.layers.made import in_chunks, sha256
from tests.oci.layers.tables import (
    STARGZ,
    ZSTD,
    Entries,
    Made,
    Source,
    chunked,
    info,
    noise,
    stargz,
    whole_tar,
)
from tests.oci.layers.test_inside import BUILD, ONE
from tests.oci.wild import json_values

replace = msgspec.structs.replace
Write = Callable[..., Made]
BIG = 200_000
WRITERS = pytest.mark.parametrize("write", [stargz, chunked])


def lazily(made: Made, source: Source | None = None, **more: Any) -> LayerIndex | None:
    return read_lazily(source or Source(made.blob), made.described, smallest=0, **more)


def wholly(made: Made, caps: Caps | None = None) -> LayerIndex:
    return read_layer(in_chunks(made.blob, 5000), made.described, caps=caps or Caps())


def same(lazy: LayerIndex | None, whole: LayerIndex) -> bool:
    """But for what a table does not tell."""
    return lazy == replace(whole, diff_id="", uncompressed_size=0, from_toc=True)


SOME: Entries = [
    (info("etc", tarfile.DIRTYPE, mode=0o755), b""),
    (info("etc/os-release", mtime=1_700_000_000), b"NAME=Some\n"),
    (info("usr/bin/tool", mode=0o4644, uid=3, gid=2**31), noise(BIG)),
    (info("usr/bin/same", tarfile.LNKTYPE, linkname="usr/bin/tool"), b""),
    (info("usr/bin/other", tarfile.SYMTYPE, linkname="../tool"), b""),
    (info("dev/null", tarfile.CHRTYPE, devmajor=1, devminor=3), b""),
    (info("var/.wh.gone"), b""),
    (info("var/lib/.wh..wh..opq"), b""),
    (info("var/lib/dpkg/status"), b"Package: some\n" * 900),
    (info("srv/empty"), b""),
    (info("srv/one.jar"), ONE),
    (info("srv/program", mode=0o755), b"\x7fELF" + bytes(70_000 - 4) + BUILD),
    (info("srv/marked", pax_headers={"SCHILY.xattr.user.one": "v\udcff"}), b"x"),
    (info("srv/" + "long/" * 60 + "name"), b"deep"),
]


def some(*more: tuple[tarfile.TarInfo, bytes]) -> Entries:
    return [*SOME, *more]


@WRITERS
def test_the_index_is_that_of_the_whole_layer(write: Write) -> None:
    made = write(some())
    source = Source(made.blob)
    index = lazily(made, source)
    assert index is not None
    assert same(index, wholly(made))
    assert index.kept["/etc/os-release"] == b"NAME=Some\n"
    assert len(index.kept["/var/lib/dpkg/status"]) > 9000
    assert index.whiteouts == ["/var/gone"]
    assert index.opaques == ["/var/lib"]
    assert set(index.inside) == {"/srv/one.jar", "/srv/program"}
    assert source.bytes < len(made.blob) / 5
    assert source.requests <= 4


@WRITERS
def test_what_it_believes_is_told_and_stays_told(write: Write) -> None:
    made = write(some())
    index = lazily(made, diff_id="sha256:told")
    assert index is not None
    assert (index.from_toc, index.diff_id) == (True, "sha256:told")
    assert unpack(pack(index)) == index
    assert not wholly(made).from_toc


def test_an_estargz_tells_its_size_and_holds_its_table() -> None:
    made = stargz(some())
    size = len(whole_tar(made))
    notes = {**made.described.annotations, "io.containers.estargz.uncompressed-size": str(size)}
    index = lazily(made._replace(described=replace(made.described, annotations=notes)))
    assert index is not None
    assert index.uncompressed_size == wholly(made).uncompressed_size
    assert index.paths[-1] == "/stargz.index.json"
    assert index.entry(len(index) - 1).sha256 == toc_digest(notes)[7:]


_NAMES = ("a", "a/b", "./a/c", "/d", "é", "a/.wh.b", "a/.wh..wh..opq", "etc/os-release")
_KEPT = (
    "one.jar",
    "etc/os-release",
    "lib/apk/db/installed",
    "x.dist-info/METADATA",
    "var/lib/dpkg/status",
)
_KINDS = (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)


@st.composite
def entries(draw: st.DrawFn) -> Entries:
    """Some entries, paths again and again."""
    found: list[tuple[tarfile.TarInfo, bytes]] = []
    for _ in range(draw(st.integers(0, 12))):
        one = info(
            draw(st.sampled_from(_NAMES + _KEPT)),
            mode=draw(st.integers(0, 0o7777)),
            uid=draw(st.integers(0, 2**40)),
            gid=draw(st.integers(0, 9)),
            mtime=draw(st.integers(-(2**32), 2**34)),
        )
        data = b""
        if draw(st.booleans()) and ".wh." not in one.name:
            one.type = draw(st.sampled_from(_KINDS))
            one.linkname = draw(st.sampled_from(("a", "../up", "/d", ""))) or one.linkname
            one.devmajor = draw(st.integers(0, 9))
        elif ".wh." not in one.name:
            data = draw(st.one_of(st.binary(max_size=40), st.just(ONE))) * draw(st.integers(0, 30))
        if draw(st.booleans()):
            value = draw(st.binary(min_size=1, max_size=5)).replace(b"\0", b"1")
            text = value.decode("utf-8", "surrogateescape")
            one.pax_headers = {f"SCHILY.xattr.{draw(st.sampled_from('ab'))}": text}
        found.append((one, data))
    return found


@WRITERS
@given(entries=entries(), chunk=st.sampled_from((7, 100, 1 << 22)), data=st.data())
def test_of_any_layer_it_is_that_of_the_whole(
    write: Write, entries: Entries, chunk: int, data: st.DataObject
) -> None:
    more = {"together": data.draw(st.sampled_from((0, 600)))} if write is stargz else {}
    big = max(chunk, 20_000)
    place = data.draw(st.integers(0, len(entries)))
    large = [*entries[:place], (info("big"), noise(BIG)), *entries[place:]]
    made, small = write(large, chunk=big, **more), write(entries, chunk=chunk, **more)
    assert same(lazily(made), wholly(made))
    found = lazily(small)  # of a few bytes more than half would be fetched
    assert found is None or same(found, wholly(small))


def test_fractions_of_a_second_are_in_zstd_chunked_alone() -> None:
    timed = [(info("big"), noise(BIG)), (info("a", mtime=1_700_000_000.25), b"x")]
    assert same(lazily(chunked(timed)), wholly(chunked(timed)))
    index = lazily(stargz(timed))
    assert index is not None
    assert index.mtimes[1] == 1_700_000_000


@WRITERS
def test_a_name_the_table_has_lost_means_the_whole(write: Write) -> None:
    made = write(some((info("srv/\udcff\udcfe"), b"x")))
    assert lazily(made) is None
    assert "/srv/\udcff\udcfe" in wholly(made).paths


@WRITERS
def test_without_ranges_the_whole_is_read(write: Write) -> None:
    made = write(some())

    def refuse(offset: int, length: int) -> Iterator[bytes]:
        raise RemoteError("no parts here")

    assert read_lazily(refuse, made.described, smallest=0) is None

    def broken(offset: int, length: int) -> Iterator[bytes]:
        yield b"x"
        raise Unreachable("gone")

    assert read_lazily(broken, made.described, smallest=0) is None


@WRITERS
def test_other_bytes_than_asked_for_are_corrupt(write: Write) -> None:
    made = write(some())
    for wrong in (made.blob[: len(made.blob) // 2], b"\0" * len(made.blob)):
        try:
            assert read_lazily(Source(wrong), made.described, smallest=0) is None
        except Corrupt:
            continue

    def all_of_it(offset: int, length: int) -> Iterator[bytes]:
        yield made.blob

    with pytest.raises(Corrupt, match="asked for"):
        read_lazily(all_of_it, made.described, smallest=0)


@WRITERS
def test_a_table_the_manifest_does_not_speak_of_is_corrupt(write: Write) -> None:
    made = write(some())
    notes = {
        key: sha256(b"another") if value.startswith("sha256:") else value
        for key, value in made.described.annotations.items()
    }
    with pytest.raises(Corrupt, match="manifest"):
        lazily(made._replace(described=replace(made.described, annotations=notes)))


@WRITERS
def test_contents_other_than_the_table_says_are_corrupt(write: Write) -> None:
    def change(table: dict[str, Any]) -> None:
        table["entries"][1]["digest"] = sha256(b"another")

    with pytest.raises(Corrupt, match="etc/os-release"):
        lazily(write(some(), change=change))


@WRITERS
@pytest.mark.parametrize("notes", [{}, {"some": "other"}, {STARGZ: "md5:00"}, {STARGZ: "sha256:1"}])
def test_a_layer_without_a_table(write: Write, notes: dict[str, str]) -> None:
    made = write(some())
    source = Source(made.blob)
    described = replace(made.described, annotations=notes)
    assert lazily(made._replace(described=described), source) is None
    assert source.requests == 0


@pytest.mark.parametrize(
    "place",
    ["", "1:2", "x:1:1:1", "-5:10:10:1", "0:0:0:1", "9:9:9:2", f"{10**17}:9:9:1", "9:9:1:1"],
)
def test_a_place_that_is_none_is_not_looked_at(place: str) -> None:
    made = chunked(some())
    notes = {**made.described.annotations, f"{ZSTD}position": place}
    source = Source(made.blob)
    try:
        assert (
            lazily(made._replace(described=replace(made.described, annotations=notes)), source)
            is None
        )
    except Corrupt:
        assert place == "9:9:1:1"
    assert source.bytes < 100


def test_footers_that_lead_nowhere() -> None:
    made = stargz(some())
    end = made.blob[-51:]
    for start in (b"%016x" % len(made.blob), b"f" * 16, b"STARGZEXTERNALTO"):
        blob = made.blob[:-51] + end[:16] + start + end[32:]
        assert lazily(made._replace(blob=blob)) is None
    blob = made.blob[:-51] + end[:16] + b"0" * 16 + end[32:]
    with pytest.raises(Corrupt, match="where its end says"):
        lazily(made._replace(blob=blob))


SPOILT: dict[str, Callable[[dict[str, Any]], object]] = {
    "another version": lambda table: table.update(version=2),
    "no entries": lambda table: table.pop("entries"),
    "entries that are none": lambda table: table.update(entries=[1]),
    "an unknown type": lambda table: table["entries"][1].update(type="door"),
    "a name of nothing": lambda table: table["entries"][1].pop("name"),
    "a name with an end": lambda table: table["entries"][1].update(name="a\0b"),
    "a long name": lambda table: table["entries"][1].update(name="n" * 5000),
    "half a character": lambda table: table["entries"][1].update(name="\ud800"),
    "a negative size": lambda table: table["entries"][1].update(size=-1),
    "a size without end": lambda table: table["entries"][1].update(size=2**80),
    "another size": lambda table: table["entries"][1].update(size=9),
    "a huge size": lambda table: table["entries"][1].update(size=2**62),
    "a negative place": lambda table: table["entries"][1].update(offset=-1),
    "a place behind the end": lambda table: table["entries"][1].update(offset=2**50),
    "another place": lambda table: table["entries"][1].update(offset=0),
    "a huge place within": lambda table: table["entries"][1].update(innerOffset=2**40),
    "pieces of nothing": lambda table: table["entries"][1].update(chunkSize=3),
    "a piece that is too large": lambda table: table["entries"][1].update(chunkSize=2**40),
    "an owner without end": lambda table: table["entries"][1].update(uid=2**64),
    "no time": lambda table: table["entries"][1].update(modtime="yesterday"),
    "a time that never was": lambda table: table["entries"][1].update(
        modtime="2023-02-30T00:00:00Z"
    ),
    "another time": lambda table: table["entries"][1].update(modtime=5),
    "an attribute of noise": lambda table: table["entries"][1].update(xattrs={"a": "%"}),
    "a large attribute": lambda table: table["entries"][1].update(
        xattrs={"a": base64.b64encode(bytes(90_000)).decode()}
    ),
    "no digest": lambda table: table["entries"][2].pop("digest"),
    "a digest of another kind": lambda table: table["entries"][2].update(digest="sha512:00"),
    "a whiteout of nothing": lambda table: table["entries"][1].update(name="a/.wh."),
}


@WRITERS
@pytest.mark.parametrize("what", SPOILT)
def test_hostile_tables_are_refused_or_passed_over(write: Write, what: str) -> None:
    made = write(some(), change=SPOILT[what])
    caps = Caps(text_bytes=50_000)
    source = Source(made.blob)
    with contextlib.suppress(Corrupt):
        assert lazily(made, source, caps=caps) is None
    assert source.bytes < len(made.blob)


@WRITERS
@given(table=json_values)
def test_any_json_for_a_table(write: Write, table: Any) -> None:
    def change(there: dict[str, Any]) -> None:
        there["entries"] = table

    with contextlib.suppress(Corrupt):
        lazily(write([(info("big"), noise(20_000))], change=change))


@WRITERS
def test_deep_json_is_corrupt(write: Write) -> None:
    deep: list[Any] = []
    for _ in range(900):
        deep = [deep]
    with pytest.raises(Corrupt):
        lazily(write(some(), change=lambda table: table.update(more=deep, entries=deep)))


@WRITERS
def test_caps_hold(write: Write) -> None:
    made = write(some())
    with pytest.raises(Corrupt, match="entries"):
        lazily(made, caps=Caps(entries=5))
    with pytest.raises(Corrupt, match="name"):
        lazily(made, caps=Caps(name_bytes=20))
    assert lazily(made, caps=Caps(toc_bytes=100)) is None
    assert lazily(made, caps=Caps(blob_bytes=100)) is None
    assert lazily(made, caps=Caps(kept_file_bytes=1000)) is None  # the program would be held
    made = write([one for one in SOME if one[0].name != "srv/program"])
    for caps in (Caps(kept_file_bytes=1000, archive_bytes=10), Caps(kept_bytes=1000)):
        index = lazily(made, caps=caps)
        assert same(index, wholly(made, caps))
        assert index is not None
        assert index.unkept == ["/var/lib/dpkg/status"]
        assert len(index.kept) == 1


@WRITERS
def test_many_scattered_files_mean_the_whole(write: Write) -> None:
    scattered: Entries = [
        one
        for number in range(40)
        for one in (
            (info(f"{number}.dist-info/METADATA"), b"Name: some\n"),
            (info(f"big{number}"), noise(140_000)),
        )
    ]
    source = Source(b"")
    made = write(scattered)
    source.blob = made.blob
    assert lazily(made, source) is None
    assert source.requests <= 2
    assert same(lazily(write(scattered[:50])), wholly(write(scattered[:50])))


def test_what_takes_more_to_unpack_than_the_whole_means_the_whole() -> None:
    small = [(info(f"{number}.dist-info/METADATA"), b"Name: some\n") for number in range(200)]
    entries: Entries = [(info("big"), noise(900_000)), *small]
    assert lazily(stargz(entries)) is not None
    assert lazily(stargz(entries, together=100_000)) is None


@WRITERS
def test_much_of_the_blob_is_not_held_for_a_small_file(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(table: dict[str, Any]) -> None:
        place = {one["name"]: one.get("offset") for one in table["entries"]}
        for one in table["entries"]:
            if one["name"] == "etc/os-release":
                one["offset"] = place["usr/bin/tool"]

    monkeypatch.setattr(lazy, "_HELD", BIG // 2)
    entries = some((info("last"), noise(3 * BIG)))
    assert lazily(write(entries)) is not None
    made = write(entries, change=moved)
    source = Source(made.blob)
    assert lazily(made, source) is None
    assert source.bytes < BIG // 2


@WRITERS
def test_a_small_layer_is_read_whole(write: Write) -> None:
    made = write(some())
    source = Source(made.blob)
    assert read_lazily(source, made.described) is None
    assert source.requests == 0


@WRITERS
def test_progress_is_told_and_may_end_it(write: Write) -> None:
    made = write(some())
    told: list[tuple[int, int]] = []
    source = Source(made.blob)
    assert lazily(made, source, progress=lambda read, entries: told.append((read, entries)))
    assert told[-1][0] == source.bytes

    class GivenUp(Exception):
        pass

    def give_up(read: int, entries: int) -> None:
        raise GivenUp

    with pytest.raises(GivenUp):
        lazily(made, progress=give_up)
