"""Roles of a portal are chosen from what it offers: filtered, several at once."""

from __future__ import annotations

import pytest

from ecrtui.config import commands as kinds
from ecrtui.model.credentials import Credential
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.screens.picker import Picker
from ecrtui.tui.screens.renewal.sign_in import SignIn
from ecrtui.workflows.credentials import at_hand, signing_in
from tests import worlds
from tests.tui.credential_forms import at_credentials, in_form, paste, row_of, stand_on
from tests.tui.explorer import Person, opened

MANY = 230
"""Accounts besides: more than a page of the portal."""


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is gone with the test."""
    monkeypatch.setenv("ECRTUI_VAULT", "memory")


@pytest.fixture
def sandbox(asking_sandbox: Sandbox) -> Sandbox:
    """With a repository, and a portal of many accounts."""
    world = asking_sandbox.world
    worlds.add_repository(world, "team/app")
    for number in range(MANY):
        world.add_account(f"{700000000000 + number}", f"more-{number}")
        world.portal.offer(worlds.PORTAL, f"{700000000000 + number}", "Reader")
    return asking_sandbox


async def in_sso(person: Person) -> None:
    """The form, on SSO."""
    await person.at(kinds.REGISTRIES)
    await at_credentials(person)
    await in_form(person, "a")
    await person.press("right", "right")
    await person.until(lambda: "Portal" in person.text, "the lines of SSO")


async def signed_in(person: Person, sandbox: Sandbox) -> None:
    """Confirm the code elsewhere."""
    await person.until(lambda: isinstance(person.app.screen, SignIn), "the question")
    await person.until(lambda: sandbox.world.portal.waiting(), "a code")
    sandbox.world.portal.confirm(sandbox.world.portal.waiting()[0])


async def offered(person: Person, title: str, count: int) -> None:
    """Wait until all of a list is there."""
    await person.until(lambda: isinstance(person.app.screen, Picker), "a list")
    await person.sees(title)
    await person.until(lambda: len(person.choices) == count, f"{count} lines")


async def test_one_role_is_signed_in_for_and_kept(sandbox: Sandbox) -> None:
    async with opened("--region", worlds.REGION, size=(80, 24)) as person:
        await in_sso(person)
        await person.sees(worlds.SSO_SESSION)
        await person.press("enter")
        await signed_in(person, sandbox)
        await offered(person, f"Accounts of {worlds.SSO_SESSION}", MANY + 2)
        await person.choose(worlds.ACCOUNT[:4])
        await offered(person, "Roles in", 2)
        await person.choose("Audit")
        await person.sees("Auditor")
        await person.press(*"-own", "enter")  # a profile of AWS's files is called as is proposed
        await person.sees("STS says")
        await person.sees("It may read ECR")
        await person.press("enter")
        await person.at(kinds.CREDENTIALS)
        (kept,) = person.session.services.vault.kept()
        found = at_hand.kept(person.session.services).credential(kept.name)
        assert (found.sso_session, found.sso_account) == (worlds.SSO_SESSION, worlds.ACCOUNT)
        assert found.sso_role == "Auditor"
        assert kept.name.endswith("-Auditor-own")


async def test_several_at_once_with_names_of_a_pattern(sandbox: Sandbox) -> None:
    async with opened("--region", worlds.REGION, size=(120, 40)) as person:
        await in_sso(person)
        await person.press("enter")
        await signed_in(person, sandbox)
        await offered(person, f"Accounts of {worlds.SSO_SESSION}", MANY + 2)
        await person.press("space", "space", "enter")  # the first two
        await offered(person, "Roles in", 3)
        await person.press("space", "space", "space", "enter")
        await person.sees("3 roles of 2 accounts")
        await person.sees("{account}-{role}")
        await person.sees("Kept as")
        await person.press(*["backspace"] * len("-{role}"))
        await person.sees("Two would be called the same")
        await person.press("enter")
        assert person.session.services.vault.kept() == []
        await person.press(*"_{role}", "enter")
        await person.sees("3 are kept in memory")
        await person.sees("close")
        assert "Auditor: reads ECR" in person.text
        await person.press("enter")
        await person.at(kinds.CREDENTIALS)
        names = {one.name for one in person.session.services.vault.kept()}
        assert len(names) == 3
        assert all("_" in name for name in names)


async def test_a_role_that_is_kept_is_edited(sandbox: Sandbox) -> None:
    async with opened("--region", worlds.REGION) as person:
        await person.at(kinds.REGISTRIES)
        kept = Credential(
            "mine",
            sso_session=worlds.SSO_SESSION,
            sso_account=worlds.ACCOUNT,
            sso_role="Auditor",
        )
        at_hand.add(person.session.services, kept)
        await at_credentials(person)
        await stand_on(person, row_of("mine", "memory"))
        await in_form(person, "e")
        for told in (worlds.SSO_SESSION, "Auditor"):
            assert told in person.text
        await person.press("tab", "tab", *"eu-west-3", "enter")
        await signed_in(person, sandbox)  # the test of it takes that
        await person.sees("STS says")
        found = at_hand.kept(person.session.services).credential("mine")
        assert (found.region, found.sso_role) == ("eu-west-3", "Auditor")


async def test_a_role_asks_for_a_code_while_it_is_tested(sandbox: Sandbox) -> None:
    (device,) = sandbox.world.mfa.values()
    arn = next(arn for arn in sandbox.world.roles if arn.endswith("on-call"))
    text = f"[on-call]\nrole_arn={arn}\nsource_profile=main\nmfa_serial={device.serial}\n"
    async with opened("--region", worlds.REGION) as person:
        await person.at(kinds.REGISTRIES)
        await at_credentials(person)
        await in_form(person, "a")
        await paste(person, text)
        await person.press("enter")
        await person.sees("MFA code")
        await person.until(lambda: person.session.asker.listening, "a question that listens")
        await person.press(*device.code(), "enter")
        await person.sees("STS says")
        assert {one.name for one in person.session.services.vault.kept()} == {"on-call"}


async def test_a_portal_that_is_new(sandbox: Sandbox) -> None:
    url, portal = "https://d-99.awsapps.com/start", sandbox.world.portal
    portal.open(url, "jo@example.com", session="", region=worlds.REGION)
    portal.offer(url, worlds.ACCOUNT, "Administrator")
    async with opened("--region", worlds.REGION) as person:
        await in_sso(person)
        await person.press("tab", "left", "tab", *"nonsense", "enter")
        await person.sees("It looks like https://")
        await person.press(*["backspace"] * 8, *url, "tab", *worlds.REGION, "enter")
        await signed_in(person, sandbox)
        await offered(person, "Accounts of d-99", 1)
        await person.press("escape")
        await person.until(lambda: "d-99 " in person.text, "the form")
        assert url in person.text


async def test_who_gives_up_loses_nothing(sandbox: Sandbox) -> None:
    async with opened("--region", worlds.REGION) as person:
        await in_sso(person)
        await person.press("tab", "tab", "tab", "tab", *"eu-west-3", "enter")
        await person.until(lambda: isinstance(person.app.screen, SignIn), "the question")
        await person.press("escape")
        await person.sees("eu-west-3")
        assert signing_in.sessions(person.session.services)[0].where == ""
