"""Credentials that end while one works: asked for where one stands, and all goes on."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
import segno

from ecrtui.config import commands as kinds
from ecrtui.errors import SessionExpired, SessionRevoked
from ecrtui.model.credentials import Credential
from ecrtui.model.places import Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.model.signing_in import Lasting
from ecrtui.sandbox.mfa import Device
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui import background
from ecrtui.tui.forms.other_keys import OtherKeys
from ecrtui.tui.forms.vault_place import VaultPlaceForm
from ecrtui.tui.jobs import Job, JobState
from ecrtui.tui.screens.renewal.again import TryAgain
from ecrtui.tui.screens.renewal.sign_in import SignIn
from ecrtui.tui.widgets.qr_code import QrCode
from ecrtui.workflows import browse, callers
from ecrtui.workflows.credentials import at_hand
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.keyrings import SecretService, secret_service
from tests.tui.explorer import Person, opened

__all__ = ["secret_service"]

SSO = ("--profile", worlds.SSO_PROFILE, "--region", worlds.REGION)
MFA = ("--profile", worlds.MFA_PROFILE, "--region", worlds.REGION)
TITLE = f"Sign in to {worlds.SSO_SESSION}"


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is gone with the test."""
    monkeypatch.setenv("ECRTUI_VAULT", "memory")


@pytest.fixture
def sandbox(asking_sandbox: Sandbox) -> Sandbox:
    """With a repository."""
    worlds.add_repository(asking_sandbox.world, "team/app")
    return asking_sandbox


async def asked(person: Person, title: str = TITLE) -> None:
    """Wait for a question that listens."""
    await person.sees(title)
    await person.until(lambda: person.session.asker.listening, "a question that listens")


async def code_shown(person: Person, sandbox: Sandbox) -> str:
    """Wait for the dialog with a code."""
    await asked(person)
    await person.until(lambda: dialog(person).code is not None, "a code")
    *_, code = sandbox.world.portal.waiting()
    await person.sees(code)
    return code


def dialog(person: Person) -> SignIn:
    screen = person.app.screen
    assert isinstance(screen, SignIn)
    return screen


async def signed_out(person: Person) -> None:
    await person.at(kinds.REGISTRIES)
    await person.sees("Enter signs in")


async def sign_in(person: Person, sandbox: Sandbox) -> None:
    """From the row that is signed out."""
    await signed_out(person)
    await person.press("enter")
    sandbox.world.portal.confirm(await code_shown(person, sandbox))
    await person.hears("Signed in")
    await person.until(lambda: person.settled and not person.reading, "an end of all reading")


async def test_a_row_that_is_signed_out_signs_in(sandbox: Sandbox) -> None:
    async with opened(*SSO) as person:
        await sign_in(person, sandbox)
        await person.sees("Auditor")
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        assert person.rows == ["team/app"]


async def test_it_ends_in_the_middle_of_a_list(sandbox: Sandbox) -> None:
    for number in range(1100):
        worlds.add_repository(sandbox.world, f"more/{number:04}")
    async with opened(*SSO) as person:
        await sign_in(person, sandbox)
        sandbox.faults.add("expire", operation="DescribeRepositories", skip=1)
        await person.press("enter")
        code = await code_shown(person, sandbox)
        assert person.place.spot.kind == kinds.REPOSITORIES
        assert len(person.rows) == 1000
        sandbox.faults.clear()
        sandbox.world.portal.confirm(code)
        await person.at(kinds.REPOSITORIES)
        assert len(set(person.rows)) == len(person.rows) == 1101
        assert person.place.reading.problem is None


def device(sandbox: Sandbox) -> Device:
    (one,) = sandbox.world.mfa.values()
    one.once = False  # a test does not wait half a minute for the next one
    return one


async def test_a_role_asks_for_a_code(sandbox: Sandbox) -> None:
    async with opened(*MFA) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await asked(person, "MFA code")
        await person.sees(device(sandbox).serial)
        await person.press(*device(sandbox).code(), "enter")
        await person.hears("Signed in")
        await person.until(lambda: person.settled, "an end of reading")
        await person.sees("on-call")
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        assert person.rows == ["team/app"]


async def test_a_wrong_code_is_asked_again(sandbox: Sandbox) -> None:
    right = device(sandbox).code()
    wrong = "000000" if right != "000000" else "111111"
    async with opened(*MFA) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await asked(person, "MFA code")
        await person.press(*wrong, "enter")
        await person.sees("was not taken")
        await asked(person, "MFA code")
        await person.press(*device(sandbox).code(), "enter")
        await person.hears("Signed in")


