"""The credentials screen: each command by each of its keys, over a real keyring."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from ecrtui.config import commands as kinds
from ecrtui.config.commands import CREDENTIAL_COMMANDS, Command
from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.model.credentials import Credential, WayIn
from ecrtui.render.sizes import account
from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.forms.vault_place import VaultPlaceForm
from ecrtui.tui.screens.confirm import Confirm
from ecrtui.tui.screens.details import Details
from ecrtui.tui.screens.plan import PlanScreen
from ecrtui.tui.screens.renewal.sign_in import SignIn
from ecrtui.workflows.credentials import at_hand, registry_map, signing_in, vaults
from ecrtui.workflows.services import Options, Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.keyrings import SecretService, secret_service
from tests.tui import credential_forms
from tests.tui.explorer import Person, opened

__all__ = ["secret_service"]

APP = "team/app"
REGIONS = ("--region", worlds.REGION)
Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {**credential_forms.SCENARIOS}


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.strip("_").replace("_", "-")] = run
    return run


def key_of(sandbox: Sandbox) -> AccessKey:
    return next(key for key in sandbox.world.keys.values() if key.account == worlds.ACCOUNT)


def keys_of(sandbox: Sandbox) -> tuple[str, str]:
    key = key_of(sandbox)
    return key.id, key.secret


def furnish(person: Person, sandbox: Sandbox) -> None:
    """Keys that are kept, and a role that they assume."""
    key, (role,) = key_of(sandbox), sandbox.world.roles
    services = person.session.services
    at_hand.add(services, Credential("work", key.id, key.secret, region=worlds.REGION))
    at_hand.add(services, Credential("visitor", role_arn=role, source="work", region=worlds.REGION))


async def look(person: Person, name: str) -> WayIn:
    """Go to the list and stand on a credential."""
    await person.press("C")
    await person.at(kinds.CREDENTIALS)
    return await stand_on(person, name)


async def stand_on(person: Person, name: str) -> WayIn:
    await person.until(lambda: name in names(person), f"{name} in the list")
    row = next(row for row in person.listing.table.data.rows if row.way.name == name)
    await person.press("g", *["j"] * person.rows.index(row.key))
    assert person.listing.table.current == row
    found: WayIn = row.way
    return found


def names(person: Person) -> list[str]:
    return [row.way.name for row in person.listing.table.data.rows]


def way_of(person: Person, name: str) -> WayIn:
    found: WayIn = next(row.way for row in person.listing.table.data.rows if row.way.name == name)
    return found


def line_of(person: Person, name: str) -> str:
    row = next(row for row in person.listing.table.data.rows if row.way.name == name)
    return person.line_of(row.key)


@pytest.mark.parametrize(
    ("command", "key"),
    [(command, key) for command in CREDENTIAL_COMMANDS for key in command.keys or ("",)],
    ids=lambda value: value.id if isinstance(value, Command) else value,
)
async def test_command(
    sandbox: Sandbox, secret_service: SecretService, command: Command, key: str
) -> None:
    secret_service.start()
    worlds.add_repository(sandbox.world, APP)
    async with opened(*REGIONS, size=(130, 30)) as person:
        await person.at(kinds.REGISTRIES)
        furnish(person, sandbox)
        await SCENARIOS[command.id](person, sandbox, key)


def test_no_scenario_is_left_over() -> None:
    assert set(SCENARIOS) == {command.id for command in CREDENTIAL_COMMANDS}


@scenario
async def credentials(person: Person, sandbox: Sandbox, key: str) -> None:
    await person.press("enter")
    await person.at(kinds.REPOSITORIES)
    await person.press(key)
    await person.at(kinds.CREDENTIALS)
    assert {"main", "other", "work", "visitor"} <= set(names(person))
    for told in ("static keys", "never", "renews", "keyring", "aws files"):
        assert told in person.text
    await stand_on(person, "visitor")
    await person.press("enter")
    await person.at(kinds.CREDENTIAL)
    await person.sees("visitor ← work")
    await person.press(key)
    await person.at(kinds.CREDENTIALS)
    assert names(person)[person.listing.table.cursor] != ""
    await person.press("escape")
    await person.at(kinds.REPOSITORIES)


@scenario
async def _test_credential(person: Person, sandbox: Sandbox, key: str) -> None:
    await look(person, "work")
    await person.press(key)
    await person.until(lambda: "reads ECR" in line_of(person, "work"), "what the test found")
    assert account(worlds.ACCOUNT) in line_of(person, "work")
    assert way_of(person, "work").used is not None
    await person.press("*", key)  # all of them, at the same time
    every = lambda: all(way_of(person, name).tested for name in names(person))  # noqa: E731
    await person.until(every, "all tests")
    assert account(worlds.OTHER_ACCOUNT) in line_of(person, "visitor")
    sandbox.world.keys.pop(key_of(sandbox).id)
    await person.press("*")
    await stand_on(person, "work")
    await person.press("enter")
    await person.at(kinds.CREDENTIAL)
    await person.press(key)
    await person.until(lambda: person.session.asker.listening, "a question for other keys")
    await person.press("escape")
    await person.sees("Problem")
    await person.sees("What to do")


@scenario
async def use_credential(person: Person, sandbox: Sandbox, key: str) -> None:
    await look(person, "work")
    await person.press(key)
    await person.at(kinds.REPOSITORIES)
    assert person.rows == [APP]
    assert "work" in person.crumbs


@scenario
async def map_credential(person: Person, sandbox: Sandbox, key: str) -> None:
    await look(person, "main")
    await person.press(key)  # one came from no registry: all of its account
    assert person.typed == f"{worlds.ACCOUNT}.dkr.ecr.*.amazonaws.com"
    await person.press("escape", "escape", "enter")
    await person.at(kinds.REPOSITORIES)
    host = person.place.host_here()
    await look(person, "work")
    await person.press(key)
    assert person.typed == host
    await person.press("enter")
    await person.until(lambda: way_of(person, "work").registries == (host,), "the pattern")
    assert host in line_of(person, "work")
    (line,) = registry_map.lines(person.session.services)
    assert line == registry_map.Mapped(host, "work", worlds.REGION)
    await person.press(key, "!", "enter")
    await person.sees("with * where anything goes")
    assert person.typed == f"{host}!"
    await person.press("backspace", *" EU!", "enter")
    await person.sees("eu-west-1, for instance")


@scenario
async def unmap_credential(person: Person, sandbox: Sandbox, key: str) -> None:
    services = person.session.services
    await look(person, "work")
    await person.press(key)
    await person.hears("The map does not name it")
    for pattern in ("1111*", "2222*"):
        registry_map.put(services, registry_map.Mapped(pattern, "work"))
    await person.again()
    assert "2 patterns" in line_of(person, "work")
    await person.press(key)
    await person.choose("2222")
    await person.until(lambda: way_of(person, "work").registries == ("1111*",), "one pattern")
    await person.press(key)
    await person.until(lambda: way_of(person, "work").registries == (), "no pattern")
    assert registry_map.lines(services) == []


@scenario
async def rename_credential(person: Person, sandbox: Sandbox, key: str) -> None:
    await look(person, "main")
    await person.press(key)
    await person.hears("AWS's files declare it")
    await stand_on(person, "work")
    await person.press(key, *["backspace"] * 4, *"visitor", "enter")
    await person.sees("That name is taken")
    assert person.typed == "visitor"
    await person.press(*"/2", "enter")
    await person.until(lambda: "visitor/2" in names(person), "the new name")
    await person.until(lambda: "work" not in names(person), "no old name")
    assert way_of(person, "visitor").source == "visitor/2"
    row = person.listing.table.current
    assert row is not None
    assert row.way.name == "visitor/2"
    await person.press("enter")
    await person.at(kinds.CREDENTIAL)
    await person.press(key, *["backspace"] * 9, *"job", "enter")
    await person.sees("Credential job")
    await person.sees("static keys")


@scenario
async def remove_credential(person: Person, sandbox: Sandbox, key: str) -> None:
    await look(person, "main")
    await person.press(key)
    await person.hears("AWS's files declare it")
    await stand_on(person, "work")
    await person.press(key)
    await person.sees("visitor cannot be assumed any more")
    await person.sees("cannot be brought back")
    assert isinstance(person.app.screen, PlanScreen)
    assert person.app.screen.focused is not None
    assert person.app.screen.focused.id == "cancel"
    await person.press("enter")
    await person.at(kinds.CREDENTIALS)
    assert "work" in names(person)
    await person.press("space")
    await stand_on(person, "visitor")
    await person.press("space", key)
    await person.sees("cannot be brought back")
    assert "assumed any more" not in person.text
    await person.press("right", "enter")
    await person.until(lambda: not {"work", "visitor"} & set(names(person)), "both removed")
    assert person.session.services.vault.holds("work") is False


@scenario
async def copy_environment(person: Person, sandbox: Sandbox, key: str) -> None:
    await look(person, "work")
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, Confirm), "the warning")
    await person.sees("they do not end")
    await person.press("enter")  # Cancel has the focus
    assert person.copied() == ""
    await stand_on(person, "visitor")
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, Confirm), "the warning")
    await person.sees("They work until")
    await person.press("right", "enter")
    await person.hears("AWS_SECRET_ACCESS_KEY")
    lines = dict(line.removeprefix("export ").split("=", 1) for line in copied_lines(person))
    assert lines["AWS_REGION"] == worlds.REGION
    secret, token = lines["AWS_SECRET_ACCESS_KEY"], lines["AWS_SESSION_TOKEN"]
    shown = "\n".join([person.text, *person.said])
    assert secret.strip("'") not in shown
    assert token.strip("'") not in shown
    person.app.copy_to_clipboard("")  # it was put there on purpose


@scenario
async def rotate_key(person: Person, sandbox: Sandbox, key: str) -> None:
    world, old = sandbox.world, key_of(sandbox)

    async def planned(*words: str) -> None:
        for word in words:
            await person.sees(word)
        assert isinstance(person.app.screen, PlanScreen)
        assert person.app.screen.focused is not None
        assert person.app.screen.focused.id == "cancel"

    await look(person, "main")
    await person.press(key)
    await person.hears("move its keys here first")
    await stand_on(person, "visitor")
    await person.press(key)
    await person.hears("no access key of its own")
    await stand_on(person, "work")
    await person.press(key)
    await planned(":user/tester", "other machines", "The profile main of AWS's files")
    await person.press("enter")
    await person.at(kinds.CREDENTIALS)
    assert world.keys[old.id].active
    await person.press(key)
    await planned("make a new key")
    await person.press("right", "enter")
    await person.until(lambda: way_of(person, "work").rotation == "waits", "the new key")
    assert not world.keys[old.id].active
    await person.press("enter")
    await person.at(kinds.CREDENTIAL)
    await person.sees("the rotation of its key is not finished")
    await person.press(key)
    await person.choose("take it back")
    await planned("activate it again")
    await person.press("right", "enter")
    await person.until(lambda: "is not finished" not in person.text, "the old key")
    assert world.keys[old.id].active
    await person.press(key)
    await planned("make a new key")
    await person.press("right", "enter")
    await person.sees("the rotation of its key is not finished")
    await person.press(key)
    await person.choose("finish it")
    await planned("cannot be brought back")
    await person.press("right", "enter")
    await person.until(lambda: "is not finished" not in person.text, "an end")
    assert old.id not in world.keys


@scenario
async def sign_out(person: Person, sandbox: Sandbox, key: str) -> None:
    await look(person, "main")
    await person.press(key)
    await person.hears("no portal that somebody signed in to")
    services, world = person.session.services, sandbox.world
    world.portal.open(worlds.PORTAL, "jo@example.com", session="corp", region=worlds.REGION)
    signing_in.add_session(services, "corp", worlds.PORTAL, worlds.REGION)
    await person.again()
    await stand_on(person, "corp")
    await person.press(key)
    await person.hears("Nobody is signed in there")
    code = signing_in.begin(services, "corp")
    world.portal.confirm(code.user_code)
    signing_in.finish(services, "corp", code, Watch())
    await person.again()
    await person.until(lambda: "sign in" not in line_of(person, "corp"), "a session")
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, Confirm), "the question")
    await person.press("enter")  # Cancel has the focus
    assert signing_in.sessions(services)[0].expires is not None
    await person.press(key, "right", "enter")
    await person.until(lambda: "signed out" in line_of(person, "corp"), "an end of it")
    await person.press("D")
    await person.until(lambda: isinstance(person.app.screen, Confirm), "the question")
    await person.press("right", "enter")
    await person.until(lambda: "corp" not in names(person), "no such portal")


@scenario
async def unlock(person: Person, sandbox: Sandbox, key: str) -> None:
    await look(person, "main")
    await person.press(key)
    await person.hears("not locked")
    services, given = person.session.services, ["four random words"]
    services.questions = vaults.Questions(passphrase=lambda _: given[0])
    vaults.choose(services.state, "file")
    services.use_place("file", vaults.sealed(services.locations, services.questions))
    at_hand.add(services, Credential("in-file", *keys_of(sandbox)))
    # As another start has it: nobody has told the passphrase yet.
    services.use_place("file", vaults.sealed(services.locations, services.questions))
    await person.again()
    await person.sees(f"{key} unlocks it")
    first = person.listing.table.data.row_at(0)
    assert first is not None
    assert first.note  # whatever its name
    given[0] = "four other words"
    await person.press(key)
    await person.hears("Wrong passphrase")
    await person.sees(f"{key} unlocks it")
    given[0] = "four random words"
    await person.press("g", "enter")
    await person.until(lambda: "unlocks it" not in person.text, "no locked file")
    await person.sees("kept in the encrypted file")
    await person.press(key)
    await person.sees(f"{key} unlocks it")
    assert services.vault.locked()


def copied_lines(person: Person) -> list[str]:
    return person.copied().splitlines()


# What else the screen does


def keep(sandbox: Sandbox, name: str) -> None:
    key, services = key_of(sandbox), Services(Options(), Settings(), Locations.standard())
    at_hand.add(services, Credential(name, key.id, key.secret, region=worlds.REGION))
    services.close()


async def test_the_list_opens_no_keyring(sandbox: Sandbox, secret_service: SecretService) -> None:
    secret_service.start()
    keep(sandbox, "work")
    secret_service.pause()
    async with opened(*REGIONS) as person:
        await look(person, "work")
        await person.press("enter")
        await person.at(kinds.CREDENTIAL)
        await person.sees("Nobody has tested it yet")
    secret_service.go_on()


async def test_a_locked_keyring_is_told_where_it_is_in_the_way(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    keep(sandbox, "work")
    secret_service.lock()
    async with opened(*REGIONS) as person:
        await look(person, "work")
        await person.sees("U unlocks it")
        await person.press("U")
        await person.hears("The keyring is locked")  # nobody is here to answer its dialog
        await stand_on(person, "work")
        await person.press("t")
        await person.until(lambda: person.app.screen is not person.place, "a dialog")
        await person.until(lambda: person.session.asker.listening, "its ear")
        await person.press("escape")
        await person.until(lambda: "locked" in line_of(person, "work"), "why it could not be")
        await person.press("E")
        await person.hears("locked")
        assert person.copied() == ""
        await person.press("n", "x", "enter")
        await person.until(lambda: "is locked" in person.lines[-2], "what is wrong")
        assert person.typed == "workx"


async def test_no_keyring_is_a_row_that_says_so(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start_bus()
    async with opened(*REGIONS) as person:
        await look(person, "main")
        await person.sees("no keyring")
        await person.sees("No keyring is here")
        await person.press("g", "exclamation_mark")
        await person.until(lambda: isinstance(person.app.screen, Details), "what may be chosen")
        await person.sees("Choose once")
        await person.press("escape", "t")
        await person.hears("no credential to stand on")
        await person.press("enter")
        await person.until(lambda: isinstance(person.app.screen, VaultPlaceForm), "the choice")
        await person.press("escape")
        secret_service.start()
        await person.again()
        await person.until(lambda: "no keyring" not in person.text, "a keyring")
        await person.sees("kept in Secret Service")


async def test_what_needs_a_sign_in_says_so(
    asking_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECRTUI_VAULT", "memory")
    async with opened(*REGIONS, size=(100, 30)) as person:
        await look(person, worlds.SSO_SESSION)
        for name in (worlds.SSO_SESSION, worlds.SSO_PROFILE):
            assert "sign in" in line_of(person, name)
        assert "signed out" in line_of(person, worlds.SSO_SESSION)
        assert "code" in line_of(person, worlds.MFA_PROFILE)
        for key in "tuED":
            await person.press(key)
        await person.hears("A portal is signed in to")
        await stand_on(person, worlds.SSO_SESSION)
        await person.press("enter")
        await confirmed(person, asking_sandbox)
        await person.until(
            lambda: "sign in" not in line_of(person, worlds.SSO_SESSION), "a session"
        )
        assert "sign in" not in line_of(person, worlds.SSO_PROFILE)
        await person.press("enter")  # now there is something to tell
        await person.at(kinds.CREDENTIAL)
        await person.sees(worlds.PORTAL)
        await person.press("ctrl+r")
        await confirmed(person, asking_sandbox)
        await person.at(kinds.CREDENTIAL)
        await person.press("escape")
        await stand_on(person, worlds.SSO_PROFILE)
        await person.press("enter")
        await person.at(kinds.CREDENTIAL)
        await person.sees("SSO session")
        await person.sees(worlds.SSO_SESSION)


async def confirmed(person: Person, sandbox: Sandbox) -> None:
    """The code that is shown is confirmed in somebody's browser."""
    await person.until(lambda: bool(dialog(person).code), "a code")
    code = dialog(person).code
    assert code is not None
    sandbox.world.portal.confirm(code.user_code)
    await person.until(lambda: not isinstance(person.app.screen, SignIn), "an end of it")


def dialog(person: Person) -> SignIn:
    screen = person.app.screen
    if not isinstance(screen, SignIn):
        raise LookupError("nobody is asked to sign in")
    return screen


async def test_what_the_environment_says_is_one_of_them(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_id, secret = keys_of(sandbox)
    monkeypatch.setenv("ECRTUI_VAULT", "memory")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    monkeypatch.delenv("AWS_PROFILE")
    async with opened(*REGIONS) as person:
        await look(person, "")
        assert "(environment)" in line_of(person, "")
        await person.press("t")
        await person.until(lambda: "reads ECR" in line_of(person, ""), "what the test found")
        for key in "nDm":
            await person.press(key)
        await person.hears("It has no name")
        await person.press("enter")
        await person.at(kinds.CREDENTIAL)
        await person.sees("Credential (environment)")
