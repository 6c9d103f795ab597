"""Which images go and which stay: pure, from a list's rows, the manifests read before and the uses.

An image goes when it is chosen and nothing keeps it. What folds under it goes with it: an index's
children that nobody else holds and that have no tag, what refers to it. What an index that stays
lists stays, for the registry would refuse, and so does what an index that nobody read may list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from ecrtui.model.folding import is_index
from ecrtui.model.image import Image
from ecrtui.model.manifest import Manifest
from ecrtui.model.prune import Choice, Fate, Rules, Why, matches, own_tags, subject_of
from ecrtui.model.usage import ImageUse


class Relations(msgspec.Struct, frozen=True):
    """Who holds and who refers to whom, by digest, among the rows of one list."""

    rows: dict[str, Image]
    parents: Mapping[str, list[str]]
    """The indexes that list an image."""
    children: Mapping[str, list[str]]
    subjects: Mapping[str, str]
    """What refers, and to what."""
    referrers: Mapping[str, list[str]]
    unread: frozenset[str]
    """Indexes whose manifests are not known."""
    vague: frozenset[str] = frozenset()
    """Untagged images of which it is not known whether they refer to another."""

    def follows(self, digest: str) -> list[str]:
        """What folds right under an image."""
        return [*self.children.get(digest, ()), *self.referrers.get(digest, ())]


def relations(
    images: Iterable[Image],
    stored: Callable[[str], Manifest | None],
    *,
    subjects_listed: bool = True,
) -> Relations:
    """The relations among rows; `stored` gives manifests that were read before.

    Where rows tell of no subjects, as in ECR Public, only manifests do.
    """
    rows = {row.image_digest: row for row in images}
    parents, children, referrers = (defaultdict[str, list[str]](list) for _ in range(3))
    subjects, unread, vague = dict[str, str](), set[str](), set[str]()
    for digest, row in rows.items():
        subject = subject_of(row)
        if not subjects_listed and not row.image_tags:
            read = stored(digest)
            vague.update([digest] if read is None else [])
            subject = read.subject.digest if read is not None and read.subject else subject
        if subject in rows and subject != digest:
            subjects[digest] = subject
            referrers[subject].append(digest)
        if not is_index(row):
            continue
        manifest = stored(digest)
        if manifest is None:
            unread.add(digest)
            continue
        for child in dict.fromkeys(one.digest for one in manifest.manifests):
            if child in rows and child != digest:
                parents[child].append(digest)
                children[digest].append(child)
    unknown = frozenset(unread), frozenset(vague)
    return Relations(rows, parents, children, subjects, referrers, *unknown)


def judge(
    found: Relations, uses: Mapping[str, ImageUse], choice: Choice, now: float
) -> dict[str, Fate]:
    """Every row's fate by digest, in the order of the list; an image without a use is unknown."""
    return _Judge(found, uses, choice, now).fates()


