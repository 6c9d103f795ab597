"""Two answers to what a lifecycle policy would do, ECR's and the local one, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ecrtui.compare.lifecycle import DAY, Simulated, counted_since
from ecrtui.model.foreseen import Difference
from ecrtui.model.image import Image
from ecrtui.model.lifecycle import Count, Policy, Verdict

_CLOSE = 3_600.0
"""Seconds within which two clocks, or two moments of asking, may judge an age differently."""


def differences(
    policy: Policy,
    preview: Sequence[Verdict],
    simulated: Simulated,
    images: Sequence[Image],
    now: float,
) -> tuple[Difference, ...]:
    """Where ECR's preview and the simulation differ, each explained as far as it can be."""
    rows = {row.image_digest: row for row in images}
    theirs = {verdict.digest: verdict for verdict in preview}
    ours = {verdict.digest: verdict for verdict in simulated.verdicts}
    found = [
        _difference(digest, theirs.get(digest), ours.get(digest), rows, simulated)
        for digest in {**theirs, **ours}
        if _decided(theirs.get(digest)) != _decided(ours.get(digest))
    ]
    unlisted = any(digest not in rows for digest in theirs)
    return tuple(_explained(one, policy, rows, now, found, unlisted) for one in found)


def _decided(verdict: Verdict | None) -> tuple[int, str] | None:
    return None if verdict is None else (verdict.priority, verdict.action.value)


def _difference(
    digest: str,
    theirs: Verdict | None,
    ours: Verdict | None,
    rows: Mapping[str, Image],
    simulated: Simulated,
) -> Difference:
    known = theirs or ours
    return Difference(
        digest=digest,
        tags=known.tags if known is not None else (),
        preview=theirs.priority if theirs is not None else None,
        simulation=ours.priority if ours is not None else None,
        why=next(_reasons(digest, theirs, ours, rows, simulated), ""),
    )


def _reasons(
    digest: str,
    theirs: Verdict | None,
    ours: Verdict | None,
    rows: Mapping[str, Image],
    simulated: Simulated,
) -> Iterator[str]:
    """What is plain of one image by itself."""
    row = rows.get(digest)
    if row is None:
        yield "it came after the list was read"
    elif ours is None and digest in simulated.held:
        yield "an index lists it, which the simulation lets go first"
    elif ours is None and row.subject_manifest_digest in rows:
        yield "it refers to another image, with which the simulation lets it go"
    elif theirs is None and digest in simulated.unsure:
        yield "an index whose manifest was not read here may list it"


def _explained(
    one: Difference,
    policy: Policy,
    rows: Mapping[str, Image],
    now: float,
    found: Sequence[Difference],
    unlisted: bool,
) -> Difference:
    """The rest: ages close to a limit, and counts that others move."""
    if one.why:
        return one
    why = "unexplained; ECR's word counts"
    rules = [policy.rule(number) for number in (one.preview, one.simulation) if number is not None]
    row = rows.get(one.digest)
    for rule in rules:
        if rule is None or row is None:
            continue
        if rule.count is Count.MORE_THAN:
            if unlisted or any(other.why for other in found):
                why = "others that differ are counted by the same rule"
        elif abs(now - counted_since(rule, row) - rule.number * DAY) < _CLOSE:
            why = "its age is within an hour of the rule's limit"
    return msgspec.structs.replace(one, why=why)
