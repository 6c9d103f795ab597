"""Where secrets are kept is changed, and what is kept goes along.

Everything is written to the new place and read back there first, then the choice is made, and only
then the old entries are removed. Whatever fails before the choice leaves all as it was.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from ecrtui.errors import EcrtuiError, NotFound, UsageError, VaultError, WrongPassphrase
from ecrtui.model.plan import Outcome, Plan
from ecrtui.model.ports import SecretStore
from ecrtui.workflows.credentials import vaults
from ecrtui.workflows.credentials.vaults import WORDS, Questions, Where
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.vault.vault import Vault

KINDS = {"": "credentials", "sso": "SSO sessions", "registry": "registries' logins"}
"""Kinds of secrets, each with names of its own."""


class Standing(msgspec.Struct, frozen=True):
    """How it is now."""

    where: Where
    by: str
    """What says so: '' for nobody, `chosen`, `settings`, or the variable."""
    kept: int
    """How many secrets are there, of all kinds."""
    file_exists: bool
    """Whether there is an encrypted file, whose passphrase is known to somebody."""
    passphrase_given: bool = False
    """Whether a file that a variable names holds the passphrase, which then goes first."""


class Relocation(Plan, frozen=True, kw_only=True):
    """From where to where, and what goes along. It holds no secret."""

    before: Where
    where: Where
    moving: tuple[tuple[str, str], ...]
    """Kind and name of each."""


def standing(services: Services) -> Standing:
    """How it is now; opens nothing."""
    where, by = services.vault.where, vaults.place(services.settings, services.state)[1]
    file = vaults.sealed_file(services.locations)
    given = bool(os.environ.get(vaults.PASSPHRASE_FILE))
    return Standing(vaults.of_name(where), by, len(_kept(services)), file.exists(), given)


def plan(services: Services, where: Where, *, move: bool) -> Relocation:
    """What choosing a place comes to; changes nothing, opens nothing.

    Raises UsageError where the settings or a variable say it, which go first.
    """
    now = standing(services)
    if now.by not in ("", "chosen") and now.where != where:
        hint = "Change it there: it goes before what is chosen here."
        raise UsageError(f"{now.by} says {now.where}", title="The place is given", hint=hint)
    moving = tuple(_kept(services)) if move and now.where != where else ()
    left = now.kept - len(moving) if now.where != where else 0
    facts = [
        (word, ", ".join(name for of, name in moving if of == kind))
        for kind, word in KINDS.items()
        if any(of == kind for of, _ in moving)
    ]
    if moving:
        facts.append(("how", "written there and read back; only then removed here"))
    return Relocation(
        kind="move secrets" if moving else "keep secrets",
        source=WORDS[now.where] if moving else "",
        target=WORDS[where],
        facts=tuple(facts),
        warnings=tuple(_warnings(now, where, left)),
        done_already=f"Secrets are kept in {WORDS[where]}." if now.where == where else "",
        before=now.where,
        where=where,
        moving=moving,
    )


def run(
    services: Services, plan: Relocation, watch: Watch, passphrase: str = "", seconds: int = 0
) -> Outcome:
    """Do it. `passphrase` is the encrypted file's, when that is the new place; '' asks for it. With
    it the file can be left unlocked for so many `seconds`.

    Raises EcrtuiError; then the choice, and all that was kept, is as before.
    """
    if services.vault.where != plan.before:
        raise UsageError("it was changed meanwhile", title="Nothing was done", hint="Try again.")
    questions = _answering(services, passphrase)
    store = vaults.open_store(plan.where, services.settings, services.locations, questions)
    old = {kind: services.vault_of(kind) for kind in KINDS}
    new = {kind: _vault(services, plan.where, store, kind) for kind in KINDS}
    if passphrase:
        new[""].holds("any")  # a wrong one is told now
    values = _copied(plan, old, new, watch, lambda: _choose(services, plan))
    services.use_place(plan.where, store)
    left = [name for (kind, name), value in values.items() if not _removed(old[kind], name, value)]
    told = f"Secrets are kept in {WORDS[plan.where]}"
    if plan.moving:
        told += f": {len(values)} moved"
    if left:
        told += f". Also still in {WORDS[plan.before]}: {', '.join(left)}"
    if seconds and passphrase:
        told += _unlocked(services, passphrase, seconds)
    return Outcome(sentence=told)


def _unlocked(services: Services, passphrase: str, seconds: int) -> str:
    """What is to be said of it: everything else has been done by then."""
    from ecrtui.workflows.credentials import unlocking

    try:
        unlocking.unlock(services, passphrase, seconds)
    except EcrtuiError as problem:
        return f". It was not unlocked: {problem.sentence}"
    return ", which is unlocked now"


def _copied(
    plan: Relocation,
    old: dict[str, Vault],
    new: dict[str, Vault],
    watch: Watch,
    choose: Callable[[], None],
) -> dict[tuple[str, str], str]:
    """Every value, now in both places, and the choice made; when one cannot be copied, none is
    left in the new place."""
    values: dict[tuple[str, str], str] = {}
    written: list[tuple[str, str]] = []
    try:
        for kind, name in plan.moving:
            watch.check()
            watch.expect(f"{kind}/{name}", name)
            value = old[kind].read(name)
            if _differs(new[kind], name, value):
                raise UsageError(
                    f"{name} is in {WORDS[plan.where]} too, and is another",
                    title="Nothing was moved",
                    hint=f"Rename one: ecrtui credentials rename {name} NEW",
                )
            if not new[kind].holds(name):
                about = {one.name: one.about for one in old[kind].kept()}.get(name, {})
                new[kind].write(name, value, about, replace=False)
                written.append((kind, name))
            values[kind, name] = value
            watch.finish(f"{kind}/{name}")
        watch.check()
        choose()
    except EcrtuiError:
        for kind, name in written:
            with contextlib.suppress(EcrtuiError):
                new[kind].remove(name)
        raise
    return values


def _choose(services: Services, plan: Relocation) -> None:
    """Raises VaultError where the next start would not find what was moved."""
    if not vaults.choose(services.state, plan.where) and plan.moving:
        raise VaultError(
            "the state folder cannot be written, so the choice cannot be kept",
            title="Nothing was moved",
            hint="ecrtui doctor names the folder.",
        )


def _answering(services: Services, passphrase: str) -> Questions:
    """Answers for the encrypted file once (a new passphrase is asked for twice), then the person
    is asked: it is not kept."""
    if not passphrase:
        return services.questions
    new = not vaults.sealed_file(services.locations).exists()
    left = [passphrase] * (2 if new else 1)

    def answer(question: str) -> str:
        if left:
            return left.pop()
        if services.questions.passphrase is None:
            raise WrongPassphrase
        return services.questions.passphrase(question)

    return Questions(passphrase=answer)


def _differs(vault: Vault, name: str, value: str) -> bool:
    try:
        return vault.read(name) != value
    except NotFound:
        return False


def _removed(vault: Vault, name: str, value: str) -> bool:
    """Remove an entry that was copied, unless somebody changed it meanwhile."""
    try:
        if vault.read(name) != value:
            return False
        vault.remove(name)
    except NotFound:
        return True
    except VaultError:
        return False
    return True


def _kept(services: Services) -> list[tuple[str, str]]:
    return [(kind, one.name) for kind in KINDS for one in services.vault_of(kind).kept()]


def _vault(services: Services, where: Where, store: SecretStore, kind: str) -> Vault:
    return vaults.open_vault(
        services.settings,
        services.locations,
        services.state,
        services.clock,
        services.questions,
        kind,
        store,
        where,
    )


def _warnings(now: Standing, where: Where, left: int) -> list[str]:
    told = []
    if left:
        told.append(
            f"{left} stay in {WORDS[now.where]}, and are not seen until it is chosen again."
        )
    if where == "memory":
        told.append("What is kept in memory is gone when ecrtui ends.")
    if where == "file" and not now.file_exists:
        told.append("Whoever forgets the passphrase has lost what is in the file.")
    return told
