"""Signing in to a portal by a code, with the sandbox's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from ecrtui.errors import (
    ClockSkew,
    EcrtuiError,
    GivenUp,
    NotFound,
    SessionExpired,
    SessionRevoked,
    SignInError,
    UsageError,
)
from ecrtui.model.signing_in import DeviceCode, Renewal
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows import places
from ecrtui.workflows.credentials import signing_in
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.workflows.at_work import services_in
from tests.workflows.rotating import Keyring, services_with_keyring

SESSION, PROFILE = worlds.SSO_SESSION, worlds.SSO_PROFILE


@pytest.fixture
def services(
    asking_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """A home whose secrets are kept in memory."""
    monkeypatch.setenv("ECRTUI_VAULT", "memory")
    made = services_in(tmp_path)
    yield made
    made.close()


def answered(
    services: Services, answer: Callable[[str], None], name: str = SESSION
) -> tuple[DeviceCode, str]:
    """Begin, let the person answer, and finish; the session's token with it."""
    code = signing_in.begin(services, name)
    answer(code.user_code)
    return code, signing_in.finish(services, name, code, Watch()).access_token


def signed_in(services: Services, sandbox: Sandbox) -> None:
    answered(services, sandbox.world.portal.confirm)


def test_a_code_is_confirmed(asking_sandbox: Sandbox, services: Services) -> None:
    portal = asking_sandbox.world.portal
    (before,) = signing_in.sessions(services)
    assert (before.name, before.where, before.expires, before.declared) == (SESSION, "", None, True)
    code, token = answered(services, portal.confirm)
    assert code.user_code in code.address_with_code
    assert code.address_with_code.startswith(code.address)
    assert portal.signed_in(token) is not None
    (after,) = signing_in.sessions(services)
    assert (after.where, after.refreshes) == ("memory", True)
    assert after.expires is not None
    assert after.expires > time.time()
    for value in (code, signing_in.session(services, SESSION)):
        assert token not in repr(value)
        assert code.device_code not in repr(value)


def test_a_profile_names_its_session(asking_sandbox: Sandbox, services: Services) -> None:
    answered(services, asking_sandbox.world.portal.confirm, PROFILE)
    assert [one.name for one in signing_in.sessions(services) if one.where] == [SESSION]


def test_what_the_portal_offers(asking_sandbox: Sandbox, services: Services) -> None:
    signed_in(services, asking_sandbox)
    found = {
        account.id: [role.name for role in signing_in.roles(services, SESSION, account.id)]
        for account in signing_in.accounts(services, SESSION)
    }
    assert found == {
        worlds.ACCOUNT: ["Administrator", "Auditor"],
        worlds.OTHER_ACCOUNT: ["Administrator"],
    }


def test_more_accounts_than_a_page(asking_sandbox: Sandbox, services: Services) -> None:
    world = asking_sandbox.world
    numbers = {f"{number:012}" for number in range(1, 251)}
    for number in numbers:
        world.add_account(number, f"account-{number}")
        world.portal.offer(worlds.PORTAL, number, "Auditor")
    signed_in(services, asking_sandbox)
    assert numbers <= {account.id for account in signing_in.accounts(services, SESSION)}


def test_nobody_has_answered_yet(asking_sandbox: Sandbox, services: Services) -> None:
    """Asked again and again, more slowly when that is wanted, until somebody answers."""
    portal = asking_sandbox.world.portal
    portal.slow_down(1)
    code = signing_in.begin(services, SESSION)
    paused: list[float] = []

    class Impatient(Watch):
        def pause(self, seconds: float) -> None:
            paused.append(seconds)
            if len(paused) == 4:
                portal.confirm(code.user_code)

    signing_in.finish(services, SESSION, code, Impatient())
    first = code.interval
    assert paused == [first, first + 5, first + 5, first + 5]


def test_it_is_denied(asking_sandbox: Sandbox, services: Services) -> None:
    with pytest.raises(SignInError, match="denied"):
        answered(services, asking_sandbox.world.portal.deny)
    assert [one.where for one in signing_in.sessions(services)] == [""]


def test_the_code_expires(asking_sandbox: Sandbox, services: Services) -> None:
    with pytest.raises(SignInError, match="expired"):
        answered(services, lambda _: asking_sandbox.world.portal.expire_codes())


def test_who_waits_can_be_stopped(asking_sandbox: Sandbox, services: Services) -> None:
    code = signing_in.begin(services, SESSION)
    watch = Watch()
    ended: list[EcrtuiError] = []

    def wait() -> None:
        try:
            signing_in.finish(services, SESSION, code, watch)
        except EcrtuiError as failure:
            ended.append(failure)

    thread = threading.Thread(target=wait)
    thread.start()
    watch.stop()
    thread.join(30)
    assert [type(one) for one in ended] == [GivenUp]


def test_the_registration_is_used_again(asking_sandbox: Sandbox, services: Services) -> None:
    portal = asking_sandbox.world.portal
    signed_in(services, asking_sandbox)
    signed_in(services, asking_sandbox)
    assert len(portal.clients) == 1
    portal.forget_clients()
    signed_in(services, asking_sandbox)
    assert len(portal.clients) == 1


def test_no_such_portal(asking_sandbox: Sandbox, services: Services) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        signing_in.begin(services, "nowhere")
    signing_in.add_session(services, "new", "https://other.example.com/start", worlds.REGION)
    with pytest.raises(UsageError, match=r"other\.example\.com"):
        signing_in.begin(services, "new")
    for name, url in ((SESSION, "https://other.example.com/start"), ("ftp", "ftp://a/start")):
        with pytest.raises(UsageError):
            signing_in.add_session(services, name, url, worlds.REGION)


