"""A lifecycle policy put, or taken away, by a plan that shows first whom it would take."""

from __future__ import annotations

import msgspec

from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.model.foreseen import Foreseen
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.lifecycle_check import checked
from ecrtui.model.places import Home, Outside, Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.workflows.lifecycle.foresee import Foresight, foresee
from ecrtui.workflows.lifecycle.policies import policies, read, sure
from ecrtui.workflows.lifecycle.preview import same
from ecrtui.workflows.lifecycle.telling import facts, warnings
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings.change import diff
from ecrtui.workflows.watch import Watch

SETTING = "lifecycle"
"""What the table of settings, and the journal, call a lifecycle policy."""
PUT, DELETE, UNDO = "put policy", "delete policy", "undo"


class PolicyRequest(msgspec.Struct, frozen=True):
    """What a person asked for."""

    registry: Registry
    repository: str
    text: str = ""
    """The policy as it was typed; '' for none any more."""
    local: bool = False
    """What it takes is worked out here alone."""


class PolicyPlan(Plan, frozen=True, kw_only=True):
    """A policy's change, worked out."""

    registry: Registry
    repository: str
    before: str
    """The text it has, '' for none."""
    after: str
    foreseen: Foreseen | None = None
    """What the new policy would take now; None where there is none."""

    @property
    def place(self) -> tuple[Home, str]:
        """Whose images it is about."""
        return self.registry, self.repository


def plan(services: Services, request: PolicyRequest, watch: Watch | None = None) -> PolicyPlan:
    """What would change, and whom the new policy would take; nothing is changed.

    Raises UsageError for a policy with errors, NotFound without a repository.
    """
    if request.text:
        sure(request.text)
    return _plan(services, request, watch or Watch())


def _plan(services: Services, request: PolicyRequest, watch: Watch) -> PolicyPlan:
    """The plan, also for a text that nobody here understands: then ECR alone judges it."""
    registry, repository = request.registry, request.repository
    known = checked(request.text).policy is not None
    kept = read(services, registry, repository)
    before = kept.text if kept is not None else ""
    done = _done_already(request, before)
    foreseen = None
    if known and not done:
        wanted = Foresight(registry, repository, request.text, request.local)
        foreseen = foresee(services, wanted, watch)
    return PolicyPlan(
        kind=PUT if request.text else DELETE,
        source="",
        target=repository,
        target_at=registry.called,
        facts=tuple(facts(request.text or before, foreseen, deleted=not request.text)),
        free=foreseen.frees if foreseen is not None and foreseen.frees.most else None,
        diff=diff(_lined(before), _lined(request.text)),
        warnings=tuple(warnings(request.text, foreseen)),
        changes=True,
        production=services.settings.of(registry.profile).production,
        done_already=done,
        registry=registry,
        repository=repository,
        before=before,
        after=request.text,
        foreseen=foreseen,
    )


def run(services: Services, plan: PolicyPlan, watch: Watch) -> Outcome:
    """Put it, or take it away.

    Raises EcrtuiError where somebody else has changed the policy since the plan was made.
    """
    ask = policies(services, plan.registry)
    watch.expect(SETTING, "lifecycle policy")
    kept = ask.policy(plan.repository)
    now = kept.text if kept is not None else ""
    if not same(now, plan.before):
        raise EcrtuiError(
            plan.repository,
            title="The policy has changed since the plan was made",
            hint="Look at the plan again.",
        )
    watch.check()
    if plan.after:
        ask.put(plan.repository, plan.after)
    else:
        ask.delete(plan.repository)
    watch.changed(_change(plan))
    watch.finish(SETTING)
    verb = "has a new lifecycle policy" if plan.after else "has no lifecycle policy any more"
    return Outcome(sentence=f"{plan.repository} {verb}", changes=watch.changes)


def plan_back(services: Services, change: Change) -> PolicyPlan:
    """What puts the policy back that was there before a change."""
    if isinstance(change.home, Outside):
        raise UsageError(change.repository, title="This cannot be taken back")
    request = PolicyRequest(change.home, change.repository, change.before)
    found = _plan(services, request, Watch())
    known = any(same(found.before, text) for text in (change.before, change.after))
    moved = () if known else ("others have changed the policy since",)
    return msgspec.structs.replace(found, kind=UNDO, warnings=(*moved, *found.warnings))


def _done_already(request: PolicyRequest, before: str) -> str:
    if same(request.text, before):
        kept = "this lifecycle policy" if before else "no lifecycle policy"
        return f"{request.repository} has {kept} already"
    return ""


def _lined(text: str) -> str:
    """A text as it is compared: with a line for each member, as nobody need have typed it."""
    try:
        return msgspec.json.format(text.encode(), indent=2).decode() if text else ""
    except msgspec.DecodeError:
        return text


def _change(plan: PolicyPlan) -> Change:
    return Change(
        kind=ChangeKind.SETTING,
        home=plan.registry,
        repository=plan.repository,
        setting=SETTING,
        before=plan.before,
        after=plan.after,
        command=plan.kind,
    )
