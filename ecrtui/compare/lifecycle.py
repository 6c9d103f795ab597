"""What a lifecycle policy would do to images that were listed: a simulation, pure and local.

The evaluation is that of ECR's user guide ("Lifecycle policy evaluation rules"):

- rules see all images at the same time and are applied by priority, each storage class by itself;
- an image that one rule is about is out of reach for all rules after it, even where it is spared;
- an image that an index lists goes only after the index, one that refers to another goes with it:
  neither is counted (that they are not counted either is assumed);
- what was restored from the archive counts from then instead of from its push;
- the oldest go first. Of images of the very same moment the guide says nothing; here the digest
  decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec

from ecrtui.model.folding import is_index
from ecrtui.model.image import Image
from ecrtui.model.lifecycle import Action, Count, Policy, Rule, StorageClass, Verdict

DAY = 86_400.0

Children = Callable[[str], Iterable[str] | None]
"""The digests that an index lists; None while its manifest is not known."""


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy would do, and what of it is not sure."""

    verdicts: tuple[Verdict, ...] = ()
    """By rule, the oldest first."""
    unread: tuple[str, ...] = ()
    """Indexes whose manifests are not known: what they list may look free and is held."""
    unsure: frozenset[str] = frozenset()
    """Digests of those that may be held by one of the unread."""
    held: Mapping[str, str] = {}
    """Digests of what an index lists, each with the index's."""
    following: Mapping[str, tuple[str, ...]] = {}
    """Digests of what refers to an image, by its digest: where that goes, ECR removes them within
    a day."""


def simulate(policy: Policy, images: Sequence[Image], now: float, children: Children) -> Simulated:
    """Every image that the policy would act on at `now` (epoch seconds, UTC)."""
    rows = {row.image_digest: row for row in images}
    held, unread = _held(rows, children)
    free = [
        row
        for row in rows.values()
        if row.image_digest not in held and row.subject_manifest_digest not in rows
    ]
    verdicts: list[Verdict] = []
    claimed: set[str] = set()
    of_class: dict[StorageClass, list[Image]] = {storage: [] for storage in StorageClass}
    for row in free:
        of_class[StorageClass.ARCHIVE if row.archived else StorageClass.STANDARD].append(row)
    for rule in policy.rules:
        selects = rule.selects()
        about = [row for row in of_class[rule.storage_class] if selects(row.image_tags)]
        # What was claimed above is counted all the same, as if it were to stay.
        verdicts += [
            _verdict(row, rule)
            for row in _counted(rule, about, now)
            if row.image_digest not in claimed
        ]
        claimed |= {row.image_digest for row in about}
    gone = {verdict.digest for verdict in verdicts}
    return Simulated(
        verdicts=tuple(verdicts),
        unread=tuple(unread),
        unsure=frozenset(digest for digest in gone if unread and _may_be_held(rows[digest])),
        held=held,
        following=_following(rows),
    )


def afterwards(
    policy: Policy, images: Sequence[Image], now: float, children: Children, gone: Collection[str]
) -> tuple[Verdict, ...]:
    """What rules would delete once others have gone, at the evaluations after this one: the images
    that a deleted index listed, and no other does. `gone` are digests."""
    away, found = set(gone), list[Verdict]()
    held, _ = _held({row.image_digest: row for row in images}, children)
    for _ in range(_ROUNDS):
        left = [row for row in images if row.image_digest not in away]
        taken = [
            verdict
            for verdict in simulate(policy, left, now, children).verdicts
            if verdict.action is Action.EXPIRE and verdict.digest in held
        ]
        if not taken:
            break
        found += taken
        away |= {verdict.digest for verdict in taken}
    return tuple(found)


_ROUNDS = 4
"""An index in an index in an index: nobody nests deeper."""


def _held(rows: Mapping[str, Image], children: Children) -> tuple[dict[str, str], list[str]]:
    """What indexes list, with one that does; and the indexes that could not be looked into."""
    held: dict[str, str] = {}
    unread: list[str] = []
    for digest, row in rows.items():
        if not is_index(row):
            continue
        listed = children(digest)
        if listed is None:
            unread.append(digest)
        for child in listed or ():
            held.setdefault(child, digest)
    return held, unread


def _may_be_held(row: Image) -> bool:
    return not row.image_tags and not row.subject_manifest_digest and not is_index(row)


def _following(rows: Mapping[str, Image]) -> dict[str, tuple[str, ...]]:
    """What refers to each, whatever it refers through."""
    referring: dict[str, list[str]] = {}
    for digest, row in rows.items():
        if row.subject_manifest_digest in rows:
            referring.setdefault(row.subject_manifest_digest, []).append(digest)
    found: dict[str, tuple[str, ...]] = {}
    for digest, first in referring.items():
        waiting, after = list(first), dict[str, None]()
        while waiting:
            one = waiting.pop()
            if one not in after and one != digest:
                after[one] = None
                waiting += referring.get(one, ())
        found[digest] = tuple(after)
    return found


def _verdict(row: Image, rule: Rule) -> Verdict:
    return Verdict(
        digest=row.image_digest,
        tags=tuple(sorted(row.image_tags)),
        pushed_at=row.image_pushed_at,
        action=rule.action,
        priority=rule.priority,
    )


def _counted(rule: Rule, about: list[Image], now: float) -> list[Image]:
    """Those of a rule's images that its count takes, the oldest first."""
    oldest_first = sorted(about, key=lambda row: (_order(rule, row), row.image_digest))
    if rule.count is Count.MORE_THAN:
        return oldest_first[: max(0, len(oldest_first) - rule.number)]
    return [row for row in oldest_first if now - counted_since(rule, row) > rule.number * DAY]


def counted_since(rule: Rule, row: Image) -> float:
    """The moment from which a rule counts an image's days."""
    return _SINCE[rule.count](row)


def _order(rule: Rule, row: Image) -> float:
    return _archived(row) if rule.storage_class is StorageClass.ARCHIVE else _pushed(row)


def _pushed(row: Image) -> float:
    """When an image came, as rules count it: its restoring counts as its push."""
    return row.last_activated_at or row.image_pushed_at or _NEVER


def _pulled(row: Image) -> float:
    """When it was last pulled, or else restored, or else pushed."""
    last, restored = row.last_recorded_pull_time, row.last_activated_at
    if restored is not None and (last is None or last < restored):
        return restored
    return last or row.image_pushed_at or _NEVER


def _archived(row: Image) -> float:
    return row.last_archived_at or row.image_pushed_at or _NEVER


_NEVER = float("inf")
"""Of what ECR tells no time for: it counts as new, so that nothing is taken for old by mistake."""
_SINCE: dict[Count, Callable[[Image], float]] = {
    Count.MORE_THAN: _pushed,
    Count.PUSHED: _pushed,
    Count.PULLED: _pulled,
    Count.TRANSITIONED: _archived,
}
