"""`ecrtui credentials ...`: who you are, kept where no plain file holds it."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ecrtui.errors import UsageError, WrongPassphrase
from ecrtui.headless import asking, narration, portals, secret_input, tables
from ecrtui.headless.carrying import carry_out, print_plan
from ecrtui.headless.output import Output
from ecrtui.headless.parsing import PROGRAM
from ecrtui.model.credentials import Credential
from ecrtui.render.ages import instant
from ecrtui.render.credentials import key_advice
from ecrtui.render.plans import plan_lines
from ecrtui.render.progress import duration
from ecrtui.workflows.credentials import at_hand as credentials
from ecrtui.workflows.credentials import (
    backups,
    registry_map,
    relocating,
    removing,
    unlocking,
    vaults,
)
from ecrtui.workflows.credentials import importing as import_credentials
from ecrtui.workflows.services import Services

Action = Callable[[Services, argparse.Namespace, Output], int]


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Do one action; those that change something in the vault say so in one line."""
    return _ACTIONS[options.action](services, options, output)


def _list(services: Services, options: argparse.Namespace, output: Output) -> int:
    _names(options, 0, 0)
    rows = credentials.listing(services)
    output.pages(tables.WAYS_IN, [rows])
    for row in rows:
        told = key_advice(row, services.clock.now())
        if told and row.kept:
            narration.say(f"{row.name}: {told}: ecrtui credentials rotate {row.name}")
    if services.vault.where == "file":
        narration.say(_lock_state(unlocking.left(services)))
    return 0


def _lock_state(left: int | None) -> str:
    if left is None:
        return "the encrypted file is locked: ecrtui credentials unlock opens it for some hours"
    return f"the encrypted file is unlocked for {duration(left)} more"


def _add(services: Services, options: argparse.Namespace, output: Output) -> int:
    (name,) = _names(options, 1, 1)
    if not options.dry_run:
        credentials.refuse_early(services, name, replace=options.replace)
    given = secret_input.Keys()
    if not options.source and not options.sso_session:
        given = secret_input.keys(options.access_key_id, with_token=options.session_token)
    credential = Credential(
        name=name,
        access_key_id=given.access_key_id,
        secret_access_key=given.secret_access_key,
        session_token=given.session_token or "",
        region=next(iter(options.region), ""),
        role_arn=options.role_arn,
        source=options.source,
        mfa_serial=options.mfa_serial,
        external_id=options.external_id,
        sso_session=options.sso_session,
        sso_account=options.account,
        sso_role=options.role,
    )
    if options.dry_run:
        credentials.check(credential)
        return portals.said(output, name, f"would keep {name} ({credential.kind.value})")
    told = credentials.add(services, credential, replace=options.replace)
    if told:
        narration.say(told)
    _say_where(services)
    return portals.said(output, name, f"{name} is kept")


def _test(services: Services, options: argparse.Namespace, output: Output) -> int:
    names = options.names or [one.name for one in services.vault.kept()]
    if not names:
        narration.say("nothing is kept yet: ecrtui credentials add NAME")
    found = []
    for name in names:
        found.append(credentials.test(services, name))
        if found[-1].problem is not None:
            narration.tell(found[-1].problem, name)
    output.pages(tables.TESTED, [found])
    return next((one.problem.exit_code for one in found if one.problem is not None), 0)


def _rename(services: Services, options: argparse.Namespace, output: Output) -> int:
    name, new = _names(options, 2, 2)
    if options.dry_run:
        return portals.said(output, new, f"would call {name} {new}")
    credentials.rename(services, name, new)
    return portals.said(output, new, f"{name} is called {new} now")


def _remove(services: Services, options: argparse.Namespace, output: Output) -> int:
    removal = removing.plan(services, _names(options, 1, 100))
    if options.dry_run:
        print_plan(removal, output)
        return 0
    asking.agree(options, f"remove {removal.target}", list(plan_lines(removal)))
    return portals.said(output, removal.target, removing.run(services, removal).sentence)


def _import(services: Services, options: argparse.Namespace, output: Output) -> int:
    profiles = _names(options, 1, 100)
    process = "" if options.no_process else import_credentials.myself()
    edit = import_credentials.plan(services, profiles, options.new_name, process=process)
    done = carry_out(
        services, options, output, edit, lambda watch: import_credentials.run(services, edit, watch)
    )
    if not options.dry_run:
        _say_where(services)
    return done


def _destroy_backups(_: Services, options: argparse.Namespace, output: Output) -> int:
    _names(options, 0, 0)
    found = backups.left()
    told = ", ".join(map(str, found)) or "there are none"
    if options.dry_run or not found:
        return portals.said(output, told, f"backups of imports: {told}")
    lines = [*(f"destroy     {path}" for path in found), f"beware      {backups.HONEST}"]
    asking.agree(options, f"destroy {told}", lines)
    return portals.said(output, told, backups.destroy(found))


