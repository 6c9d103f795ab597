"""Which images of a repository may go, by the same judgement as `prune`, and what that saves. Pure.

What is in use is never among them. What nobody could look at is told apart: it saves something only
once it is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from math import inf

import msgspec

from ecrtui.model.cost import RepositoryCost, Saving, SavingKind
from ecrtui.model.footprint import Footprint, Stored, freed
from ecrtui.model.prices import ARCHIVE_DAYS, GB
from ecrtui.model.prune import Choice, Rules, own_tags
from ecrtui.model.pruning import Relations, judge
from ecrtui.model.usage import ImageUse, Standing

DAY = 86400.0
_FREE = ImageUse(standing=Standing.NOT_SEEN)
Uses = Mapping[str, ImageUse]


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What counts as waste."""

    newest: int = 10
    """So many of the tagged, and of the untagged images, are wanted."""
    idle: float = 90 * DAY
    """Seconds without a pull or a push after which nobody seems to want it."""
    most: int = 10
    """Savings told."""
    not_in: tuple[str, ...] = ()
    """Places nobody could look into in which, as a person says, nothing uses the images."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A repository's images with all that is needed to judge them."""

    cost: RepositoryCost
    relations: Relations
    stored: Sequence[Stored]
    copies: Mapping[str, tuple[str, ...]] = {}
    """Images that other regions have too, by digest, where nothing replicates them."""
    archived_beside: int = 0
    """Bytes that its registry has in the archive."""


def in_doubt(held: Held) -> tuple[int, int]:
    """How many untagged images may belong to indexes that were not read, and their bytes."""
    found = held.relations
    if not found.unread:
        return 0, 0
    sizes = [
        _size(one)
        for one in held.stored
        if not (row := found.rows[one.digest]).image_tags
        and one.digest not in found.parents
        and not row.subject_manifest_digest
    ]
    return len(sizes), sum(sizes)


def hoped(held: Held, terms: Terms, now: float) -> int:
    """Bytes that may be saved at most, were nothing in use: a bound that takes one look at a row.

    What folds under another counts as going with it.
    """
    cost, found = held.cost, held.relations
    if held.copies or _forgotten(cost, terms, now):
        return cost.storage.whole.most
    sizes = {one.digest: _size(one) for one in held.stored}
    follows = untagged = idle = 0
    groups: tuple[list[tuple[float, int]], list[tuple[float, int]]] = [], []
    for digest, row in found.rows.items():
        size, pushed = sizes[digest], row.image_pushed_at
        if (digest in found.parents or digest in found.subjects) and not own_tags(row):
            follows += size
            continue
        if not row.image_tags:
            untagged += size
        last = max(pushed or 0.0, row.last_recorded_pull_time or 0.0)
        if last and now - last >= terms.idle:
            idle += size
        groups[bool(row.image_tags)].append((inf if pushed is None else pushed, -size))
    stays = sum(size for group in groups for _, size in nlargest(terms.newest, group))
    beyond = stays - sum(size for group in groups for _, size in group)
    return follows + max(untagged, beyond, idle if _tells_pulls(held) else 0)


def _size(one: Stored) -> int:
    return one.size if one.blobs is None else sum(one.blobs.values())


def savings(held: Held, uses: Uses, terms: Terms, now: float) -> list[Saving]:
    """What may go, the largest first; of what is largely the same only the larger."""
    found: list[Saving] = []
    unsure = {
        digest: _FREE if use.standing is Standing.UNKNOWN else use for digest, use in uses.items()
    }
    surely: dict[SavingKind, set[str]] = {}
    for kind, going, rules in _choices(held, uses, terms, now):
        surely[kind] = set(going)
        found += _saving(held, kind, going, rules, now, known=True)
    if unsure != uses:
        for kind, going, rules in _choices(held, unsure, terms, now):
            rest = tuple(digest for digest in going if digest not in surely.get(kind, ()))
            found += _saving(held, kind, rest, rules, now, known=False)
    return _apart(found, {one.digest: one.size for one in held.stored})


