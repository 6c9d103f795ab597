"""rpm's databases, made by rpm and damaged by us."""

from __future__ import annotations

import lzma
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrtui.packages.inventory import packages_of
from tests.packages.rpms import Database, berkeley, build, listed

_SQLITE = "/var/lib/rpm/rpmdb.sqlite"
_BDB = "/var/lib/rpm/Packages"
_NDB = "/usr/lib/sysimage/rpm/Packages.db"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder = tmp_path_factory.mktemp("build")
    made = Database(tmp_path_factory.mktemp("sqlite"))
    made.install(
        [
            build(folder, "plain", "1.0"),
            build(folder, "epochal", "2.3~rc1", "4.el9", epoch="3"),
            build(folder, "snapshot", "1.0^20260102git", "0.1"),
            build(folder, "twice", "1.0"),
            build(folder, "twice", "2.0"),
            build(folder, "large", "7", provides=3000),
            *(build(folder, f"many-{number}", f"{number}.1") for number in range(12)),
        ]
    )
    made.erase("many-3")
    return made


@pytest.fixture(scope="module")
def ndb() -> bytes:
    return lzma.decompress((Path(__file__).parent / "data/Packages.db.xz").read_bytes())


@pytest.fixture(scope="module")
def bdb(database: Database, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return berkeley(tmp_path_factory.mktemp("bdb"), database.headers(), "<").read_bytes()


@pytest.fixture(scope="module", params=[_SQLITE, _NDB, _BDB])
def whole(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    """A database's path and contents, of each kind."""
    if request.param == _SQLITE:
        made: Database = request.getfixturevalue("database")
        return _SQLITE, made.file.read_bytes()
    return request.param, request.getfixturevalue("ndb" if request.param == _NDB else "bdb")


def ours(path: str, data: bytes) -> list[tuple[str, str, str]]:
    found = packages_of({path: data})
    assert found.problems == ()
    assert {(package.ecosystem, package.path) for package in found.packages} <= {("rpm", path)}
    return sorted((each.name, each.version, each.architecture) for each in found.packages)


@pytest.mark.parametrize("path", [_SQLITE, "/usr/lib/sysimage/rpm/rpmdb.sqlite"])
def test_it_lists_what_rpm_lists(database: Database, path: str) -> None:
    found = ours(path, database.file.read_bytes())
    assert found == database.listed()
    assert len(found) == 17
    assert ("epochal", "3:2.3~rc1-4.el9", "noarch") in found


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_berkeley_db_is_read(database: Database, order: str, tmp_path: Path) -> None:
    found = ours(_BDB, berkeley(tmp_path, database.headers(), order).read_bytes())
    assert found == listed("--dbpath", str(tmp_path), "--define", "_db_backend bdb_ro")
    assert found == database.listed()


@pytest.mark.parametrize("path", [_NDB, "/var/lib/rpm/Packages.db"])
def test_an_ndb_database_is_read(ndb: bytes, path: str) -> None:
    assert ours(path, ndb) == [
        ("epochal", "3:2.3~rc1-4", "noarch"),
        ("large", "7-2", "noarch"),
        *[("many", "0.1-1", "noarch")] * 260,
        ("plain", "1.0-1", "noarch"),
    ]


def test_an_empty_database_has_no_packages(tmp_path: Path) -> None:
    assert ours(_SQLITE, Database(tmp_path).file.read_bytes()) == []


def test_a_database_cut_short_is_told_of(whole: tuple[str, bytes]) -> None:
    path, data = whole
    everything = set(packages_of({path: data}).packages)
    for size in (0, 10, 100, 5000, len(data) // 2):
        found = packages_of({path: data[:size]})
        assert [each.path for each in found.problems] == [path]
        assert set(found.packages) < everything


def test_a_name_that_is_not_in_its_header_is_told_of(ndb: bytes) -> None:
    name = struct.pack(">II", 1000, 6)
    at = ndb.index(name, ndb.index(b"BlbS")) + len(name)
    found = packages_of({_NDB: ndb[:at] + struct.pack(">I", 1_300) + ndb[at + 4 :]})
    assert [each.reason for each in found.problems] == [
        "a package without a name, version or release"
    ]


def test_packages_that_overlap_do_not_make_endless_work(ndb: bytes) -> None:
    """All slots say that they are the one package, which is the largest there is."""
    slots = bytearray(ndb)
    large = ndb.index(b"large\0")
    number, start = 264, ndb.rindex(b"BlbS", 0, large)
    assert struct.unpack_from("<I", ndb, start + 4) == (number,)
    end = ndb.index(b"BlbS") & ~4095
    for at in range(32, end, 16):
        struct.pack_into("<II", slots, at + 4, number, start // 16)
    found = packages_of({_NDB: bytes(slots)})
    assert [each.reason for each in found.problems] == ["its packages overlap"]
    assert len(found.packages) < 40


def test_a_chain_of_pages_without_an_end_is_left(bdb: bytes) -> None:
    """Each overflow page of a Berkeley DB names itself as the next."""
    looped = bytearray(bdb)
    for at in range(0, len(bdb), 4096):
        if bdb[at + 25] == 7:
            struct.pack_into("<I", looped, at + 16, at // 4096)
    reasons = [each.reason for each in packages_of({_BDB: bytes(looped)}).problems]
    assert reasons == ["a page of the Berkeley DB is not where it should be"]


def test_items_that_overlap_are_refused(bdb: bytes) -> None:
    """The first item of a hash page begins where the page does, so that the second has no room."""
    page = next(
        at for at in range(0, len(bdb), 4096) if bdb[at + 25] in (2, 13) and bdb[at + 20] > 1
    )
    damaged = bdb[: page + 26] + bytes(2) + bdb[page + 28 :]
    reasons = [each.reason for each in packages_of({_BDB: damaged}).problems]
    assert reasons == ["a page of the Berkeley DB is damaged"]


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_no_damage_makes_it_fail_otherwise(whole: tuple[str, bytes], data: st.DataObject) -> None:
    path, damaged = whole[0], bytearray(whole[1])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(damaged) - 1) | st.integers(0, 5000))
        new = data.draw(st.binary(min_size=1, max_size=8))
        damaged[at : at + len(new)] = new
    packages_of({path: bytes(damaged)})