def test_a_session_of_ones_own(asking_sandbox: Sandbox, services: Services) -> None:
    signing_in.add_session(services, "mine", worlds.PORTAL + "/#/", worlds.REGION)
    known = {one.name: one for one in signing_in.sessions(services)}
    assert not known["mine"].declared
    assert known["mine"].expires is None


def test_signing_out(asking_sandbox: Sandbox, services: Services) -> None:
    portal = asking_sandbox.world.portal
    _, token = answered(services, portal.confirm)
    assert signing_in.sign_out(services, PROFILE) == SESSION
    assert portal.signed_in(token) is None
    with pytest.raises(SignInError, match="Nobody is signed in"):
        list(signing_in.accounts(services, SESSION))
    with pytest.raises(NotFound):
        signing_in.sign_out(services, SESSION)


def test_a_portal_of_ones_own_stays_known(asking_sandbox: Sandbox, services: Services) -> None:
    signing_in.add_session(services, "mine", worlds.PORTAL, worlds.REGION)
    answered(services, asking_sandbox.world.portal.confirm, "mine")
    signing_in.sign_out(services, "mine")
    (mine,) = [one for one in signing_in.sessions(services) if one.name == "mine"]
    assert (mine.start_url, mine.where, mine.expires) == (worlds.PORTAL, "", None)
    kept = services.portals.session("mine")
    assert (kept.access_token, kept.refresh_token, kept.client_secret) == ("", "", "")
    with pytest.raises(NotFound):
        signing_in.sign_out(services, "mine")
    signing_in.sign_out(services, "mine", forget=True)
    assert [one.name for one in signing_in.sessions(services)] == [SESSION]


def test_a_token_is_refreshed_once_for_all(asking_sandbox: Sandbox, services: Services) -> None:
    """Refresh tokens may be good for one use: a second one would end the session."""
    portal = asking_sandbox.world.portal
    portal.rotates = True
    _, before = answered(services, portal.confirm)
    portal.expire_tokens()
    aged(services)
    failures: list[EcrtuiError] = []

    def look() -> None:
        try:
            assert list(signing_in.accounts(services, SESSION))
        except EcrtuiError as failure:
            failures.append(failure)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    after = signing_in.session(services, SESSION).access_token
    assert after != before
    assert portal.signed_in(after) is not None


def aged(services: Services) -> None:
    """The kept session as it is when its token has ended."""
    kept = services.portals.session(SESSION)
    services.portals.keep(msgspec.structs.replace(kept, expires=time.time() - 1))
    services.sessions.signed_in.forget(SESSION)


def test_a_session_ends(asking_sandbox: Sandbox, services: Services) -> None:
    portal = asking_sandbox.world.portal
    signed_in(services, asking_sandbox)
    portal.end_sessions()
    with pytest.raises(SessionRevoked) as ended:
        list(signing_in.accounts(services, SESSION))
    assert f"sign-in {SESSION}" in ended.value.hint
    aged(services)
    with pytest.raises(SessionExpired) as over:
        list(signing_in.accounts(services, SESSION))
    assert f"sign-in {SESSION}" in over.value.hint


def test_a_token_that_was_ended_early_is_refreshed(
    asking_sandbox: Sandbox, services: Services
) -> None:
    portal = asking_sandbox.world.portal
    signed_in(services, asking_sandbox)
    portal.expire_tokens()
    assert list(signing_in.accounts(services, SESSION))


def test_what_a_profile_needs(asking_sandbox: Sandbox, services: Services) -> None:
    refused = SessionExpired("over")
    found = signing_in.need(services, PROFILE, refused)
    assert found is not None
    assert (found.profile, found.renewal, found.session) == (PROFILE, Renewal.SIGN_IN, SESSION)
    other = signing_in.need(services, "main", refused)
    assert other is not None
    assert other.renewal is Renewal.TOOL
    assert "aws configure --profile main" in other.hint
    exact = signing_in.need(services, "main", SignInError("wrong", hint="do this"))
    assert exact is not None
    assert exact.hint == "do this"


def test_keys_that_have_ended_when_they_come(asking_sandbox: Sandbox, services: Services) -> None:
    """A clock that is an hour ahead: nothing else notices, for nothing there is signed."""
    asking_sandbox.world.portal.key_seconds = -10
    signed_in(services, asking_sandbox)
    with pytest.raises(ClockSkew) as refused:
        places.identity(services, PROFILE)
    found = signing_in.need(services, PROFILE, refused.value)
    assert found is not None
    assert (found.renewal, found.hint) == (Renewal.TOOL, ClockSkew.hint)


def test_when_present_keys_end(asking_sandbox: Sandbox, services: Services) -> None:
    signed_in(services, asking_sandbox)
    assert services.sessions.expires(PROFILE) is None
    places.identity(services, PROFILE)
    ends = services.sessions.expires(PROFILE)
    assert ends is not None
    assert 0 < ends - time.time() <= asking_sandbox.world.portal.key_seconds
    for profile in ("main", "nobody", ""):
        assert services.sessions.expires(profile) is None


def test_a_renewed_token_that_cannot_be_kept_is_used_all_the_same(
    asking_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Keyring, "left", None)
    services = services_with_keyring(tmp_path)
    signed_in(services, asking_sandbox)
    portal = asking_sandbox.world.portal
    portal.rotates = True
    for left in (0, 0, None):  # the keyring takes nothing, twice; then it does again
        monkeypatch.setattr(Keyring, "left", left)
        portal.expire_tokens()
        assert list(signing_in.accounts(services, SESSION))
    services.sessions.forget_portal(SESSION)
    portal.expire_tokens()
    assert list(signing_in.accounts(services, SESSION))
