"""What the headers of a tar mean: names, numbers, whiteouts, links, what is kept."""

from __future__ import annotations

import tarfile

import pytest

from ecrtui.errors import Corrupt
from ecrtui.model.files import Entry, EntryKind
from tests.oci.layers.made import END, extension, files, header, pax, read, tar


def only(blob: bytes) -> Entry:
    (entry,) = read(blob + END).entries()
    return entry


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (b"a/b", "/a/b"),
        (b"./a/b", "/a/b"),
        (b"././a//b/./c", "/a/b/c"),
        (b"/a/b", "/a/b"),
        (b"///a/b//", "/a/b"),
        (b"a/../b", "/b"),
        (b"../../b", "/b"),
        (b"a/../../../b", "/b"),
        (b"/..", "/"),
        (b".", "/"),
        (b"./", "/"),
        (b"./..", "/"),
        (b"..a/.b/c.", "/..a/.b/c."),
        (b"\xff\xe9/x", "/\udcff\udce9/x"),
        (b"sp ace\n", "/sp ace\n"),
    ],
)
def test_names_are_absolute_and_never_lead_out(name: bytes, path: str) -> None:
    for blob in (header(name), pax(("path", name)) + header(), extension(b"L", name) + header()):
        assert only(blob).path == path


def test_whiteouts_and_opaque_markers_are_no_entries() -> None:
    index = read(files("a/.wh.gone", ".wh.top", "b/file", "b/.wh..wh..opq", ".wh..wh..opq"))
    assert index.paths == ["/b/file"]
    assert index.whiteouts == ["/a/gone", "/top"]
    assert index.opaques == ["/b", "/"]


def test_the_books_of_aufs_are_passed_over() -> None:
    index = read(files(".wh..wh.plnk/1.2", ".wh..wh.aufs", "a/.wh..wh.orph/x", "a/x.wh.y"))
    assert index.paths == ["/a/x.wh.y"]
    assert index.whiteouts == []


@pytest.mark.parametrize("name", [".wh.", "a/.wh..", "a/.wh..."])
def test_a_whiteout_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(Corrupt, match="whiteout"):
        read(files(name))


def test_of_duplicates_the_last_wins_whatever_it_is() -> None:
    symlink = header(b"etc/os-release", kind=b"2", link=b"target")
    twice = files("etc/os-release", "b")[:2048] + symlink + header(b"./b", size=b"0") + END
    index = read(twice)
    assert index.paths == ["/etc/os-release", "/b"]
    assert index.entry(0).kind is EntryKind.SYMLINK
    assert index.linknames == {0: "target"}
    assert index.entry(1).size == 0
    assert index.kept == {}
    assert index.entry(0).sha256 == ""


def test_links() -> None:
    assert only(header(kind=b"2", link=b"../a/./b")).linkname == "../a/./b"
    assert only(header(kind=b"1", link=b"./a/../b", size=b"777")).linkname == "/b"
    long = b"t/" * 120
    assert only(extension(b"K", long + b"\0") + header(kind=b"2")).linkname == long.decode()
    assert only(pax(("linkpath", long)) + header(kind=b"1")).linkname == "/" + long.decode()[:-1]


def test_pax_records() -> None:
    records = [
        ("mtime", b"1700000000.25"),
        ("uid", b"3000000"),
        ("gid", b"4000000"),
        ("SCHILY.xattr.security.capability", b"\1\0\n=\xff"),
        ("path", b""),
    ]
    entry = only(pax(*records) + header())
    assert (entry.mtime, entry.uid, entry.gid) == (1700000000.25, 3_000_000, 4_000_000)
    assert entry.xattrs == {"security.capability": b"\1\0\n=\xff"}
    assert entry.path == "/file"
    sized = pax(("size", b"5")) + header(size=b"0") + b"12345".ljust(512, b"\0") + header(b"next")
    assert read(sized + END).sizes == [5, 0]


