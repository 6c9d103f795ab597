"""All package databases of a file system, each read by the one who knows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from ecrtui.errors import Corrupt
from ecrtui.model.package import Inventory, Package, Skipped
from ecrtui.packages import apk, dpkg, golang, java, npm, os_release, python, rpm, ruby
from ecrtui.packages.caps import PACKAGES, PROBLEMS, TEXT, unreadable

_PROBLEM = "?"
"""The name under which `LayerIndex.inside` tells why a file could not be looked into."""
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


def packages_of(
    files: Mapping[str, bytes],
    unkept: Iterable[str] = (),
    inside: Mapping[str, Mapping[str, bytes]] | None = None,
) -> Inventory:
    """The packages that files tell of, by the files' absolute paths; other files are left aside.

    `inside` is what archives and programs tell of themselves (`LayerIndex.inside`); `unkept` are
    paths whose contents nobody has: if one is a database, that is a problem. Nothing
    is raised: what cannot be read is a problem too, and what was read before it stays.
    """
    found: list[Package] = []
    problems = [Skipped(path, "too large") for path in unkept if _reader(path)]
    for path, data, reader in (*_of_files(files), *_of_facts(inside or {}, problems)):
        try:
            for package in reader(data, path):
                found.append(_checked(package, len(found)))
        except Corrupt as failure:
            problems.append(Skipped(path, failure.detail))
    distribution = os_release.distribution(files)
    return Inventory(tuple(found), tuple(problems[:PROBLEMS]), distribution)


def _of_files(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes, Reader]]:
    for path in sorted(files):
        reader = _reader(path)
        if reader is not None:
            yield path, files[path], reader


def _of_facts(
    inside: Mapping[str, Mapping[str, bytes]], problems: list[Skipped]
) -> Iterator[tuple[str, bytes, Reader]]:
    for path in sorted(inside):
        for name, fact in inside[path].items():
            if name == _PROBLEM:
                problems.append(Skipped(path, fact.decode("utf-8", "replace")))
            elif name == golang.FACT:
                yield path, fact, golang.packages
            else:
                yield f"{path}!/{name}", fact, java.packages


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
