"""A table read from the bytes that SQLite itself wrote."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrtui.errors import Corrupt
from ecrtui.packages.sqlite import table

_SCHEMA = "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)"
_SIZES = st.integers(0, 600) | st.integers(3_900, 4_300) | st.sampled_from([65_500, 200_000])


def written(
    page: int, sizes: list[int], gone: list[int], journal: str
) -> tuple[bytes, list[bytes]]:
    """A database with a blob of each size, some deleted again, and what SQLite finds in it."""
    noise = random.Random(len(sizes))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rpmdb.sqlite")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA page_size = {page}")
            connection.execute(f"PRAGMA journal_mode = {journal}")
            connection.execute("CREATE TABLE Name (key TEXT, hnum INTEGER)")
            connection.execute(_SCHEMA)
            connection.execute("BEGIN")
            rows = [(noise.randbytes(size),) for size in sizes]
            connection.executemany("INSERT INTO Packages (blob) VALUES (?)", rows)
            deleted = [(number,) for number in gone]
            connection.executemany("DELETE FROM Packages WHERE hnum = ?", deleted)
            connection.execute("COMMIT")
            query = "SELECT blob FROM Packages ORDER BY hnum"
            found = [blob for (blob,) in connection.execute(query)]
        return path.read_bytes(), found


@settings(deadline=None, max_examples=60)
@given(
    page=st.sampled_from([512, 1024, 4096, 65536]),
    sizes=st.lists(_SIZES, max_size=60),
    gone=st.lists(st.integers(1, 60), max_size=30),
    journal=st.sampled_from(["delete", "wal"]),
)
def test_it_reads_what_sqlite_reads(
    page: int, sizes: list[int], gone: list[int], journal: str
) -> None:
    data, found = written(page, sizes, gone, journal)
    assert [row[1] for row in table(data, "Packages")] == found


def test_a_table_of_many_levels_is_read_in_order() -> None:
    data, found = written(512, [200] * 20_000, [], "wal")
    assert [row[1] for row in table(data, "Packages")] == found


def test_a_table_that_is_not_there_is_told_of() -> None:
    data, _ = written(4096, [], [], "delete")
    with pytest.raises(Corrupt, match="no table Other"):
        list(table(data, "Other"))


def test_a_page_that_points_to_itself_ends_the_reading() -> None:
    data, _ = written(512, [200] * 50, [], "delete")
    # The root of Packages is the only inner page; its last pointer is made to name the page itself.
    root = next(at for at in range(512, len(data), 512) if data[at] == 5)
    itself = (root // 512 + 1).to_bytes(4, "big")
    with pytest.raises(Corrupt, match="not where it should be"):
        list(table(data[: root + 8] + itself + data[root + 12 :], "Packages"))


def test_rows_that_overlap_do_not_make_endless_work() -> None:
    """All cells of a leaf point to its one row."""
    data, (row,) = written(4096, [3_000], [], "delete")
    changed = bytearray(data)
    leaf = next(at for at in range(0, len(data), 4096) if row in data[at : at + 4096])
    cells = 500
    changed[leaf + 3 : leaf + 5] = cells.to_bytes(2, "big")
    changed[leaf + 8 : leaf + 8 + 2 * cells] = data[leaf + 8 : leaf + 10] * cells
    with pytest.raises(Corrupt, match="overlap"):
        list(table(bytes(changed), "Packages"))
