"""A plan of images that go, in words: what a person must know before they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ecrtui.model.folding import is_index
from ecrtui.model.prune import Fate, Why, used_by
from ecrtui.model.usage import Unknown
from ecrtui.workflows.prune.request import PrunePlan
from ecrtui.workflows.prune.using import answered_for

_STAYING = (
    (Why.IN_USE, "in use"),
    (Why.UNKNOWN, "use unknown"),
    (Why.HELD, "listed by an index that stays"),
    (Why.PART, "parts of indexes that stay"),
    (Why.MAY_BELONG, "may belong to an index that was not read"),
    (Why.MAY_REFER, "may refer to another"),
    (Why.KEPT_TAG, "with a tag that is kept"),
    (Why.OTHER_TAG, "with a tag that no pattern names"),
    (Why.OWN_TAG, "with a tag of its own"),
    (Why.NEWEST, "among the newest"),
    (Why.LEFT_OUT, "left out"),
)
"""What is told of those that stay, in this order; the rest as `not meant`."""


def facts(plan: PrunePlan) -> tuple[tuple[str, str], ...]:
    """What goes, with which tags; what stays and why."""
    going = plan.going
    if plan.request.with_repository and not plan.fates:
        return (("goes", "the repository, which is empty, with all its settings"),)
    if not going:
        return (("stays", _stays(plan)),)
    told = [("goes", _goes(going))]
    told += [("and", "the repository with all its settings")] * plan.request.with_repository
    told += [("tags", _some(sorted(tag for fate in going for tag in fate.image.image_tags)))]
    return tuple((label, text) for label, text in (*told, ("stays", _stays(plan))) if text)


def nothing(plan: PrunePlan) -> str:
    """Why there is nothing to do; '' when there is something."""
    named = sum(fate.to_be_named for fate in plan.fates)
    if plan.request.with_repository:
        if not plan.staying:
            return ""
        return (
            f"the repository stays, and all in it: {_number(named, 'image')} in use or of unknown "
            "use would go, taken in by name (--include)"
        )
    if plan.going:
        return ""
    unread = sum(_in_doubt(fate) for fate in plan.fates)
    told = []
    if unread:
        told.append(
            f"{_number(unread, 'image')} may belong to an index that was not read "
            "(--read-manifests tells, and counts as a pull)"
        )
    if named > unread:
        told.append(
            f"{_number(named - unread, 'image')} in use or of unknown use "
            "would, taken in by name (--include)"
        )
    return f"nothing goes: {'; '.join(told)}" if told else "nothing goes"


def warnings(plan: PrunePlan) -> tuple[str, ...]:
    """What a person may not expect."""
    going, archive = plan.going, plan.request.archive
    told = list(_taken_in([fate for fate in going if fate.taken_in]))
    if going and archive:
        told.append("nobody can pull them until they are restored, which takes up to 20 minutes")
        told.append("at least 90 days of archive storage are charged, also when they go before")
    elif going or plan.request.with_repository:
        told += _undoing(plan)
    if going and plan.copies:
        told.append(f"replication deletes the copies in {_some(list(plan.copies), 3)} too")
    told += _unread(plan)
    told += _unknown(plan)
    return tuple(told)


def _goes(going: tuple[Fate, ...]) -> str:
    tags = sum(len(fate.image.image_tags) for fate in going)
    whys = Counter(fate.why for fate in going)
    told = [_number(len(going), "image"), f"with {_number(tags, 'tag')}" if tags else "no tag"]
    told += [_number(whys[Why.CHILD], "child", "children")] if whys[Why.CHILD] else []
    told += [_number(whys[Why.REFERRER], "referrer")] if whys[Why.REFERRER] else []
    return ", ".join(told)


def _stays(plan: PrunePlan) -> str:
    staying = plan.staying
    whys = Counter(Why.MAY_BELONG if _in_doubt(fate) else fate.why for fate in staying)
    told = [f"{whys[why]} {words}" for why, words in _STAYING if whys[why]]
    rest = len(staying) - sum(whys[why] for why, _ in _STAYING)
    told += [f"{rest} not meant"] if rest and told else []
    return _number(len(staying), "image") + (f": {', '.join(told)}" if told else "")


def _taken_in(fates: Sequence[Fate]) -> Iterator[str]:
    """Each that is in use by itself; those of which nobody knows together."""
    unknown: list[str] = []
    for fate in fates:
        name = fate.image.image_tags[0] if fate.image.image_tags else fate.digest[:19]
        if fate.use is not None and fate.use.uses:
            yield f"{name} is in use: {used_by(fate.use)}"
        elif fate.use is not None and fate.use.unread:
            yield f"{name} may belong to an index that was not read, and that may be in use"
        else:
            unknown.append(name)
    if unknown:
        are = "is" if len(unknown) == 1 else "are"
        yield f"nobody could look everywhere whether {_some(unknown, 3)} {are} in use"


def _in_doubt(fate: Fate) -> bool:
    """Whether it stays only because an index was not read."""
    return fate.why is Why.UNKNOWN and fate.use is not None and fate.use.unread


def _undoing(plan: PrunePlan) -> Iterable[str]:
    archived = sum(fate.image.archived for fate in plan.going)
    if plan.request.with_repository:
        yield "it cannot be undone: the layers go with the repository"
    elif not plan.request.undoable:
        yield "it cannot be undone: manifests are not kept"
    elif not plan.undo:
        yield "it cannot be undone, for no manifest can be kept: Not allowed: BatchGetImage"
    elif archived:
        yield f"{_number(archived, 'archived image')} cannot be put back unless read before"


def _unread(plan: PrunePlan) -> Iterable[str]:
    lists = [fate for fate in plan.going if is_index(fate.image)]
    unknown = sum(fate.digest in plan.related.unread for fate in lists)
    if unknown:
        yield (
            f"what {_number(unknown, 'index', 'indexes')} of these list is not known and stays: "
            "--read-manifests reads them, which counts as a pull"
        )
    if any(fate.why is Why.MAY_REFER for fate in plan.fates):
        yield (
            "ECR Public does not tell what refers to what, so untagged images stay until their "
            "manifests are read: --read-manifests does it, and no pull is counted there"
        )
    if plan.unread and any(fate.why is Why.MAY_BELONG or _in_doubt(fate) for fate in plan.fates):
        yield (
            f"{_staying(plan.unread)} not read, so untagged "
            "images that may belong to them stay: --read-manifests reads them, which counts as a "
            "pull"
        )
    elif plan.unread and plan.going and not plan.request.archive:
        yield (
            f"{_staying(plan.unread)} not read: should one list what goes, the registry keeps that"
        )


def _unknown(plan: PrunePlan) -> Iterable[str]:
    """Places that could not be looked into: each once with its reason, wherever it is."""
    blind = (fate for fate in plan.going if fate.use is None or not fate.use.in_use)
    matters = any(fate.why is Why.UNKNOWN and not _in_doubt(fate) for fate in plan.fates)
    matters = matters or any(fate.taken_in for fate in blind)
    places: dict[tuple[str, bool], list[Unknown]] = {}
    for one in plan.unknown:
        places.setdefault((one.what, answered_for(one, plan.request)), []).append(one)
    for (what, answered), several in places.items():
        regions = list(dict.fromkeys(one.region for one in several if one.region))
        where = f" in {_some(regions, 3)}" if regions else ""
        if answered:
            yield f"nobody could look into {what}{where}: you say that nothing there uses them"
        elif matters:
            yield (
                f"nobody could look into {what}{where}: {several[0].why} "
                f"(--not-in '{what}' says that nothing there uses them)"
            )


def _staying(count: int) -> str:
    return "1 index that stays was" if count == 1 else f"{count} indexes that stay were"


def _some(names: list[str], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _number(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"