def _rotate(services: Services, options: argparse.Namespace, output: Output) -> int:
    from ecrtui.headless import rotating

    (name,) = _names(options, 1, 1)
    return rotating.run(services, options, output, name)


def _process(services: Services, options: argparse.Namespace, output: Output) -> int:
    (name,) = _names(options, 1, 1)
    if output.terminal:
        raise UsageError(
            name,
            title="This prints secrets, and a terminal would show them",
            hint=f"Write credential_process = {import_credentials.myself()} credentials process "
            f"{name} into ~/.aws/config.",
        )
    found = credentials.keys(services, name)
    document = {
        "Version": 1,
        "AccessKeyId": found.access_key_id,
        "SecretAccessKey": found.secret_access_key,
        "SessionToken": found.session_token or None,
        "Expiration": instant(found.expires),
    }
    output.document({key: value for key, value in document.items() if value is not None})
    return 0


def _map(services: Services, options: argparse.Namespace, output: Output) -> int:
    if not options.names:
        output.pages(tables.MAPPED, [registry_map.lines(services)])
        return 0
    pattern, name = _names(options, 2, 2)
    line = registry_map.Mapped(pattern, name, next(iter(options.region), ""))
    if options.dry_run:
        return portals.said(output, name, f"would map {pattern} to {name}")
    registry_map.put(services, line)
    if name not in {profile.name for profile in services.sessions.profiles()}:
        narration.say(f"there is no credential and no profile {name} yet")
    return portals.said(output, name, f"{pattern} goes with {name}")


def _unmap(services: Services, options: argparse.Namespace, output: Output) -> int:
    (pattern,) = _names(options, 1, 1)
    if options.dry_run:
        return portals.said(output, pattern, f"would take {pattern} out of the map")
    registry_map.drop(services, pattern)
    return portals.said(output, pattern, f"{pattern} is not in the map any more")


def _keep(services: Services, options: argparse.Namespace, output: Output) -> int:
    (where,) = _names(options, 0, 1) or ("",)
    if where and options.move:
        plan = relocating.plan(services, vaults.of_name(where), move=True)
        return carry_out(
            services, options, output, plan, lambda watch: relocating.run(services, plan, watch)
        )
    if where:
        place = vaults.of_name(where)
        now = relocating.standing(services)
        if options.dry_run:
            return portals.said(output, where, f"would keep secrets in {where}")
        vaults.choose(services.state, place)
        if now.kept and now.where != where:
            narration.say(f"{now.kept} stay in {now.where}: --move takes them along")
    used, by = vaults.place(services.settings, services.state)
    if where and used != where:
        narration.say(f"but {by} says {used}, which goes first")
    return portals.said(output, used, f"secrets are kept in: {used}")


_TRIES = 3


def _unlock(services: Services, options: argparse.Namespace, output: Output) -> int:
    _names(options, 0, 0)
    seconds: int = options.lifetime
    unlocking.check(services, seconds)
    if options.dry_run:
        return portals.said(output, "file", f"would unlock it for {duration(seconds)}")
    for left in reversed(range(_TRIES)):
        try:
            unlocking.unlock(services, vaults.passphrase(services.questions), seconds)
            break
        except WrongPassphrase as wrong:
            if not left or vaults.passphrase_is_given():
                raise
            narration.say(wrong.title)
    return portals.said(output, "file", f"the encrypted file is unlocked for {duration(seconds)}")


def _lock(services: Services, options: argparse.Namespace, output: Output) -> int:
    _names(options, 0, 0)
    if options.dry_run:
        return portals.said(output, "file", "would lock the encrypted file")
    ended = unlocking.lock(services)
    return portals.said(
        output, "file", f"the encrypted file is locked{'' if ended else ' already'}"
    )


_ACTIONS: dict[str, Action] = {
    "list": _list,
    "add": _add,
    "test": _test,
    "rename": _rename,
    "remove": _remove,
    "import": _import,
    "rotate": _rotate,
    "process": _process,
    "map": _map,
    "unmap": _unmap,
    "keep": _keep,
    "unlock": _unlock,
    "lock": _lock,
    "destroy-backups": _destroy_backups,
    "sign-in": portals.sign_in,
    "sign-out": portals.sign_out,
    "sessions": portals.sessions,
    "accounts": portals.accounts,
}


def _names(options: argparse.Namespace, fewest: int, most: int) -> list[str]:
    names: list[str] = options.names
    if not fewest <= len(names) <= most:
        wanted = "no name" if most == 0 else "one name" if most == 1 else f"{fewest} names"
        raise UsageError(
            f"{options.action} takes {wanted if most < 100 else 'one name or more'}",
            title="Wrong usage",
            hint=f"{PROGRAM} credentials --help lists what it takes.",
        )
    return names


def _say_where(services: Services) -> None:
    if services.vault.where == "memory":
        narration.say("it is kept in memory, and gone when this command ends")
    elif not services.state.lasting:
        narration.say("but not its name: the state folder cannot be written (ecrtui doctor)")
