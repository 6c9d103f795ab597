"""A repository made, with what has to be chosen from the start."""

from __future__ import annotations

from typing import Any

import msgspec

from ecrtui.errors import NotFound, UsageError
from ecrtui.model.places import Home, Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.model.repository import NewRepository
from ecrtui.model.setting import Setting
from ecrtui.workflows.locate import Target
from ecrtui.workflows.moving.target_facts import create
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import reading, values
from ecrtui.workflows.watch import Watch

KIND = "create"
FROM_THE_START = ("mutability", "encryption", "scan-on-push", "tags")
"""Settings that CreateRepository takes."""


class CreatePlan(Plan, frozen=True, kw_only=True):
    """A repository to be made."""

    registry: Registry
    new: NewRepository

    @property
    def place(self) -> tuple[Home, str]:
        """Where it is then."""
        return self.registry, self.new.name


def plan(services: Services, registry: Registry, new: NewRepository) -> CreatePlan:
    """What would be made; nothing is."""
    if not new.name:
        raise UsageError("nothing", title="What is the repository called?")
    try:
        services.reader(registry).repository(new.name)
        there = f"{new.name} is there already"
    except NotFound:
        there = ""
    fixed = () if registry.is_public else ("its encryption can never be changed",)
    return CreatePlan(
        kind=KIND,
        source="",
        target=new.name,
        target_at=registry.called,
        facts=tuple(_facts(registry, new)),
        warnings=fixed,
        changes=True,
        production=services.settings.of(registry.profile).production,
        done_already=there,
        registry=registry,
        new=new,
    )


def run(services: Services, plan: CreatePlan, watch: Watch) -> Outcome:
    """Make it. Raises AlreadyThere when somebody else was first."""
    watch.expect(plan.new.name, plan.new.name)
    watch.changed(create(services, Target(plan.registry, plan.new.name), plan.new, plan.kind))
    watch.finish(plan.new.name)
    return Outcome(sentence=f"{plan.new.name} is there", changes=watch.changes)


def new_repository(registry: Registry, name: str, typed: dict[str, str]) -> NewRepository:
    """From settings as they are typed, by name; raises UsageError for those that come later."""
    found: dict[str, Any] = {}
    for setting_name, text in typed.items():
        if setting_name not in FROM_THE_START:
            raise UsageError(
                setting_name,
                title="That cannot be chosen when a repository is made",
                hint=f"Set it afterwards. From the start: {', '.join(FROM_THE_START)}.",
            )
        setting = reading.find(registry, name, setting_name)
        found |= _chosen(setting, values.parsed(_as_word(setting), text))
    return NewRepository(name=name, **found)


def _as_word(setting: Setting) -> Setting:
    """What may be one word when a repository is made: `KMS`."""
    if setting.name != "encryption":
        return setting
    return msgspec.structs.replace(setting, word="encryptionType")


def _chosen(setting: Setting, value: Any) -> dict[str, Any]:
    if setting.name == "mutability":
        filters = value.get("imageTagMutabilityExclusionFilters", ())
        excluded = tuple(str(one["filter"]) for one in filters)
        return {"mutability": value.get("imageTagMutability", ""), "exclusions": excluded}
    if setting.name == "encryption":
        return {
            "encryption": value.get("encryptionType", ""),
            "kms_key": value.get("kmsKey", ""),
        }
    return {"scan_on_push" if setting.name == "scan-on-push" else "tags": value}


def _facts(registry: Registry, new: NewRepository) -> list[tuple[str, str]]:
    if registry.is_public:
        facts = [("public", "everybody may pull from it")]
    else:
        excluded = f", but for {', '.join(new.exclusions)}" if new.exclusions else ""
        tags = (new.mutability or "MUTABLE").replace("_", " ").lower()
        facts = [
            ("tags", tags + excluded),
            ("encryption", f"{new.encryption or 'AES256'} {new.kms_key}".strip()),
            ("scan", "on push" if new.scan_on_push else "as the registry's rules say"),
        ]
    labels = ", ".join(f"{key}={value}" for key, value in new.tags.items())
    return [*facts, *([("labels", labels)] if labels else [])]