async def test_no_code_leaves_the_place_as_it_is(sandbox: Sandbox) -> None:
    async with opened(*MFA) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await asked(person, "MFA code")
        await person.press("escape")
        await person.hears("No MFA code was given")
        await person.until(lambda: person.app.screen is person.place, "the place")
        await person.press("j", "k")
        assert person.place.spot.kind == kinds.REGISTRIES


async def in_repositories(person: Person, sandbox: Sandbox) -> None:
    """Signed in to the portal, at the list."""
    await sign_in(person, sandbox)
    await person.press("enter")
    await person.at(kinds.REPOSITORIES)


def end(sandbox: Sandbox) -> None:
    """The keys are refused, and the portal's session is over."""
    sandbox.faults.add("expire", service="ecr")
    sandbox.world.portal.end_sessions()


# The portal's dialog


async def test_a_denied_code_gives_way_to_a_new_one(sandbox: Sandbox) -> None:
    async with opened(*SSO) as person:
        await signed_out(person)
        await person.press("enter")
        first = await code_shown(person, sandbox)
        sandbox.world.portal.deny(first)
        await person.sees("n asks for a new code")
        assert "denied" in person.text.lower()
        assert first not in person.text
        await person.press("n")
        second = await code_shown(person, sandbox)
        assert second != first
        sandbox.world.portal.confirm(second)
        await person.hears("Signed in")


async def test_a_code_that_expires_says_so(sandbox: Sandbox) -> None:
    sandbox.world.portal.slow_down()
    async with opened(*SSO) as person:
        await signed_out(person)
        await person.press("enter")
        await code_shown(person, sandbox)
        sandbox.world.portal.expire_codes()
        await person.sees("expired")
        await person.sees("n asks for a new code")
        await person.press("escape")
        await person.until(lambda: person.app.screen is person.place, "the place")


async def test_code_and_address_are_copied(sandbox: Sandbox) -> None:
    async with opened(*SSO) as person:
        await signed_out(person)
        await person.press("enter")
        code = await code_shown(person, sandbox)
        await person.press("y")
        assert person.copied() == code
        await person.press("a")
        assert person.copied().startswith("http")
        assert code in person.copied()
        await person.press("o")
        await person.hears("no display here")


async def test_the_qr_code_is_that_of_the_address(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(*SSO, size=(80, 24)) as person:
        await signed_out(person)
        await person.press("enter")
        await code_shown(person, sandbox)
        shown = dialog(person)
        assert shown.code is not None
        wanted = segno.make_qr(shown.code.address_with_code, error="l", boost_error=False)
        columns = len(wanted.matrix[0]) + 4
        area = shown.query_one(QrCode).region
        lines = person.lines[area.y : area.bottom]
        drawn = [line[area.x : area.right] for line in lines]
        halves = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}
        rows = [[halves[sign][half] for sign in line] for line in drawn for half in (0, 1)]
        inside = [row[2 : columns - 2] for row in rows[2 : len(wanted.matrix) + 2]]
        assert inside == [list(map(int, row)) for row in wanted.matrix]


async def test_an_address_too_long_for_a_qr_code(sandbox: Sandbox) -> None:
    sandbox.world.portal.address = "https://example.com/" + 3000 * "x"
    async with opened(*SSO, size=(80, 24)) as person:
        await signed_out(person)
        await person.press("enter")
        sandbox.world.portal.confirm(await code_shown(person, sandbox))
        await person.hears("Signed in")


