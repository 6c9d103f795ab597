"""A kept credential's access key replaced by a new one, with a way back until the old one is gone.

Made, kept beside the old one, tried with STS and ECR, signed with, and only then the old key is
deactivated. Deleting it is a plan of its own. The key that signs all this is the one rotated.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from enum import Enum

import msgspec

from ecrtui.errors import (
    EcrtuiError,
    GivenUp,
    NotAllowed,
    RegionNotEnabled,
    SignInError,
    UsageError,
)
from ecrtui.model.credentials import key_hint
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Registry
from ecrtui.model.plan import CredentialPlan, Outcome
from ecrtui.model.rotation import LastUse, Stage
from ecrtui.store.locks import locked
from ecrtui.workflows.credentials import rotation_words as words
from ecrtui.workflows.credentials.rotation import Work
from ecrtui.workflows.credentials.rotation_words import KIND
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

_PLACES = {"keyring": "in the keyring", "file": "in the encrypted file", "memory": "in memory"}


class Way(Enum):
    """What is to be done with a rotation."""

    ON = "rotate"
    BACK = "undo rotation"
    END = "finish rotation"


class RotationPlan(CredentialPlan, frozen=True, kw_only=True):
    """What is to be done with one credential's keys. No secret is in it."""

    name: str
    way: Way
    seen: tuple[object, ...]
    """What was kept and what IAM listed when it was made."""
    used: LastUse | None = None
    """Of the key that is to be deleted."""


def plan(services: Services, name: str, watch: Watch) -> RotationPlan:
    """How the key would be rotated, or the rotation that was begun goes on; changes nothing.

    Raises NotFound, UsageError for a credential without a key of its own and for a user that has a
    key too many, NotAllowed, SignInError.
    """
    work = _looked(services, name, watch)
    if work.stage in (Stage.NONE, Stage.BEGUN):
        words.refuse_third(work)
    if work.stage in (Stage.ROTATED, Stage.ENDED):
        return _plan(work, Way.ON, done_already=words.waits(work))
    facts = [*words.whose(work), *_steps(_STEPS[work.stage])]
    return _plan(
        work,
        Way.ON,
        facts=tuple(facts),
        warnings=(
            *words.swept(work),
            *words.others(work, words.old_key(work)),
        ),
    )


def back_plan(services: Services, name: str, watch: Watch) -> RotationPlan:
    """How the old key would be brought back and the new one deleted; changes nothing.

    Raises what `plan` does, and UsageError where nothing was begun or the old key is gone.
    """
    work = _looked(services, name, watch)
    if work.stage in (Stage.NONE, Stage.ENDED):
        gone = "The old key is deleted" if work.stage is Stage.ENDED else "No rotation was begun"
        raise UsageError(name, title=f"{gone}: there is nothing to go back to")
    steps = ["delete the new key, if one was made"]
    if work.stage is not Stage.BEGUN:
        steps = [f"delete {words.new_key(work)}"]
    if work.stage in (Stage.TAKEN, Stage.ROTATED):
        active = [] if work.stage is Stage.TAKEN else ["activate it again"]
        steps = [*active, "try it with STS and ECR", "sign with it", *steps]
    facts = (
        *words.whose(work),
        ("back to", words.old_key(work)),
        *_steps(steps),
    )
    warnings = () if work.stage is Stage.BEGUN else words.others(work, words.new_key(work))
    return _plan(work, Way.BACK, facts=facts, warnings=(*words.swept(work), *warnings))


def finish_plan(
    services: Services, name: str, watch: Watch, *, even_if_used: bool = False
) -> RotationPlan:
    """How the old key would be deleted for good; changes nothing.

    Raises what `plan` does, and UsageError before the key is deactivated, and for one that was used
    since then unless `even_if_used`.
    """
    work = _looked(services, name, watch)
    if work.stage is Stage.NONE:
        raise UsageError(name, title="No rotation was begun", hint=f"ecrtui {KIND} {name}")
    if work.stage is Stage.ENDED:
        return _plan(work, Way.END, facts=(("old key", "is gone in IAM"),))
    if work.stage is not Stage.ROTATED:
        hint = f"First go on: ecrtui {KIND} {name}"
        raise UsageError(name, title="The old key is not deactivated yet", hint=hint)
    use = work.use_of(work.other.access_key_id)
    warnings = words.used_since(work, use)
    if warnings and not even_if_used and words.is_used(work, use):
        raise UsageError(
            warnings[0],
            title="Something still uses the old key",
            hint="Give it the new one first. --even-if-used deletes the old key all the same.",
        )
    old = f"{words.old_key(work)}, last used {words.last_use(use)}"
    facts = (*words.whose(work), ("deletes", old))
    beware = "What is deleted cannot be brought back."
    return _plan(work, Way.END, facts=facts, warnings=(*warnings, beware), used=use)


def plan_of_change(services: Services, change: Change) -> RotationPlan:
    """How a rotation that a line of the journal tells of would be taken back.

    Raises UsageError for a key that was deleted, and for a rotation that has ended since.
    """
    assert isinstance(change.home, Registry)  # noqa: S101 - of a key's change it is one
    name, undone = change.home.profile, change.kind is ChangeKind.KEY_ACTIVATED
    if change.kind is ChangeKind.KEY_DELETED:
        raise UsageError(name, title="A key that was deleted cannot be brought back")
    if undone:
        hint = f"ecrtui {KIND} {name} rotates it once more."
        raise UsageError(name, title="This took a rotation back itself", hint=hint)
    made = back_plan(services, name, Watch())
    if (change.after or change.before) not in words.keys_of(services, name):
        raise UsageError(name, title="That rotation has ended since", hint=f"ecrtui {KIND} {name}")
    return made


