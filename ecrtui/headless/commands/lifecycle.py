"""`ecrtui lifecycle show|check|preview|put|delete|history REPO`: a lifecycle policy."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from ecrtui.errors import NotFound, UsageError
from ecrtui.headless import narration
from ecrtui.headless.carrying import carry_out, plan_document
from ecrtui.headless.interrupts import interruptible
from ecrtui.headless.lifecycles import (
    PROBLEMS,
    RULES,
    TAKEN,
    VICTIMS,
    foreseen_document,
    policy_document,
)
from ecrtui.headless.output import Output
from ecrtui.headless.progress_bar import ProgressBar
from ecrtui.model.foreseen import Foreseen
from ecrtui.model.lifecycle import LONGEST, Action, Checked
from ecrtui.model.lifecycle_check import checked
from ecrtui.model.lifecycle_words import counted, sentences
from ecrtui.render.lifecycle import difference_lines, problem_line
from ecrtui.render.sizes import size
from ecrtui.render.usage import unknown_text
from ecrtui.workflows.lifecycle import change
from ecrtui.workflows.lifecycle.foresee import Foresight, foresee
from ecrtui.workflows.lifecycle.history import taken
from ecrtui.workflows.lifecycle.policies import read
from ecrtui.workflows.locate import Target, locate
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

_NO_POLICY = "It has no lifecycle policy"
_MOST_BYTES = 4 * LONGEST
"""Of a file: no character takes more."""


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Do what was asked for; 1 for a policy that ECR, or --fail-in-use, would refuse."""
    if options.action not in ("check", "preview", "put") and options.policy:
        raise UsageError(options.action, title="Only check, preview and put take --policy")
    if not options.repository:
        if options.action != "check" or not options.policy:
            raise UsageError(options.action, title="Which repository?", hint="Name it: team/app")
        return _judge(checked(_given(options.policy)), output)
    target = locate(services, options.repository)
    return _ACTIONS[options.action](services, options, output, target)