async def test_without_a_keyring_the_dialog_chooses_another_place(
    sandbox: Sandbox, secret_service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ECRTUI_VAULT", raising=False)
    secret_service.start_bus()
    async with opened(*SSO) as person:
        await signed_out(person)
        await person.press("enter")
        await asked(person, "No keyring is here")
        await person.sees("an encrypted file")
        assert "new code" not in person.text
        await person.press("K")
        await person.until(lambda: isinstance(person.app.screen, VaultPlaceForm), "the choice")
        await person.press("right", "enter")
        await person.until(lambda: sandbox.world.portal.waiting(), "a code")
        sandbox.world.portal.confirm(await code_shown(person, sandbox))
        await person.hears("Signed in")
        assert person.session.services.vault.where == "memory"


async def test_ascii_has_no_qr_code(sandbox: Sandbox, home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text("ascii = true\n")
    async with opened(*SSO) as person:
        await signed_out(person)
        await person.press("enter")
        await code_shown(person, sandbox)
        assert person.text.isascii()


# Calls that wait


async def test_calls_that_fail_together_share_one_dialog(sandbox: Sandbox) -> None:
    async with opened(*SSO) as person:
        await in_repositories(person, sandbox)
        end(sandbox)
        found: list[object] = []
        services = person.session.services
        registry = Registry(worlds.SSO_PROFILE, worlds.REGION)

        def read() -> None:
            found.append(list(browse.repositories(services, registry)))

        work = [
            threading.Thread(target=callers.on_behalf, args=(background.ASKED, read), daemon=True)
            for _ in range(3)
        ]
        for thread in work:
            thread.start()
        await person.press("r")
        code = await code_shown(person, sandbox)
        assert sum(isinstance(one, SignIn) for one in person.app.screen_stack) == 1
        sandbox.faults.clear()
        sandbox.world.portal.confirm(code)
        await person.until(lambda: len(found) == 3, "all that was read")
        await person.until(lambda: person.settled, "the list")
        assert person.place.reading.problem is None
        assert person.app.screen is person.place


async def test_who_one_is_stays_in_the_first_line_after_a_renewal_for_a_deed(
    sandbox: Sandbox,
) -> None:
    async with opened(*SSO) as person:
        await in_repositories(person, sandbox)
        await person.until(lambda: "Auditor" in person.lines[0], "who one is")
        end(sandbox)
        services, found = person.session.services, []
        registry = Registry(worlds.SSO_PROFILE, worlds.REGION)

        def read() -> None:  # as a plan does: the place itself reads nothing again
            found.append(list(browse.repositories(services, registry)))

        work = threading.Thread(
            target=callers.on_behalf, args=(background.ASKED, read), daemon=True
        )
        work.start()
        code = await code_shown(person, sandbox)
        sandbox.faults.clear()
        sandbox.world.portal.confirm(code)
        await person.until(lambda: found, "what was read")
        await person.until(lambda: "Auditor" in person.lines[0], "who one is")
        assert "renews" not in person.lines[0]


async def test_what_is_given_up_is_not_asked_again(sandbox: Sandbox) -> None:
    async with opened(*SSO) as person:
        await in_repositories(person, sandbox)
        end(sandbox)
        await person.press("r")
        await code_shown(person, sandbox)
        await person.press("escape")
        await person.until(lambda: person.settled, "an end of reading")
        assert isinstance(person.place.reading.problem, SessionRevoked)
        assert person.rows == ["team/app"]
        await person.sees("stale, read")
        await person.sees("ctrl+r signs in again")
        await person.sees("revoked, ctrl+r renews")
        await person.press("enter")
        await person.at(kinds.IMAGES)
        assert isinstance(person.place.reading.problem, SessionRevoked)
        await person.press("r")
        code = await code_shown(person, sandbox)
        sandbox.faults.clear()
        sandbox.world.portal.confirm(code)
        await person.until(lambda: person.place.reading.problem is None, "the images")
        await person.until(lambda: "revoked" not in person.crumbs, "that it is taken again")


async def test_profiles_that_share_a_session_are_one_question(
    sandbox: Sandbox,
) -> None:
    with Path(os.environ["AWS_CONFIG_FILE"]).open("a") as config:
        config.write(
            f"[profile second]\nregion = {worlds.REGION}\nsso_session = {worlds.SSO_SESSION}\n"
            f"sso_account_id = {worlds.ACCOUNT}\nsso_role_name = Administrator\n"
        )
    async with opened(*SSO) as person:
        await signed_out(person)
        await person.press("enter")
        await code_shown(person, sandbox)
        await person.press("escape")
        await person.until(lambda: person.app.screen is person.place, "the place")
        await person.press("A")
        await person.choose("second")
        await person.at(kinds.REPOSITORIES)
        assert person.place.reading.problem is not None  # given up for the other, for both
        await person.press("r")
        sandbox.world.portal.confirm(await code_shown(person, sandbox))
        await person.at(kinds.REPOSITORIES)
        await person.until(lambda: person.rows == ["team/app"], "the list")
        await person.press("~")
        await person.at(kinds.REGISTRIES)
        await person.until(lambda: "Enter signs in" not in person.text, "both are signed in")


async def test_what_reads_by_itself_asks_nobody(sandbox: Sandbox) -> None:
    async with opened(*SSO) as person:
        await in_repositories(person, sandbox)
        end(sandbox)
        person.place.reload_by_itself()
        await person.until(lambda: person.settled, "an end of reading")
        await person.sees("revoked, ctrl+r renews")
        assert person.app.screen is person.place
        await person.press("ctrl+r")
        code = await code_shown(person, sandbox)
        sandbox.faults.clear()
        sandbox.world.portal.confirm(code)
        await person.until(lambda: person.place.reading.problem is None, "the list, by itself")


def listing_job(person: Person) -> Job:
    """A job that reads the registry."""
    services = person.session.services
    registry = Registry(worlds.SSO_PROFILE, worlds.REGION)

    def run(_: Watch) -> Outcome:
        pages = list(browse.repositories(services, registry))
        return Outcome(sentence=f"read {sum(len(page.items) for page in pages)}")

    plan = Plan(kind="read", source="all", target="nothing")
    return person.session.jobs.start(plan, run, lambda _: None)


async def test_a_job_waits_and_goes_on(sandbox: Sandbox) -> None:
    async with opened(*SSO) as person:
        await in_repositories(person, sandbox)
        end(sandbox)
        job = listing_job(person)
        code = await code_shown(person, sandbox)
        await person.until(lambda: job.moment.waits == "a sign-in", "a job that says that it waits")
        assert job.state is JobState.RUNNING
        sandbox.faults.clear()
        sandbox.world.portal.confirm(code)
        await person.until(lambda: job.state is JobState.DONE, "the end of the job")
        assert [line for _, line in job.watch.log] == ["waits for a sign-in", "goes on"]


async def test_a_stopped_job_waits_no_longer(sandbox: Sandbox) -> None:
    async with opened(*SSO) as person:
        await in_repositories(person, sandbox)
        end(sandbox)
        job = listing_job(person)
        await code_shown(person, sandbox)
        person.session.jobs.stop(job)
        await person.until(lambda: job.state is JobState.STOPPED, "the end of the job")
        await person.until(lambda: person.app.screen is person.place, "the place")


async def test_one_can_leave_while_it_is_asked(sandbox: Sandbox) -> None:
    async with opened(*SSO) as person:
        await in_repositories(person, sandbox)
        end(sandbox)
        await person.press("r")
        await code_shown(person, sandbox)
        person.app.post_message(person.key("ctrl+q"))
        await person.left()


# Other keys, and what is outside ecrtui


async def test_other_keys_are_tested_and_kept(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = next(key for key in sandbox.world.keys.values() if key.account == worlds.ACCOUNT)
    new = sandbox.world.add_key(worlds.ACCOUNT, "another")
    monkeypatch.delenv("AWS_PROFILE")
    async with opened("--profile", "kept", "--region", worlds.REGION) as person:
        services = person.session.services
        at_hand.add(services, Credential("kept", old.id, old.secret, region=worlds.REGION))
        await person.again()
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        sandbox.faults.add("expire", service="ecr", times=1)
        await person.press("r")
        await asked(person, "New keys for kept")
        await person.press(*("AKIA" + 16 * "0"), "tab", *new.secret, "enter")
        await person.sees("no longer accepted")
        assert isinstance(person.app.screen, OtherKeys)
        assert at_hand.kept(services).credential("kept").access_key_id == old.id
        await person.press("shift+tab", *20 * ["backspace"], *new.id, "enter")
        await person.at(kinds.REPOSITORIES)
        assert at_hand.kept(services).credential("kept").access_key_id == new.id
        await person.until(lambda: "another" in person.crumbs, "who one is now")
        assert new.secret not in person.text


async def test_keys_of_another_account_are_not_taken(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = next(key for key in sandbox.world.keys.values() if key.account == worlds.ACCOUNT)
    new = next(key for key in sandbox.world.keys.values() if key.account == worlds.OTHER_ACCOUNT)
    monkeypatch.delenv("AWS_PROFILE")
    async with opened("--profile", "kept", "--region", worlds.REGION) as person:
        services = person.session.services
        at_hand.add(services, Credential("kept", old.id, old.secret, region=worlds.REGION))
        await person.again()
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        sandbox.faults.add("expire", service="ecr", times=1)
        await person.press("r")
        await asked(person, "New keys for kept")
        await person.press(*new.id, "tab", *new.secret, "enter")
        await person.sees("Keys of another account")
        assert at_hand.kept(services).credential("kept").access_key_id == old.id
        assert new.secret not in person.text


async def test_another_account_is_read_anew(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "theirs", account=worlds.OTHER_ACCOUNT)
    theirs = next(key for key in sandbox.world.keys.values() if key.account == worlds.OTHER_ACCOUNT)
    async with opened("--profile", "main", "--region", worlds.REGION) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        await person.until(lambda: "main" in person.session.identities, "who one is")
        sandbox.faults.add("expire", service="ecr")
        await person.press("r")
        await asked(person, "main: the session has expired")
        lines = (f"aws_access_key_id={theirs.id}", f"aws_secret_access_key={theirs.secret}")
        path = Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"])
        path.write_text("\n".join(("[main]", *lines, "")))
        sandbox.faults.clear()
        await person.press("enter")
        await person.until(lambda: person.rows == ["theirs"], "the other account's rows")
        await person.until(lambda: person.place.reading.problem is None, "nothing that failed")


async def test_a_locked_keyring_is_waited_for(
    sandbox: Sandbox, secret_service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECRTUI_VAULT", "keyring")
    monkeypatch.delenv("AWS_PROFILE")
    (key, *_) = sandbox.world.keys.values()
    secret_service.start()
    async with opened("--profile", "kept", "--region", worlds.REGION) as person:
        services = person.session.services
        at_hand.add(services, Credential("kept", key.id, key.secret, region=worlds.REGION))
        secret_service.kill()
        secret_service.start(unlocked=False)
        services.sessions.forget("kept")
        await person.again()
        await person.sees("locked: Enter unlocks")
        await person.press("enter")
        await asked(person, "The keyring is locked")
        secret_service.kill()
        secret_service.start()
        await person.press("enter")
        await person.hears("Signed in as kept")


async def test_what_is_renewed_elsewhere_is_tried_again(sandbox: Sandbox) -> None:
    async with opened("--profile", "main", "--region", worlds.REGION) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        sandbox.faults.add("expire", service="ecr")
        await person.press("r")
        await asked(person, "main: the session has expired")
        await person.press("enter")
        await person.rest()
        await asked(person, "main: the session has expired")
        assert isinstance(person.app.screen, TryAgain)
        sandbox.faults.clear()
        await person.press("enter")
        await person.until(lambda: person.settled, "an end of reading")
        assert person.place.reading.problem is None


async def test_what_to_run_is_copied(sandbox: Sandbox) -> None:
    async with opened("--profile", "main", "--region", worlds.REGION) as person:
        await person.at(kinds.REGISTRIES)
        ended = SessionExpired("over", hint="Run: aws login --profile main, then press r.")
        asker, answers = person.session.asker, []

        def ask() -> None:
            make = lambda: TryAgain("main", ended, ended.hint, ascii_only=True)  # noqa: E731
            answers.append(asker.ask("one", make))

        threading.Thread(target=ask, daemon=True).start()
        await asked(person, "Run this in another terminal")
        await person.press("y")
        assert person.copied() == "aws login --profile main"
        await person.click("try again")
        await person.until(lambda: answers == [True], "the answer")


# Who one is, and for how long


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("seconds", [-5, 30, 300, 7000, 90_000])
async def test_how_long_one_is_signed_in(sandbox: Sandbox, columns: int, seconds: int) -> None:
    repository = worlds.add_repository(sandbox.world, "team/" + "long" * 8)
    worlds.add_image(repository, tags={"v1"})
    main = ("--profile", "main", "--region", worlds.REGION)
    async with opened(*main, f"{repository.name}:v1", size=(columns, 24)) as person:
        await person.at(kinds.IMAGE)
        await person.until(lambda: "main" in person.session.identities, "who one is")
        person.session.lasting["main"] = Lasting(False, time.time() + seconds + 0.5)
        person.place.show_who()
        await person.rest()
        words = {-5: "expired", 30: "under 1m left", 300: "5m left", 7000: "1h", 90_000: "25h"}
        assert words[seconds] in person.crumbs
        assert worlds.ACCOUNT[-4:] in person.crumbs
        assert ("ctrl+r" in person.crumbs) == (seconds < 600)
