"""One token for each profile and region serves all who ask, and is renewed in time."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.aws import registries
from ecrtui.aws.sessions import Sessions
from ecrtui.aws.tokens import Tokens
from ecrtui.errors import (
    EcrtuiError,
    NoCredentials,
    NotAllowed,
    RemoteError,
    SessionExpired,
    SignInError,
)
from ecrtui.model.places import PUBLIC_REGION, Registry, RegistryKind
from ecrtui.model.ports import BlobSink, Password
from ecrtui.oci.distribution import RegistryClient
from ecrtui.sandbox.distribution.tokens import issue_password
from ecrtui.sandbox.faults import Damage, Faults, Occasion
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.wire import Request
from ecrtui.workflows.services import fetch, open_source
from tests import worlds
from tests.conftest import _running

HOUR, MINUTE = 3600.0, 60.0
HERE = Registry("main", worlds.REGION)


class Counted(Faults):
    """Counts how often a token is asked for."""

    asked = 0

    def before(self, occasion: Occasion, request: Request | None = None) -> Damage:
        """Count, then do as ever."""
        self.asked += occasion.operation == "GetAuthorizationToken"
        return super().before(occasion, request)


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that counts."""
    yield from _running(Sandbox(worlds.empty_world(), faults=Counted()), monkeypatch)