def _given(path: str) -> str:
    """The text of a file, or of stdin."""
    try:
        if path == "-":
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise UsageError(path, title="That is too long for a policy")
        return data.decode("utf-8-sig")
    except OSError as problem:
        raise UsageError(path, title=f"The policy cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(path, title="The policy is no text in UTF-8") from None


def _text(services: Services, options: argparse.Namespace, target: Target) -> str:
    """The policy meant: the one given, else the repository's own."""
    if options.policy:
        return _given(options.policy)
    kept = read(services, target.registry, target.repository)
    if kept is None:
        raise NotFound(
            target.repository,
            title=_NO_POLICY,
            hint="--policy FILE names one to try.",
        )
    return kept.text


def _show(services: Services, options: argparse.Namespace, output: Output, target: Target) -> int:
    kept = read(services, target.registry, target.repository)
    found = checked(kept.text) if kept is not None else Checked()
    if options.text:
        if kept is None:
            raise NotFound(target.repository, title=_NO_POLICY)
        output.raw(kept.text.encode() + b"\n")
    elif output.is_json:
        policy, problems = found.policy, found.problems
        output.document(policy_document(target.registry, target.repository, kept, policy, problems))
    elif kept is None:
        narration.say(f"{target.repository} has no lifecycle policy: nothing is ever removed")
    else:
        output.pages(RULES, [sentences(found.policy) if found.policy is not None else []])
        _tell_problems(found)
        evaluated = output.times.long(kept.evaluated_at)
        narration.say(f"last carried out: {evaluated or 'never yet, or not told'}")
    return 0


def _check(services: Services, options: argparse.Namespace, output: Output, target: Target) -> int:
    return _judge(checked(_text(services, options, target)), output)


def _judge(found: Checked, output: Output) -> int:
    """All problems of a text; the exit code."""
    output.pages(PROBLEMS, [found.problems])
    if not found.problems:
        narration.say("the policy is right")
    return 1 if found.errors else 0


def _preview(
    services: Services, options: argparse.Namespace, output: Output, target: Target
) -> int:
    text = _text(services, options, target)
    if _wrong(text):
        return 1
    watch = Watch()
    with interruptible(watch), ProgressBar(watch, ascii_only=services.settings.ascii):
        wanted = Foresight(target.registry, target.repository, text, local=options.local)
        found = foresee(services, wanted, watch)
    if output.is_json:
        place = {
            "repositoryName": target.repository,
            "profile": target.registry.profile or None,
            "region": target.registry.region,
        }
        output.document(place | foreseen_document(found))
    else:
        output.pages(VICTIMS, [found.victims])
    _tell(found)
    return _code(options, found)


def _put(services: Services, options: argparse.Namespace, output: Output, target: Target) -> int:
    if not options.policy:
        raise UsageError(
            "put", title="Which policy?", hint="--policy FILE, or --policy - for stdin"
        )
    text = _given(options.policy)
    if _wrong(text):
        return 1
    return _changed(services, options, output, target, text)


def _delete(services: Services, options: argparse.Namespace, output: Output, target: Target) -> int:
    return _changed(services, options, output, target, "")


def _changed(
    services: Services, options: argparse.Namespace, output: Output, target: Target, text: str
) -> int:
    request = change.PolicyRequest(target.registry, target.repository, text, local=options.local)
    watch = Watch()
    with interruptible(watch), ProgressBar(watch, ascii_only=services.settings.ascii):
        plan = change.plan(services, request, watch)
    found = plan.foreseen
    if options.dry_run and output.is_json and found is not None:
        output.document(plan_document(plan) | {"preview": foreseen_document(found)})
        return _code(options, found)
    if found is not None and _code(options, found):
        _tell(found)
        narration.say("it takes images that are in use, or may be: nothing was done")
        return 1
    return carry_out(services, options, output, plan, partial(change.run, services, plan))


def _history(services: Services, _: argparse.Namespace, output: Output, target: Target) -> int:
    """What policies took; a list that says nothing is no promise."""
    if not output.pages(TAKEN, taken(services, target.registry, target.repository)):
        narration.say("CloudTrail tells of nothing that a policy took within 90 days")
    return 0


def _wrong(text: str) -> bool:
    """Whether ECR would refuse it; says why."""
    found = checked(text)
    _tell_problems(found)
    return bool(found.errors)


def _tell_problems(found: Checked) -> None:
    for problem in found.problems:
        narration.say(problem_line(problem))


def _code(options: argparse.Namespace, found: Foreseen) -> int:
    """1 where --fail-in-use was given and something that is used, or may be, would go."""
    used = found.in_use or found.maybe_in_use
    return 1 if options.fail_in_use and used else 0


def _tell(found: Foreseen) -> None:
    """What a table cannot say."""
    deleted, archived = found.acted(Action.EXPIRE), found.acted(Action.ARCHIVE)
    narration.say(
        f"of {counted(found.images, 'image')} {len(deleted):,} would be deleted, "
        f"{len(archived):,} archived"
    )
    if found.later:
        narration.say(f"then {counted(len(found.later), 'image')} more, held by these until then")
    elif found.indexes:
        told = counted(found.indexes, "index", "indexes")
        narration.say(f"{told} among them: what they list goes later")
    if found.frees.most:
        bound = "at most " if found.frees.bound else ""
        narration.say(f"that frees {bound}{size(found.frees.most)}")
    source = "ECR's preview" if found.previewed else f"a simulation here: {found.why_local}"
    narration.say(f"known from {source}")
    if found.unread and not found.previewed:
        told = counted(found.unread, "index", "indexes")
        narration.say(f"{told} not read here: untagged images may belong to one, and stay then")
    for line in difference_lines(found.differences):
        narration.say(line)
    if found.in_use:
        narration.say(f"in use: {counted(len(found.in_use), 'image')} of them")
    if found.maybe_in_use:
        narration.say(f"may be in use: {counted(len(found.maybe_in_use), 'image')} of them")
    for place in found.unknown:
        narration.say(unknown_text(place))


_ACTIONS = {
    "show": _show,
    "check": _check,
    "preview": _preview,
    "put": _put,
    "delete": _delete,
    "history": _history,
}
