"""Kept credentials removed for good: first what would miss them is told."""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.plan import CredentialPlan, Outcome
from ecrtui.workflows.credentials import at_hand
from ecrtui.workflows.credentials.used_by import used_by
from ecrtui.workflows.services import Services


class Removal(CredentialPlan, frozen=True, kw_only=True):
    """Names to remove. It holds no secret, and opens nothing before it is carried out."""

    names: tuple[str, ...]


def plan(services: Services, names: Sequence[str]) -> Removal:
    """What removing them would take along; changes nothing.

    Raises NotFound for what ecrtui does not keep.
    """
    rows = {row.name: row for row in at_hand.listing(services) if row.kept and not row.is_session}
    facts: list[tuple[str, str]] = []
    warnings = ["What is removed cannot be brought back."]
    for name in names:
        row = rows.get(name)
        if row is not None:
            told = ", ".join(filter(None, (row.kind, row.key, row.account, row.where)))
            facts.append((name, told))
            if row.rotation:
                warnings.append(f"{name} holds two keys: its rotation is not finished.")
        elif not services.vault.holds(name):  # the index may be lost, so the store is asked
            hint = "ecrtui credentials list shows those there are; ~/.aws is for AWS's own tools."
            raise NotFound(name, title="Not kept by ecrtui", hint=hint)
        warnings += _missed(services, name, names)
    return Removal(
        kind="remove",
        source="",
        target=", ".join(names),
        facts=tuple(facts),
        warnings=tuple(warnings),
        careful=True,
        names=tuple(names),
    )


def run(services: Services, removal: Removal) -> Outcome:
    """Remove each; the first that fails ends it, and what went before it stays removed."""
    done: list[str] = []
    for name in removal.names:
        try:
            at_hand.remove(services, name)
        except EcrtuiError as problem:
            if done:
                problem.hint = f"{problem.hint} Removed before: {', '.join(done)}.".strip()
            raise
        done.append(name)
    return Outcome(sentence=f"{', '.join(done)} {'is' if len(done) == 1 else 'are'} removed")


def _missed(services: Services, name: str, names: Sequence[str]) -> list[str]:
    """What would miss it, in sentences."""
    uses = used_by(services, name)
    roles = [role for role in uses.roles if role not in names]
    told = []
    if roles:
        told.append(f"{_listed(roles)} cannot be assumed any more: {name} does it.")
    if uses.profiles:
        told.append(f"AWS's files ask for {name}, in profile {_listed(uses.profiles)}.")
    told += [f"The map uses {name} for {pattern}; that line stays." for pattern in uses.patterns]
    return told


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