def run(services: Services, plan: RotationPlan, watch: Watch) -> Outcome:
    """Do what a plan says. Raises EcrtuiError where things have changed since it was made.

    Whatever fails, or stops it, its hint says where things stand and how one goes on or back.
    """
    for step in _PARTS[plan.way]:
        watch.expect(step, step)
    with _alone(services):
        work = _looked(services, plan.name, watch)
        if _seen(work) != plan.seen:
            raise EcrtuiError(
                plan.name,
                title="Its keys have changed since the plan was made",
                hint="Look at the plan again.",
            )
        with _told(work):
            return _RUNS[plan.way](work, plan)


def _on(work: Work, _: RotationPlan) -> Outcome:
    watch = work.watch
    if work.stage is Stage.NONE:
        work.begin()
    if work.stage is Stage.BEGUN:
        work.sweep()
        watch.check()
        work.create()
    watch.finish("create")
    if work.stage is Stage.MADE:
        work.test(work.other)
        watch.finish("try")
        watch.check()
        work.take()
        watch.finish("keep")
    old = key_hint(work.other.access_key_id)
    work.deactivate()
    watch.finish("deactivate")
    new = key_hint(work.credential.access_key_id)
    return Outcome(
        sentence=f"{work.name} signs with {new} now, and {old} is deactivated. Once nothing misses "
        f"it: ecrtui {KIND} {work.name} --finish",
        changes=watch.changes,
    )


def _back(work: Work, _: RotationPlan) -> Outcome:
    watch, stage = work.watch, work.stage
    if stage in (Stage.TAKEN, Stage.ROTATED):
        if stage is Stage.ROTATED:
            work.activate()
        work.test(work.other)
        watch.check()
        work.take()
    watch.finish("bring back")
    if work.rotation is not None and work.rotation.other is not None:
        work.delete_other()
    else:
        work.sweep()
        work.end()
    watch.finish("delete")
    mine = key_hint(work.credential.access_key_id)
    return Outcome(sentence=f"{work.name} signs with {mine} as before", changes=watch.changes)


def _end(work: Work, plan: RotationPlan) -> Outcome:
    mine = key_hint(work.credential.access_key_id)
    if work.stage is Stage.ENDED:
        work.end()
        sentence = f"{work.name} signs with {mine}; the old key is gone"
    else:
        old = key_hint(work.other.access_key_id)
        if work.use_of(work.other.access_key_id) != plan.used:
            raise EcrtuiError(
                old, title="The old key was used meanwhile", hint="Look at the plan again."
            )
        work.delete_other()
        sentence = f"{old} is deleted; {work.name} signs with {mine}"
    work.watch.finish("delete")
    return Outcome(sentence=sentence, changes=work.watch.changes)


_RUNS: dict[Way, Callable[[Work, RotationPlan], Outcome]] = {
    Way.ON: _on,
    Way.BACK: _back,
    Way.END: _end,
}
_PARTS = {
    Way.ON: ("create", "try", "keep", "deactivate"),
    Way.BACK: ("bring back", "delete"),
    Way.END: ("delete",),
}
_LAST = ("sign with it", "deactivate the old key: you can go back until it is deleted")
_TRY = ("try it with STS and ECR", *_LAST)
_STEPS = {
    Stage.NONE: ("make a new key", "keep it beside the old one", *_TRY),
    Stage.BEGUN: ("make a new key", "keep it beside the old one", *_TRY),
    Stage.MADE: ("goes on with the key that was made", *_TRY),
    Stage.TAKEN: ("goes on: the new key is signed with", _LAST[1]),
}


@contextlib.contextmanager
def _alone(services: Services) -> Iterator[None]:
    """One rotation at a time, on this machine."""
    folder = services.locations.state
    with locked(folder / "rotation.lock", 0.0) as alone:
        if not alone and os.access(folder, os.W_OK):
            raise EcrtuiError(
                "another ecrtui on this machine is rotating a key",
                title="One rotation at a time",
                hint="Wait for it to end.",
            )
        yield


@contextlib.contextmanager
def _told(work: Work) -> Iterator[None]:
    """What fails says where things stand."""
    try:
        yield
    except GivenUp as problem:
        raise GivenUp(problem.detail or work.name, hint=words.stands(work)) from None
    except EcrtuiError as problem:
        problem.hint = f"{problem.hint} {words.stands(work)}".strip()
        raise


def _looked(services: Services, name: str, watch: Watch) -> Work:
    work = Work(services, name, watch)
    try:
        work.look()
    except NotAllowed as problem:
        hint = "docs/permissions.md has the policy that lets a user rotate its own key."
        raise NotAllowed(problem.detail, title=problem.title, hint=hint) from None
    except RegionNotEnabled as problem:
        raise SignInError(problem.detail, title=f"AWS does not take the key of {name}") from None
    return work


def _plan(work: Work, way: Way, **more: object) -> RotationPlan:
    made = RotationPlan(
        kind=way.value,
        source="",
        target=work.name,
        target_at=_PLACES[work.services.vault.where],
        changes=True,
        careful=True,
        production=work.services.settings.of(work.name).production,
        name=work.name,
        way=way,
        seen=_seen(work),
    )
    return msgspec.structs.replace(made, **more)


def _steps(steps: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is done, in this order."""
    for number, step in enumerate(steps, 1):
        yield f"step {number}", step


def _seen(work: Work) -> tuple[object, ...]:
    kept = work.rotation
    other = kept.other.access_key_id if kept is not None and kept.other is not None else ""
    states = sorted((key.id, key.active) for key in work.listed)
    return work.credential.access_key_id, other, work.stage.value, tuple(states)
