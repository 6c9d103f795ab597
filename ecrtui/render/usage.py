"""What uses images, in words and cells: one sign for each image, one row for each use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ecrtui.model.usage import ImageUse, Standing, Unknown, Usage, Use, UseKind
from ecrtui.render.columns import Cell
from ecrtui.render.images import short_digest
from ecrtui.render.standing import why_unknown


def reference(use: Use) -> str:
    """The tag and the digest of a reference, without the repository, which is told elsewhere."""
    tag = f":{use.tag}" if use.tag else ""
    digest = f"@{short_digest(use.pinned)}" if use.pinned else ""
    return f"{tag}{digest}".lstrip("@")


def place(use: Use) -> str:
    """The name with what it is in: `main/shop-api`."""
    return f"{use.where}/{use.name}" if use.where else use.name


def state(use: Use, *, behind: bool, gone: bool) -> Cell:
    """How one use stands."""
    if gone:
        return Cell("its image is gone" if use.pinned else "no image has its tag", "bad")
    if behind:
        return Cell(f"{Standing.BEHIND.value} {use.running} behind {use.tag}", "warn")
    if use.running:
        return Cell(f"{Standing.RUNNING.value} {use.running}", "good")
    return Cell(f"{Standing.REFERENCED.value}", "")


def summary(found: ImageUse) -> str:
    """One line for an image's overview: what runs where, or that nothing does."""
    running = [use for use in found.uses if use.running]
    if running:
        told = _listed(f"{place(use)} ({use.running})" for use in running)
        behind = f", behind {running[0].tag}" if found.standing is Standing.BEHIND else ""
        return f"{told}{behind}"
    if found.uses:
        return f"nowhere, but named by {_listed(f'{kind(use)} {place(use)}' for use in found.uses)}"
    if found.maybe:
        return f"unknown: {_listed(place(use) for use in found.maybe)} may run it"
    return "nowhere that was looked at" if found.may_go else why_unknown(found)


def kind(use: Use) -> str:
    """What sort of thing it is, as a person says it."""
    return use.kind.value


def unknown_text(one: Unknown) -> str:
    """`Lambda in 111122223333 eu-west-1: Not allowed: ListFunctions ...`."""
    where = " ".join(part for part in (one.account, one.region) if part)
    return f"{one.what} in {where}: {one.why}" if where else f"{one.what}: {one.why}"


def merged(unknown: Iterable[Unknown]) -> list[Unknown]:
    """Places that are unknown for one reason as one: a policy that closes fifteen regions closes
    seven places in each. The error's words are those of the first."""
    places: dict[tuple[str, str, bool, str], list[Unknown]] = {}
    for one in unknown:
        places.setdefault((one.account, one.region, one.denied, one.hint), []).append(one)
    groups: dict[tuple[str, bool, str, str], list[Unknown]] = {}
    for (account, _, denied, hint), found in places.items():
        what = ", ".join(dict.fromkeys(one.what for one in found))
        groups.setdefault((account, denied, hint, what), []).append(found[0])
    told = []
    for (_, _, _, what), found in groups.items():
        region = found[0].region if len(found) == 1 else f"{len(found)} regions"
        told.append(msgspec.structs.replace(found[0], what=what, region=region))
    return told


def looked_text(usage: Usage) -> str:
    """Where it was looked: `ECS, Lambda, EKS in 17 regions of 2 accounts`."""
    kinds: dict[str, None] = {}
    places: set[tuple[str, str]] = set()
    besides = []
    for one in usage.looked:
        what, _, where = one.rpartition(" in ")
        account, _, region = where.partition(" ")
        if region:
            kinds[what] = None
            places.add((account, region))
        else:
            besides.append(one)
    accounts, regions = {place[0] for place in places}, {place[1] for place in places}
    told = [f"{', '.join(kinds)} in {_few(regions, 'region')} of {_few(accounts, 'account')}"]
    return " and ".join([*(told if kinds else ()), *besides]) or "nothing"


def _few(names: set[str], word: str) -> str:
    return next(iter(names)) if len(names) == 1 else f"{len(names)} {word}s"


def copies(use: Use) -> Sequence[tuple[str, str]]:
    """What can be copied of a use, the most useful first."""
    found = (
        ("ARN", use.arn),
        ("address in the console", use.link),
        ("image, as it is written there", use.image),
        ("digest", use.pinned),
        ("name", use.name),
    )
    return [(what, text) for what, text in found if text]


_SHOWN = 3


def _listed(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more


ROLLED = frozenset({UseKind.ECS_SERVICE, UseKind.LAMBDA})
"""What can be rolled to another image from here."""