class _Judge:
    """One judgement; its steps share much."""

    def __init__(
        self, found: Relations, uses: Mapping[str, ImageUse], choice: Choice, now: float
    ) -> None:
        self._found, self._uses, self._choice = found, uses, choice
        self._included = _closed(choice.include, found.follows)
        self._kept: dict[str, Fate] = {}
        self._chosen = self._choose(now)

    def fates(self) -> dict[str, Fate]:
        """Take out what may not go until the rest can go together."""
        forbidden: set[str] = set()
        while True:
            going = self._going(forbidden)
            unread = self._found.unread - going
            kept = {digest for digest in going if self._held(digest, going, unread)}
            if not kept:
                break
            forbidden |= kept
        return {
            digest: self._goes(digest, going) if digest in going else self._stays(digest, going)
            for digest in self._found.rows
        }

    # What is meant

    def _choose(self, now: float) -> dict[str, Why]:
        choice, rows = self._choice, self._found.rows
        if choice.everything:
            return dict.fromkeys(rows, Why.EVERYTHING)
        if choice.rules is None:
            return {digest: Why.NAMED for digest in rows if digest in choice.named}
        heads = [row for row in rows.values() if not self._folded(row)]
        ruling = _Ruling(choice.rules, heads, now)
        chosen: dict[str, Why] = {}
        for row in heads:
            why, tag = ruling.of(row)
            if why is Why.RULES:
                chosen[row.image_digest] = why
            else:
                self._keep(row, why, tag=tag)
        return chosen

    def _folded(self, row: Image) -> bool:
        """Whether it goes or stays with another: a child, or what refers to something."""
        found = self._found
        held = row.image_digest in found.parents or row.image_digest in found.subjects
        return held and not own_tags(row)

    # What goes with it

    def _going(self, forbidden: set[str]) -> set[str]:
        start = [one for one in self._chosen if one not in forbidden and self._free(one)]

        def follows(digest: str) -> list[str]:
            return [
                one
                for one in self._found.follows(digest)
                if one not in forbidden and not own_tags(self._found.rows[one]) and self._free(one)
            ]

        return _closed(start, follows)

    def _free(self, digest: str) -> bool:
        """Whether nothing of its own keeps it; what does is remembered."""
        row, choice = self._found.rows[digest], self._choice
        use = self._uses.get(digest)
        kept = next((tag for tag in row.image_tags if matches(tag, _keep(choice))), "")
        if digest in choice.leave:
            return self._keep(row, Why.LEFT_OUT)
        if kept:
            return self._keep(row, Why.KEPT_TAG, tag=kept)
        if choice.archive and row.image_status != "ACTIVE":
            return self._keep(row, Why.ARCHIVED)
        if digest in self._included or (use is not None and use.may_go):
            return True
        return self._keep(row, Why.IN_USE if use is not None and use.in_use else Why.UNKNOWN)

    def _held(self, digest: str, going: set[str], unread: frozenset[str]) -> bool:
        """Whether something else needs it; what that is is remembered."""
        found = self._found
        row = found.rows[digest]
        staying = tuple(one for one in found.parents.get(digest, ()) if one not in going)
        if staying:
            return not self._keep(row, Why.HELD, of=staying)
        archive = self._choice.archive and digest not in self._choice.include
        careful = self._chosen.get(digest) is Why.RULES or archive
        # what an index lists the registry keeps from being deleted, but archives without a word
        alone = not row.image_tags or (archive and not is_index(row))
        lone = alone and not row.subject_manifest_digest
        if digest in found.vague and careful:
            return not self._keep(row, Why.MAY_REFER)
        if unread and careful and lone:
            return not self._keep(row, Why.MAY_BELONG, of=tuple(sorted(unread)[:3]))
        return False

    # What is told

    def _keep(self, row: Image, why: Why, of: tuple[str, ...] = (), tag: str = "") -> bool:
        """Remember why it stays; answers False."""
        digest = row.image_digest
        self._kept[digest] = Fate(
            image=row, goes=False, why=why, of=of, tag=tag, use=self._uses.get(digest)
        )
        return False

    def _goes(self, digest: str, going: set[str]) -> Fate:
        found, why = self._found, self._chosen.get(digest)
        parents = tuple(one for one in found.parents.get(digest, ()) if one in going)
        subject = found.subjects.get(digest, "")
        of: tuple[str, ...] = ()
        if why is None:
            why = Why.CHILD if parents else Why.REFERRER
            of = parents or (subject,)
        use = self._uses.get(digest)
        unsure = bool(found.unread)
        return Fate(image=found.rows[digest], goes=True, why=why, of=of, use=use, unsure=unsure)

    def _stays(self, digest: str, going: set[str]) -> Fate:
        if digest in self._kept:
            return self._kept[digest]
        found = self._found
        row, use = found.rows[digest], self._uses.get(digest)
        parents = tuple(found.parents.get(digest, ()))
        subject = found.subjects.get(digest, "")
        above = [one for one in (*parents, subject) if one]
        if any(one in going for one in above):  # it would follow, but for its own tag
            tag = next(iter(own_tags(row)), "")
            return Fate(image=row, goes=False, why=Why.OWN_TAG, tag=tag, of=tuple(above), use=use)
        if parents:
            return Fate(image=row, goes=False, why=Why.PART, of=parents, use=use)
        if subject:
            return Fate(image=row, goes=False, why=Why.SUBJECT_STAYS, of=(subject,), use=use)
        return Fate(image=row, goes=False, why=Why.NOT_NAMED, use=use)


