"""Real rpm packages and databases, made by rpm itself."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from tests.sandbox.programs import run

_SPEC = """\
Name: {name}
Epoch: {epoch}
Version: {version}
Release: {release}
Summary: {name}
License: none
BuildArch: noarch
{more}
%description
{name}
%files
"""


def build(
    folder: Path, name: str, version: str, release: str = "1", epoch: str = "0", provides: int = 0
) -> Path:
    """A package without files; what it `provides` makes its header large."""
    more = "".join(f"Provides: {name}(feature-{number})\n" for number in range(provides))
    spec = folder / f"{name}.spec"
    spec.write_text(
        _SPEC.format(name=name, version=version, release=release, epoch=epoch, more=more)
    )
    run("rpmbuild", "-bb", "--define", f"_topdir {folder}", spec)
    return folder / "RPMS/noarch" / f"{name}-{version}-{release}.noarch.rpm"


class Database:
    """An SQLite database of rpm's."""

    def __init__(self, folder: Path) -> None:
        self._options = ["--dbpath", str(folder), "--define", "_db_backend sqlite"]
        self.file = folder / "rpmdb.sqlite"
        run("rpm", *self._options, "--initdb")

    def headers(self) -> list[tuple[int, bytes]]:
        """The packages' numbers and headers."""
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute("SELECT hnum, blob FROM Packages").fetchall()

    def install(self, packages: Iterable[Path]) -> None:
        """Write packages into the books; nothing is unpacked."""
        run("rpm", *self._options, "-i", "--justdb", "--nodeps", "--force", *packages)

    def erase(self, name: str) -> None:
        run("rpm", *self._options, "-e", "--justdb", "--nodeps", name)

    def listed(self) -> list[tuple[str, str, str]]:
        """Name, version and architecture, as rpm tells them."""
        return listed(*self._options)


def berkeley(folder: Path, headers: list[tuple[int, bytes]], order: str) -> Path:
    """A Berkeley DB as rpm had them, made by Berkeley DB itself; `order` is `<` or `>`.

    Today's rpm only reads them.
    """
    rows = [(0, struct.pack(f"{order}I", len(headers) + 1)), *headers]
    lines = [f" {struct.pack(f'{order}I', key).hex()}\n {value.hex()}" for key, value in rows]
    head = "VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\nHEADER=END"
    text = "\n".join([head, *lines, "DATA=END", ""])
    machine = "db_lorder=1234" if order == "<" else "db_lorder=4321"
    run("db5.3_load", "-c", machine, folder / "Packages", given=text)
    return folder / "Packages"


def listed(*options: str) -> list[tuple[str, str, str]]:
    """Name, version and architecture, as rpm tells them."""
    query = "%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH}\\n"
    lines = run("rpm", *options, "-qa", "--qf", query).stdout.splitlines()
    rows = (line.split(" ") for line in lines)
    return sorted((name, version.removeprefix("0:"), arch) for name, version, arch in rows)
