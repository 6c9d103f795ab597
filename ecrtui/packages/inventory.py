"""All package databases of a file system, each read by the one who knows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from ecrtui.errors import Corrupt
from ecrtui.model.package import Inventory, Package, Skipped
from ecrtui.packages import apk, dpkg, npm, os_release, python, rpm, ruby
from ecrtui.packages.caps import PACKAGES, PROBLEMS, TEXT, unreadable

Reader = Callable[[bytes, str], Iterator[Package]]

_BOOKS: tuple[tuple[str, Reader], ...] = (
    (r"/var/lib/dpkg/status", dpkg.packages),
    (r"/(usr/)?lib/apk/db/installed", apk.packages),
    (r"/(var/lib|usr/lib/sysimage)/rpm/rpmdb\.sqlite", rpm.from_sqlite),
    (r"/(var/lib|usr/lib/sysimage)/rpm/Packages\.db", rpm.from_ndb),
    (r"/(var/lib|usr/lib/sysimage)/rpm/Packages", rpm.from_bdb),
)
"""Files that list all packages of a system."""
_LEAVES: tuple[tuple[str, Reader], ...] = (
    (r"/var/lib/dpkg/status\.d/[^/]+", dpkg.packages),
    (r".*(\.dist-info/METADATA|\.egg-info/PKG-INFO)", python.packages),
    (r".*/node_modules/(@[^/]+/)?[^/@.][^/]*/package\.json", npm.packages),
    (r".*/specifications/(default/)?[^/]+\.gemspec", ruby.packages),
)
"""Files of one package each."""
_READERS = tuple(
    (re.compile(pattern, re.DOTALL), reader) for pattern, reader in (*_BOOKS, *_LEAVES)
)


def packages_of(files: Mapping[str, bytes], unkept: Iterable[str] = ()) -> Inventory:
    """The packages that files tell of, by the files' absolute paths; other files are left aside.

    `unkept` are paths whose contents nobody has: if one is a database, that is a problem. Nothing
    is raised: what cannot be read is a problem too, and what was read before it stays.
    """
    found: list[Package] = []
    problems = [Skipped(path, "too large") for path in unkept if _reader(path)]
    for path in sorted(files):
        reader = _reader(path)
        if reader is not None:
            try:
                for package in reader(files[path], path):
                    found.append(_checked(package, len(found)))
            except Corrupt as failure:
                problems.append(Skipped(path, failure.detail))
    distribution = os_release.distribution(files)
    return Inventory(tuple(found), tuple(problems[:PROBLEMS]), distribution)


def lists_all(path: str) -> bool:
    """Whether a file is a whole system's book of packages, not one package's own file."""
    return any(pattern.fullmatch(path) for pattern, _ in _READERS[: len(_BOOKS)])


def _reader(path: str) -> Reader | None:
    for pattern, reader in _READERS:
        if pattern.fullmatch(path):
            return reader
    return None


def _checked(package: Package, before: int) -> Package:
    """The package, within the caps; `before` are already there."""
    if before >= PACKAGES:
        raise unreadable(f"more than {PACKAGES:,} packages")
    if max(len(package.name), len(package.version), len(package.architecture)) > TEXT:
        raise unreadable(f"a name or version of more than {TEXT:,} characters")
    return package
