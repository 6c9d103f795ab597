"""A setting put from one value to another: by a plan that shows the lines that change, and by as
many calls as it takes, each of which is in the journal with the value before."""

from __future__ import annotations

from typing import Any

import msgspec

from ecrtui.compare.line_changes import line_changes
from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Home, Outside, Registry
from ecrtui.model.plan import Outcome, SettingsPlan
from ecrtui.model.policy import read as read_policy
from ecrtui.model.setting import Setting, Step, Subject, text_of
from ecrtui.workflows import places
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import reading, values
from ecrtui.workflows.settings.warnings import warnings
from ecrtui.workflows.watch import Watch

KIND = "set"
_AROUND = 2
"""Lines that stay, around those that change."""


class SettingRequest(msgspec.Struct, frozen=True):
    """What a person asked for."""

    registry: Registry
    repository: str
    setting: Setting
    text: str = ""
    """The whole value as it was typed, or that of `item`; '' for none."""
    item: str = ""
    """One rule or tag alone, by its name."""
    remove: bool = False
    """Take the item, or the whole setting, away."""


class SettingPlan(SettingsPlan, frozen=True, kw_only=True):
    """A setting's change, worked out."""

    registry: Registry
    repository: str
    setting: Setting
    before: Any
    after: Any
    steps: tuple[Step, ...]

    @property
    def place(self) -> tuple[Home, str]:
        """Whose setting it is."""
        return self.registry, self.repository


def plan(services: Services, request: SettingRequest) -> SettingPlan:
    """What would be sent; nothing is changed.

    Raises UsageError for what was typed, and what reading the setting raises.
    """
    setting = request.setting
    if not setting.changes:
        raise UsageError(setting.title, title="This cannot be set", hint=setting.help)
    before = reading.value(services, request.registry, setting, request.repository)
    return plan_for(services, request, before, _wanted(request, before))


def check(services: Services, request: SettingRequest, before: Any, after: Any) -> None:
    """Raise UsageError where a value cannot be sent. Asks nobody: typing can be followed by it."""
    unknown = Subject(request.repository, "arn:aws:ecr") if request.repository else Subject()
    _steps(services, request, unknown, before, after)


def _steps(
    services: Services, request: SettingRequest, subject: Subject, before: Any, after: Any
) -> tuple[Step, ...]:
    if before == after:
        return ()
    if request.setting.name == "policy" and after is not None:
        read_policy(after)  # raises UsageError for what is none
    return services.writer(request.registry).steps(request.setting, subject, before, after)


def plan_for(services: Services, request: SettingRequest, before: Any, after: Any) -> SettingPlan:
    """The plan from one value to another."""
    registry, repository, setting = request.registry, request.repository, request.setting
    subject = _subject(services, registry, repository)
    steps = _steps(services, request, subject, before, after)
    called = f"{setting.name} of {repository}" if repository else setting.name
    return SettingPlan(
        kind=KIND,
        source="",
        target=called,
        target_at=registry.called,
        facts=(("setting", setting.title), *_calls(steps)),
        diff=diff(text_of(before), text_of(after)),
        warnings=tuple(warnings(setting, before, after, steps, account_of(services, registry))),
        changes=True,
        production=services.settings.of(registry.profile).production,
        done_already="" if steps else f"{called} is so already",
        registry=registry,
        repository=repository,
        setting=setting,
        before=before,
        after=after,
        steps=steps,
    )


def run(services: Services, plan: SettingPlan, watch: Watch) -> Outcome:
    """Send the calls, one after the other; the watch is told of each.

    Raises EcrtuiError where somebody else has changed the setting since the plan was made.
    """
    for number, step in enumerate(plan.steps):
        watch.expect(f"{number}", step.operation)
    now = reading.value(services, plan.registry, plan.setting, plan.repository)
    if now != plan.before:
        raise EcrtuiError(
            plan.target,
            title="The setting has changed since the plan was made",
            hint="Look at the plan again.",
        )
    writer, value = services.writer(plan.registry), plan.before
    for number, step in enumerate(plan.steps):
        watch.check()
        writer.apply(step)
        watch.changed(_change(plan, value, step.value))
        watch.finish(f"{number}")
        value = step.value
    verb = "is set" if plan.after is not None else "is removed"
    return Outcome(sentence=f"{plan.target} {verb}", changes=watch.changes)


def plan_back(services: Services, change: Change) -> SettingPlan:
    """What takes a change back; what others have set since in a list stays as it is."""
    if isinstance(change.home, Outside):
        raise UsageError(change.setting, title="This cannot be taken back")
    setting = reading.find(change.home, change.repository, change.setting)
    if not setting.changes:
        raise UsageError(setting.title, title="This cannot be taken back")
    before, after = _decoded(change.before), _decoded(change.after)
    now = reading.value(services, change.home, setting, change.repository)
    wanted = values.merged_back(setting, now, before, after)
    request = SettingRequest(change.home, change.repository, setting)
    found = plan_for(services, request, now, wanted)
    moved = () if now in (before, after) else ("others have changed the setting since",)
    return msgspec.structs.replace(found, kind="undo", warnings=(*moved, *found.warnings))


def diff(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """The lines that go (-) and come (+), with some around them; `…` where others are left out."""
    old, new = before.splitlines(), after.splitlines()
    found: list[tuple[str, str]] = []
    shown = 0
    for region in line_changes(old, new).regions:
        start = max(shown, region.before - _AROUND)
        if found or start:
            found += [(" ", "…")] if start > shown else []
        found += [(" ", line) for line in old[start : region.before]]
        found += [("-", line) for line in old[region.before : region.before_end]]
        found += [("+", line) for line in new[region.after : region.after_end]]
        shown = region.before_end
        found += [(" ", line) for line in old[shown : shown + _AROUND]]
        shown = min(len(old), shown + _AROUND)
    return (*found, (" ", "…")) if found and shown < len(old) else tuple(found)


def _wanted(request: SettingRequest, before: Any) -> Any:
    setting, item = request.setting, request.item
    if item and request.remove:
        return values.without_item(setting, before, item)
    if item:
        return values.with_item(setting, before, item, request.text)
    return values.parsed(setting, "" if request.remove else request.text)


def account_of(services: Services, registry: Registry) -> str:
    """Whose registry it is; '' where nobody tells."""
    if registry.account:
        return registry.account
    try:
        return places.identity(services, registry.profile).account
    except EcrtuiError:
        return ""


def _subject(services: Services, registry: Registry, repository: str) -> Subject:
    if not repository:
        return Subject()
    row = services.reader(registry).repository(repository)
    return Subject(repository, row.repository_arn)


def _calls(steps: tuple[Step, ...]) -> tuple[tuple[str, str], ...]:
    """Which operations, each once, with how often."""
    names = [step.operation for step in steps]
    told = [
        f"{name} ({names.count(name)} times)" if names.count(name) > 1 else name
        for name in dict.fromkeys(names)
    ]
    return (("calls", ", ".join(told)),) if told else ()


def _change(plan: SettingPlan, before: Any, after: Any) -> Change:
    return Change(
        kind=ChangeKind.SETTING,
        home=plan.registry,
        repository=plan.repository,
        setting=plan.setting.name,
        before=_encoded(before),
        after=_encoded(after),
        command=plan.kind,
    )


def _encoded(value: Any) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()


def _decoded(text: str) -> Any:
    """Raises UsageError for a line of the journal that somebody has edited."""
    try:
        return msgspec.json.decode(text) if text else None
    except (msgspec.DecodeError, RecursionError):
        raise UsageError(text[:40], title="The journal's value is no JSON") from None
