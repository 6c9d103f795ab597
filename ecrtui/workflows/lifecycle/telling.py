"""What a lifecycle policy's plan says of whom the policy takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecrtui.model.foreseen import Foreseen, Victim
from ecrtui.model.lifecycle import Action
from ecrtui.model.lifecycle_check import checked
from ecrtui.model.lifecycle_words import counted, sentences
from ecrtui.model.usage import Unknown

_NAMED = 20
"""Images that one line of a plan names."""
_WITHIN = "ECR carries it out by itself within 24 hours, and then again and again"


def facts(text: str, foreseen: Foreseen | None, *, deleted: bool) -> Iterator[tuple[str, str]]:
    """Label and text: each rule in words, then whom the policy takes now and what that frees."""
    found = checked(text).policy
    for rule, sentence in sentences(found) if found is not None else ():
        said = f"no longer: {sentence}" if deleted else sentence
        yield f"rule {rule.priority}", said
    if foreseen is None:
        return
    by = "ECR's preview" if foreseen.previewed else f"a simulation here ({foreseen.why_local})"
    yield "known from", by
    total = counted(foreseen.images, "image")
    if not foreseen.victims:
        yield "takes now", f"none of {total}"
    for label, action in (("deletes now", Action.EXPIRE), ("archives now", Action.ARCHIVE)):
        taken = foreseen.acted(action)
        if taken:
            yield label, f"{len(taken):,} of {total}: {_named(taken)}"
    if foreseen.later:
        yield "deletes then", f"{counted(len(foreseen.later), 'image')} that these indexes list"
    if foreseen.indexes and not foreseen.later:
        yield "goes later", f"what {counted(foreseen.indexes, 'index', 'indexes')} among them list"
    following = sum(len(one.following) for one in foreseen.victims)
    if following:
        yield "goes along", f"{counted(following, 'artifact')} that refer to these, within a day"


def _named(taken: tuple[Victim, ...]) -> str:
    """The images of a line, those in use first."""
    ordered = sorted(taken, key=lambda one: not one.in_use)
    names = [called(one) for one in ordered[:_NAMED]]
    more = len(ordered) - len(names)
    return ", ".join([*names, *([f"and {more:,} more"] if more else [])])


def called(one: Victim) -> str:
    """`v1 latest (0123456789ab)`."""
    digest = one.verdict.digest.partition(":")[2][:12]
    return f"{' '.join(one.verdict.tags)} ({digest})" if one.verdict.tags else digest


def warnings(text: str, foreseen: Foreseen | None) -> Iterator[str]:
    """What a person should know before they agree: above all, who is in use."""
    if text and checked(text).policy is None:
        yield "what this policy means is not known here, nor whom it takes"
    if foreseen is None:
        return
    for one in foreseen.in_use[:_NAMED]:
        yield f"in use: {called(one)}, by {_users(one)}; rule {one.verdict.priority} takes it"
    more = len(foreseen.in_use) - _NAMED
    if more > 0:
        yield f"in use: {more:,} more"
    unsure = len(foreseen.maybe_in_use)
    if unsure:
        where = ", ".join(dict.fromkeys(one.what for one in foreseen.unknown)) or "some places"
        yield (
            f"{counted(unsure, 'image')} may be in use: {where} could not be looked at, or does "
            "not tell which image runs"
        )
    if foreseen.victims:
        yield from (_unlooked(one) for one in foreseen.unknown[:_NAMED])
    if not foreseen.previewed:
        yield f"not tried by ECR: {foreseen.why_local}"
    if foreseen.unread and not foreseen.previewed:
        yield (
            f"{counted(foreseen.unread, 'index', 'indexes')} not read here: "
            "untagged images may belong to one, and stay then"
        )
    if foreseen.differences:
        yield (
            f"ECR and the simulation differ in {counted(len(foreseen.differences), 'image')}: "
            "ecrtui lifecycle preview tells why"
        )
    for problem in checked(text).problems:
        yield f"line {problem.line}: {problem.what}"
    if foreseen.policy.rules:
        yield _WITHIN


def _unlooked(one: Unknown) -> str:
    where = " ".join(part for part in (one.account, one.region) if part)
    return f"{one.what}{' in ' if where else ''}{where}: {one.why}"


def _users(one: Victim) -> str:
    uses = one.use.uses if one.use is not None else ()
    names: Iterable[str] = dict.fromkeys(
        f"{use.kind.value} {use.where + '/' if use.where else ''}{use.name}" for use in uses
    )
    shown = list(names)
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return ", ".join(shown[:3]) + more
