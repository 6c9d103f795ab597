"""Two lists of packages and their difference, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import zip_longest

import msgspec

from ecrtui.model.package import Package, PackageChange
from ecrtui.packages.java import ECOSYSTEM as MAVEN
from ecrtui.packages.versions import order, parsed


def difference(a: Iterable[Package], b: Iterable[Package]) -> tuple[PackageChange, ...]:
    """What is to be done to `a` to have `b`, by ecosystem and name.

    Only versions count: where a package is, how often, and for which architecture do not. Of a name
    with several versions those that both have are the same; the others are paired from the latest
    down, and what is left over is added or removed.
    """
    before, after = _versions(a), _versions(b)
    found: list[PackageChange] = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, set()), after.get(key, set())
        found += _changes(key, old - new, new - old)
    return tuple(found)


def listed_difference(
    a: Collection[Package],
    b: Collection[Package],
    known: Iterable[Package],
) -> tuple[PackageChange, ...]:
    """What differs in two SBOMs' packages of which files tell nothing; `known` is what files tell.

    A Maven artifact whose group the files do not tell is known by its name alone.
    """
    told = {(one.ecosystem, one.name) for one in known}
    return tuple(
        msgspec.structs.replace(change, source="sbom")
        for change in difference(a, b)
        if (change.ecosystem, change.name) not in told
        and not (change.ecosystem == MAVEN and (MAVEN, change.name.rpartition(":")[2]) in told)
    )


def _versions(packages: Iterable[Package]) -> dict[tuple[str, str], set[str]]:
    found = defaultdict(set)
    for package in packages:
        found[package.ecosystem, package.name].add(package.version)
    return dict(found)


def _changes(
    key: tuple[str, str], old: Collection[str], new: Collection[str]
) -> Iterator[PackageChange]:
    ecosystem, name = key
    for before, after in zip_longest(_latest_first(ecosystem, old), _latest_first(ecosystem, new)):
        yield PackageChange(ecosystem, name, before, after, _change(ecosystem, before, after))


def _latest_first(ecosystem: str, versions: Collection[str]) -> list[str]:
    """Those that have no order come last."""
    if len(versions) < 2:
        return list(versions)
    plain = sorted(versions, reverse=True)
    comparable = {each: key for each in plain if (key := parsed(ecosystem, each)) is not None}
    ordered = sorted(comparable, key=comparable.__getitem__, reverse=True)
    return ordered + [each for each in plain if each not in comparable]


def _change(ecosystem: str, before: str | None, after: str | None) -> str:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    direction = order(ecosystem, before, after)
    if not direction:
        return "changed"
    return "upgrade" if direction < 0 else "downgrade"