@pytest.fixture
def counted(sandbox: Sandbox) -> Counted:
    """Its faults."""
    assert isinstance(sandbox.faults, Counted)
    return sandbox.faults


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How many hours later it is for tokens."""
    later, real = [0.0], time.time
    init: Any = Tokens.__init__

    def later_init(self: Tokens, *given: Any) -> None:
        init(self, *given[:2], lambda: real() + later[0] * HOUR)

    monkeypatch.setattr(Tokens, "__init__", later_init)
    return later


def test_half_its_life(counted: Counted, sessions: Sessions, hours: list[float]) -> None:
    first = registries.login(sessions, HERE)
    assert first[0] == "AWS"
    for later, asked in ((0.0, 1), (5.9, 1), (6.1, 2), (6.2, 2)):
        hours[0] = later
        registries.login(sessions, HERE)
        assert counted.asked == asked
    tokens = sessions.tokens.of("ecr", "main", worlds.REGION)
    assert first[1] not in repr(tokens) + str(vars(tokens))


def test_readers_sinks_engines_and_the_helper_share_it(
    sandbox: Sandbox, counted: Counted, sessions: Sessions
) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(repository, tags={"v1"})

    def open_sink(uri: str, login: Password) -> BlobSink:
        return RegistryClient(uri.partition("/")[0], login=login).sink("team/app")

    for _ in range(2):
        sink = registries.sink(
            sessions,
            HERE,
            "team/app",
            lambda name: f"{sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host}/{name}",
            open_sink,
        )
        sink.mount(image.layers[1], "team/app")
        registries.login(sessions, HERE)
        registries.login_at(sessions, HERE)
    assert counted.asked == 1
    registries.login(sessions, Registry("main", worlds.OTHER_REGION))
    registries.login(sessions, Registry("other", worlds.REGION))
    assert counted.asked == 3


def test_public_readers_share_it(sandbox: Sandbox, counted: Counted, sessions: Sessions) -> None:
    shown = sandbox.world.public.open(worlds.ACCOUNT, "mine").create("shown", 0.0)
    image = worlds.add_image(shown, tags={"v1"})
    place = Registry("main", PUBLIC_REGION, kind=RegistryKind.PUBLIC)
    for _ in range(3):
        reader = registries.reader(sessions, place, open_source, fetch)
        assert list(reader.referrers("shown", image.digest))
    assert counted.asked == 1


def test_several_threads_ask_once(counted: Counted, sessions: Sessions, hours: list[float]) -> None:
    def all_at_once() -> set[tuple[str, str]]:
        gate = threading.Barrier(8)

        def one(_: int) -> tuple[str, str]:
            gate.wait()
            return registries.login(sessions, HERE)

        with ThreadPoolExecutor(8) as pool:
            return set(pool.map(one, range(8)))

    first = all_at_once()
    assert (len(first), counted.asked) == (1, 1)
    hours[0] = 7
    assert len(all_at_once() | first) <= 2
    assert counted.asked == 2


def test_several_threads_are_refused_and_ask_once(counted: Counted, sessions: Sessions) -> None:
    old = registries.login(sessions, HERE)
    with ThreadPoolExecutor(8) as pool:
        new = set(pool.map(lambda _: registries.login(sessions, HERE, refused=old), range(8)))
    assert len(new) == 1
    assert old not in new
    assert counted.asked == 2


@pytest.mark.parametrize("action", ["expire", "deny"])
def test_the_old_one_serves_where_it_cannot_be_renewed(
    sandbox: Sandbox, counted: Counted, hours: list[float], action: str
) -> None:
    asked: list[str] = []

    def renew(profile: str, _: EcrtuiError) -> bool:
        asked.append(profile)
        return False

    sessions = Sessions(renew=renew)
    first = registries.login(sessions, HERE)
    counted.add(action, operation="GetAuthorizationToken")
    hours[0] = 7
    assert registries.login(sessions, HERE) == first
    assert not asked  # nobody is disturbed for it
    tried = counted.asked
    assert registries.login(sessions, HERE) == first
    assert counted.asked == tried  # it is not tried at every use
    hours[0] = 7.1
    counted.clear()
    newer = registries.login(sessions, HERE)
    assert newer != first
    counted.add(action, operation="GetAuthorizationToken")
    hours[0] = 20  # past its end it is worth nothing
    with pytest.raises((SignInError, NotAllowed)):
        registries.login(sessions, HERE)
    with pytest.raises((SignInError, NotAllowed)):
        registries.login(sessions, HERE, refused=newer)


def test_other_credentials_get_another(
    sandbox: Sandbox, counted: Counted, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    keys = {key.account: key for key in sandbox.world.keys.values()}
    for account in (worlds.ACCOUNT, worlds.OTHER_ACCOUNT):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys[account].id)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys[account].secret)
        sessions.forget("")
        host, _ = registries.login_at(sessions, Registry("", worlds.REGION))
        assert host == sandbox.world.registry(account, worlds.REGION).host
    # Nor is the old one lent on to others who cannot have one of their own.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys[worlds.ACCOUNT].id)
    sessions.forget("")
    counted.add("deny", operation="GetAuthorizationToken")
    with pytest.raises(Exception, match="Not allowed"):
        registries.login(sessions, Registry("", worlds.REGION))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    counted.clear()
    sessions.forget("")
    with pytest.raises((NoCredentials, SessionExpired)):
        registries.login(sessions, Registry("", worlds.REGION))


def test_one_the_registry_does_not_take_is_renewed_by_whoever_meets_it(
    sandbox: Sandbox, counted: Counted, sessions: Sessions
) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(repository, tags={"v1"})
    registries.login(sessions, HERE)
    tokens = sessions.tokens.of("ecr", "main", worlds.REGION)
    (key,) = (one for one in sandbox.world.keys.values() if one.account == worlds.ACCOUNT)
    held = tokens._held
    assert held is not None
    expired, _ = issue_password(key.id, lifetime=-1)
    tokens._held = msgspec.structs.replace(held, login=("AWS", expired))
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    for _ in range(2):
        source = RegistryClient(host, login=tokens).source("team/app")
        assert b"".join(source.blob(image.layers[1]))
    assert counted.asked == 2


@given(st.lists(st.tuples(st.floats(0, 4), st.booleans(), st.booleans()), max_size=30))
def test_never_one_past_its_end_nor_one_that_was_refused(
    steps: list[tuple[float, bool, bool]],
) -> None:
    now, made, works = 0.0, 0, True
    failed = -HOUR

    class Service:
        def call(self, _: str) -> dict[str, object]:
            nonlocal made, failed
            if not works:
                failed = now
                raise RemoteError("down")
            made += 1
            token = base64.b64encode(f"AWS:{made}@{now}".encode()).decode()
            return {
                "authorizationData": {"authorizationToken": token, "expiresAt": now + 12 * HOUR}
            }

    tokens = Tokens(lambda _: Service(), clock=lambda: now)  # type: ignore[arg-type, return-value]
    last: tuple[str, str] | None = None
    for later, works, refuses in steps:
        now += later * HOUR
        refused = last if refuses else None
        try:
            given_ = tokens(refused=refused)
        except RemoteError:
            assert not works
            continue
        assert given_ != refused or refused is None
        age = now - float(given_[1].partition("@")[2])
        assert age < 12 * HOUR
        # At half its life, or as soon as a renewal that failed may be tried again.
        assert age <= 6 * HOUR or not works or now - failed <= MINUTE
        last = given_
