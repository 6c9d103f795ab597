"""The columns of the first screen: accounts and regions."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ecrtui.config.settings import Settings
from ecrtui.errors import NoCredentials, SignInError, VaultLocked
from ecrtui.model.local import EngineHas
from ecrtui.model.places import RegionAccess, Registry, RegistrySummary
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.signing_in import standing
from ecrtui.render.sizes import account

MACHINE = "this machine"


class RegistryRow(msgspec.Struct, frozen=True):
    """One line: a registry, or the empty regions of a profile folded into one."""

    summary: RegistrySummary
    label: str
    production: bool = False
    first: bool = False
    """Whether it opens its profile's group; the others repeat the account dimly."""
    folded: tuple[RegistryRow, ...] = ()
    engine: str = ""
    """The engine of this machine, whose row is the last one; '' for a registry."""

    @property
    def key(self) -> str:
        """What tells rows apart, whether or not the account is known yet."""
        place = self.summary.registry
        if self.engine:
            return MACHINE
        if self.folded:
            return f"folded:{place.profile}"
        return f"{place.kind.value}:{place.profile}:{place.region}"


def arrange(summaries: Iterable[RegistrySummary], settings: Settings) -> list[RegistryRow]:
    """Rows by profile, in the order profiles came; empty regions last and folded."""
    groups: dict[str, list[RegistrySummary]] = {}
    for summary in summaries:
        groups.setdefault(summary.registry.profile, []).append(summary)
    return [row for profile, group in groups.items() for row in _group(profile, group, settings)]


def machine_row(held: EngineHas) -> RegistryRow:
    """What the engine of this machine holds, among the registries."""
    count = len(held.images)
    running = f", {held.running:,} running" if held.running else ""
    note = f"image{'' if count == 1 else 's'}{running}"
    name = held.engine.replace(" Engine", "").partition("+")[0]
    return RegistryRow(
        RegistrySummary(Registry("", ""), count, True, note=note), MACHINE, first=True, engine=name
    )


def _group(profile: str, group: list[RegistrySummary], settings: Settings) -> list[RegistryRow]:
    said = settings.of(profile)
    label = said.label or profile or "default"

    def row(summary: RegistrySummary, *, first: bool = False) -> RegistryRow:
        return RegistryRow(summary, label, said.production, first)

    empty = [summary for summary in group if summary.complete and not summary.repositories]
    shown = [summary for summary in group if summary not in empty] or empty[:1]
    empty = [summary for summary in empty if summary not in shown]
    shown.sort(key=_order)
    rows = [row(summary, first=number == 0) for number, summary in enumerate(shown)]
    if len(empty) == 1:
        rows.append(row(empty[0]))
    elif empty:
        folded = tuple(row(summary) for summary in sorted(empty, key=_order))
        rows.append(RegistryRow(empty[0], label, said.production, folded=folded))
    return rows


def _order(summary: RegistrySummary) -> tuple[bool, bool, str]:
    """Regions that answered by name, then the public gallery, then those with a problem."""
    return summary.problem is not None, summary.registry.is_public, summary.registry.region


def region_name(registry: Registry) -> str:
    """The region, or that it is the public registry, which has none."""
    return "ECR Public" if registry.is_public else registry.region


def registry_columns() -> list[Column[RegistryRow]]:
    """Account, region, how many repositories, and what is to be said of it."""
    return [
        Column("profile", "PROFILE", _profile, lambda row: row.label),
        Column("account", "ACCOUNT", _account, _account_text, priority=3),
        Column("region", "REGION", _region, lambda row: _region(row).text),
        Column(
            "repos",
            "REPOS",
            _repositories,
            lambda row: None if row.folded else row.summary.repositories,
            kind="number",
            right=True,
        ),
        Column("note", "NOTE", _note, lambda row: _note(row).text, priority=2, flexible=True),
    ]


def _profile(row: RegistryRow) -> Cell:
    style = "warn" if row.production else ""
    return Cell(row.label, style if row.first else "dim")


def _account_text(row: RegistryRow) -> str:
    place, who = row.summary.registry, row.summary.identity
    alias = who.alias if who is not None and who.account == place.account and row.first else ""
    return f"{account(place.account)} {alias}".rstrip()


def _account(row: RegistryRow) -> Cell:
    return Cell(_account_text(row), "" if row.first else "dim")


def _region(row: RegistryRow) -> Cell:
    if row.folded:
        return Cell(f"{len(row.folded)} empty", "dim")
    if row.engine:
        return plain(row.engine)
    return plain(region_name(row.summary.registry))


def _repositories(row: RegistryRow) -> Cell:
    count = row.summary.repositories
    if row.folded:
        return Cell("-", "dim")
    if row.summary.problem is not None:  # what was counted before is stale
        return Cell("-" if count is None else f"{count:,}", "dim")
    if count is None:
        return Cell("-" if row.summary.note else "…", "dim")
    return Cell(f"{count:,}" + ("" if row.summary.complete else "+"), "" if count else "dim")


def _note(row: RegistryRow) -> Cell:
    if row.folded:
        return Cell("", "dim")
    problem, note = row.summary.problem, row.summary.note
    if isinstance(problem, NoCredentials):
        return Cell(f"signed out: {note}", "warn")
    if isinstance(problem, SignInError):
        return Cell(f"{standing(problem)}: Enter signs in", "warn")
    if isinstance(problem, VaultLocked):
        return Cell("locked: Enter unlocks", "warn")
    if row.summary.access is RegionAccess.NOT_ENABLED or (note and problem is None):
        return Cell(note, "dim")
    if problem is not None:
        return Cell(note, "bad")
    return Cell("production", "warn") if row.production and row.first else plain("")


def registry_title(registry: Registry, label: str, *, shared: bool, others: bool) -> str:
    """One line that tells a registry from all others: `prod · eu-west-1`; with the profile where
    its label is `shared` with another one, with the account where that is not the profile's own
    (`others`)."""
    profile = registry.profile or "default"
    name = f"{label} ({profile})" if label and shared else label or profile
    account = f" · {registry.account}" if others else ""
    return f"{name} · {region_name(registry)}{account}"