class _Ruling:
    """The rules, applied to rows that stand for themselves."""

    def __init__(self, rules: Rules, heads: Sequence[Image], now: float) -> None:
        self._rules, self._now = rules, now
        self._newest = _newest(rules, heads) if rules.newest is not None else frozenset[str]()

    def of(self, row: Image) -> tuple[Why, str]:
        """RULES, or what keeps it; and the tag that does."""
        why, tag = self._looked_at(row)
        if why is not None:
            return why, tag
        return self._kept_by(row) or Why.RULES, ""

    def _looked_at(self, row: Image) -> tuple[Why | None, str]:
        rules, tags = self._rules, row.image_tags
        if not tags:
            return (Why.UNTAGGED if rules.tags and not rules.untagged else None), ""
        if not rules.tags:
            return (Why.TAGGED if rules.untagged else None), tags[0]
        others = [tag for tag in tags if not matches(tag, rules.tags)]
        if not others:
            return None, ""
        return (Why.OTHER_TAG if len(others) < len(tags) else Why.TAGGED), others[0]

    def _kept_by(self, row: Image) -> Why | None:
        rules, now = self._rules, self._now
        pushed, pulled = row.image_pushed_at, row.last_recorded_pull_time
        if rules.archived and not row.archived:
            return Why.NOT_ARCHIVED
        if rules.older_than is not None and (pushed is None or now - pushed < rules.older_than):
            return Why.YOUNG
        if rules.never_pulled and pulled is not None:
            return Why.PULLED
        if rules.not_pulled_for is not None:
            last = max((one for one in (pulled, pushed) if one is not None), default=None)
            if last is None or now - last < rules.not_pulled_for:
                return Why.PULLED if pulled is not None else Why.YOUNG
        return Why.NEWEST if row.image_digest in self._newest else None


def _newest(rules: Rules, heads: Sequence[Image]) -> frozenset[str]:
    """The last pushed of each group; one whose time nobody knows counts as pushed now."""
    groups = [[row for row in heads if _any(row, (pattern,))] for pattern in rules.tags]
    if not rules.tags:
        groups.append([row for row in heads if row.image_tags])
    groups.append([row for row in heads if not row.image_tags])
    found: set[str] = set()
    for group in groups:
        group.sort(key=lambda row: (-_pushed(row), row.image_digest))
        found.update(row.image_digest for row in group[: rules.newest])
    return frozenset(found)


def _any(row: Image, patterns: tuple[str, ...]) -> bool:
    return any(matches(tag, patterns) for tag in row.image_tags)


def _pushed(row: Image) -> float:
    return float("inf") if row.image_pushed_at is None else row.image_pushed_at


def _keep(choice: Choice) -> tuple[str, ...]:
    return choice.rules.keep if choice.rules is not None else ()


def _closed(start: Iterable[str], follows: Callable[[str], Iterable[str]]) -> set[str]:
    """All that is reached from a start."""
    waiting = list(start)
    found = set(waiting)
    while waiting:
        for one in follows(waiting.pop()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def waves(found: Relations, going: Iterable[str]) -> list[list[str]]:
    """The order of deleting: each wave needs what is before it to be gone.

    An index goes before what it lists, since the registry refuses it otherwise; a subject before
    what refers to it, so that nothing that stays loses its signature. Where both cannot be, the
    first alone holds.
    """
    left = dict.fromkeys(going)
    order: list[list[str]] = []
    while left:
        ready = (
            [one for one in left if not _waits(found, one, left, subjects=True)]
            or [one for one in left if not _waits(found, one, left, subjects=False)]
            or list(left)
        )
        order.append(ready)
        for one in ready:
            del left[one]
    return order


def _waits(found: Relations, digest: str, left: Mapping[str, None], *, subjects: bool) -> bool:
    above = list(found.parents.get(digest, ()))
    if subjects and digest in found.subjects:
        above.append(found.subjects[digest])
    return any(one in left for one in above)