def test_global_records_apply_to_nothing() -> None:
    told = pax(("path", b"wrong"), ("uid", b"77"), kind=b"g")
    entry = only(told + header())
    assert (entry.path, entry.uid) == ("/file", 1)


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"5 a=b\n",
        b"6 a=b",
        b"6 a=bX",
        b"5 =b\n",
        b"5 ab\n",
        b"-6 a=b\n",
        b"99999999999999999999999 a=b\n",
        b"11 path=a\0\n",
        b"12 mtime=nan\n",
        b"9 uid=1x\n",
        b"12 size=-12\n",
    ],
)
def test_a_pax_header_that_cannot_be_read(body: bytes) -> None:
    with pytest.raises(Corrupt):
        read(extension(b"x", body) + header() + END)


@pytest.mark.parametrize(
    ("field", "size"),
    [
        (b"00000000005\0", 5),
        (b"          5 ", 5),
        (b"5\0garbage   ", 5),
        (b"\0" * 12, 0),
        (b"\x80" + b"\0" * 10 + b"\5", 5),
    ],
)
def test_numbers_of_every_kind(field: bytes, size: int) -> None:
    blob = header(size=field) + (b"12345".ljust(512, b"\0") if size else b"") + END
    assert read(blob).sizes == [size]


@pytest.mark.parametrize(
    "field", [b"9", b"1_0", b"0o7", b"-5", b"x", b"\xff" * 12, b"\x80" + b"\x7f" * 11]
)
def test_numbers_that_are_none(field: bytes) -> None:
    with pytest.raises(Corrupt):
        read(header(size=field.ljust(12, b" ") if len(field) < 12 else field) + END)


def test_a_wrong_checksum_is_seen_and_an_old_writers_is_not_wrong() -> None:
    raw = bytearray(header(b"n\xff\xfe"))
    signed = sum(byte - 256 if byte > 127 else byte for byte in raw[:148] + raw[156:]) + 256
    raw[148:156] = b"%06o\0 " % signed
    assert only(bytes(raw)).path == "/n\udcff\udcfe"
    raw[0] ^= 1
    with pytest.raises(Corrupt, match="checksum"):
        read(bytes(raw) + END)


def test_kinds() -> None:
    kinds = {
        b"0": EntryKind.FILE,
        b"\0": EntryKind.FILE,
        b"7": EntryKind.FILE,
        b"3": EntryKind.CHAR,
        b"4": EntryKind.BLOCK,
        b"5": EntryKind.DIRECTORY,
        b"6": EntryKind.FIFO,
    }
    for kind, wanted in kinds.items():
        assert only(header(kind=kind)).kind is wanted
    assert only(header(b"old/", kind=b"\0", magic=b"")).kind is EntryKind.DIRECTORY


def test_devices_keep_their_numbers() -> None:
    info = tarfile.TarInfo("dev/null")
    info.type, info.devmajor, info.devminor = tarfile.CHRTYPE, 1, 3
    for form in (tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT, tarfile.PAX_FORMAT):
        assert next(read(tar([(info, b"")], form)).entries()).device == (1, 3)


def test_an_extension_at_the_end_speaks_of_nothing() -> None:
    with pytest.raises(Corrupt, match="next entry"):
        read(pax(("path", b"x")) + END)


KEPT = [
    *("var/lib/dpkg/status", "var/lib/dpkg/status.d/base", "lib/apk/db/installed"),
    *("usr/lib/apk/db/installed", "var/lib/rpm/rpmdb.sqlite", "var/lib/rpm/Packages.db"),
    "var/lib/rpm/Packages",
    *("usr/lib/sysimage/rpm/Packages.db", "etc/os-release", "usr/lib/os-release"),
    *("opt/v/site-packages/a.dist-info/METADATA", "srv/a.egg-info/PKG-INFO"),
    *("app/node_modules/@a/b/package.json", "usr/gems/specifications/default/json.gemspec"),
]
NOT_KEPT = [
    *(
        "lib/dpkg/status",
        "var/lib/dpkg/status-old",
        "proc/status",
        "x/METADATA",
        "app/package.json",
    ),
    *("home/etc/os-release", "usr/lib/sysimage/rpm/a/b", "a.gemspec"),
]


def test_what_others_read_is_kept_and_nothing_else() -> None:
    index = read(files(*KEPT, *NOT_KEPT, contents=b"contents"))
    assert index.kept == {f"/{name}": b"contents" for name in KEPT}
    assert index.unkept == []