def _choices(
    held: Held, uses: Uses, terms: Terms, now: float
) -> Iterator[tuple[SavingKind, tuple[str, ...], Rules | None]]:
    """Each kind with the digests that go and the rules that choose them."""
    if _forgotten(held.cost, terms, now):
        fates = judge(held.relations, uses, Choice(everything=True), now)
        if all(fate.goes for fate in fates.values()):
            yield SavingKind.FORGOTTEN, tuple(fates), None
            return
    rules = [
        (SavingKind.UNTAGGED, Rules(untagged=True), held.cost.untagged > 0),
        (SavingKind.BEYOND_NEWEST, Rules(newest=terms.newest), held.cost.images > terms.newest),
        (SavingKind.NOT_PULLED, Rules(not_pulled_for=terms.idle), _tells_pulls(held)),
    ]
    if held.copies:
        choice = Choice(named=frozenset(held.copies))
        yield SavingKind.DUPLICATES, _going(held, uses, choice, now), None
    for kind, rule, worth in rules:
        if worth:
            yield kind, _going(held, uses, Choice(rules=rule), now), rule


def _tells_pulls(held: Held) -> bool:
    return not held.cost.registry.is_public


def _forgotten(cost: RepositoryCost, terms: Terms, now: float) -> bool:
    last = max(cost.pushed_at or 0.0, cost.pulled_at or 0.0)
    return bool(cost.images) and not cost.registry.is_public and now - last >= terms.idle


def _going(held: Held, uses: Uses, choice: Choice, now: float) -> tuple[str, ...]:
    fates = judge(held.relations, uses, choice, now)
    return tuple(digest for digest, fate in fates.items() if fate.goes)


def _freed(held: Held, going: Sequence[str]) -> Footprint:
    gone = set(going)
    return freed(
        [one for one in held.stored if one.digest in gone],
        [one for one in held.stored if one.digest not in gone],
    )


def _saving(
    held: Held,
    kind: SavingKind,
    going: Sequence[str],
    rules: Rules | None,
    now: float,
    *,
    known: bool,
) -> Iterator[Saving]:
    if not going:
        return
    footprint = _freed(held, going)
    if not footprint.most:
        return
    rows, price = held.relations.rows, held.cost.price
    archived = [digest for digest in going if rows[digest].archived]
    fresh = now - ARCHIVE_DAYS * DAY
    may_archive = price is not None and not archived and not held.cost.registry.is_public
    yield Saving(
        kind=kind,
        registry=held.cost.registry,
        repository=held.cost.repository,
        digests=tuple(going),
        freed=footprint,
        money=_money(held, going, archived, footprint),
        currency=price.currency if price else "",
        rules=rules,
        elsewhere=_regions(held, going) if kind is SavingKind.DUPLICATES else (),
        early=sum((rows[digest].last_archived_at or 0.0) > fresh for digest in archived),
        known=known,
        archive_saves=price.archive_saves(footprint.most, held.archived_beside)
        if may_archive and price is not None
        else None,
    )


def _money(
    held: Held, going: Sequence[str], archived: Sequence[str], footprint: Footprint
) -> float | None:
    """By the price of each class; of the archive's tiers the first, which nearly all stay in."""
    price = held.cost.price
    if price is None:
        return None
    standard = (
        _freed(held, [one for one in going if one not in set(archived)]) if archived else None
    )
    size = footprint.most if standard is None else min(standard.most, footprint.most)
    return (size * price.standard + (footprint.most - size) * price.archive) / GB


def _regions(held: Held, going: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({region for one in going for region in held.copies.get(one, ())}))


def _apart(found: list[Saving], sizes: Mapping[str, int]) -> list[Saving]:
    """Without those of whose images more than half are in a larger one that is told."""
    kept: list[Saving] = []
    taken: set[str] = set()
    for one in sorted(found, key=lambda one: (not one.known, -one.freed.most)):
        new = [digest for digest in one.digests if digest not in taken]
        if 2 * sum(sizes[digest] for digest in new) > sum(sizes[digest] for digest in one.digests):
            kept.append(one)
            taken.update(one.digests)
    return kept
