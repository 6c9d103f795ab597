"""Chains of roles: codes that are asked for once, wrong ones, circles, whose keys are refused."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable

import pytest

from ecrtui.aws.identity import whoami
from ecrtui.aws.sessions import Sessions
from ecrtui.aws.shared import Flights
from ecrtui.errors import EcrtuiError, GivenUp, SessionRevoked, SignInError, UsageError
from ecrtui.sandbox.mfa import Device
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.aws.profiles import declare

PROFILE = worlds.MFA_PROFILE


def device(sandbox: Sandbox) -> Device:
    (found,) = sandbox.world.mfa.values()
    return found


class Person:
    """Types what it is told to, and notes each question."""

    def __init__(self, *codes: str | Callable[[], str]) -> None:
        self.asked: list[str] = []
        self._codes = list(codes)

    def __call__(self, question: str) -> str:
        self.asked.append(question)
        code = self._codes.pop(0)
        return code if isinstance(code, str) else code()


def arn(sessions: Sessions, profile: str = PROFILE) -> str:
    return whoami(sessions, profile, worlds.REGION).arn


def test_a_code_is_asked_for_once(asking_sandbox: Sandbox) -> None:
    """For every region and service, also when what a profile signs with is read anew, and for
    every role of the same device."""
    world = asking_sandbox.world
    other = world.add_role(worlds.OTHER_ACCOUNT, "other-on-call", mfa=True)
    serial = device(asking_sandbox).serial
    declare("mine", role_arn=other.arn, source_profile="main", mfa_serial=serial)
    person = Person(device(asking_sandbox).code)
    sessions = Sessions(ask_code=person)
    assert "on-call" in arn(sessions)
    for region in (worlds.REGION, worlds.OTHER_REGION):
        sessions.calls("ecr", PROFILE, region).call("DescribeRegistry")
    sessions.forget(PROFILE)
    assert "on-call" in arn(sessions)
    assert "other-on-call" in arn(sessions, "mine")
    assert len(person.asked) == 1
    assert serial in person.asked[0]


def test_many_threads_ask_once(asking_sandbox: Sandbox) -> None:
    asking = threading.Event()

    def slowly() -> str:
        asking.wait(10)
        return device(asking_sandbox).code()

    person = Person(slowly)
    sessions = Sessions(ask_code=person)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(arn(sessions))) for _ in range(6)]
    for thread in threads:
        thread.start()
    asking.set()
    for thread in threads:
        thread.join(60)
    assert len(found) == 6
    assert len(person.asked) == 1


def test_who_gives_up_is_not_asked_by_every_thread(asking_sandbox: Sandbox) -> None:
    waiting = threading.Barrier(2)
    asked: list[str] = []

    def gives_up(question: str) -> str:
        asked.append(question)
        waiting.wait(30)
        waiting.wait(30)
        raise SignInError(title="No code was given")

    sessions = Sessions(ask_code=gives_up)
    credentials = sessions.credentials(PROFILE)
    failures: list[EcrtuiError] = []

    def sign() -> None:
        try:
            credentials.get_frozen_credentials()
        except EcrtuiError as failure:
            failures.append(failure)

    threads = [threading.Thread(target=sign) for _ in range(5)]
    threads[0].start()
    waiting.wait(30)
    for thread in threads[1:]:
        thread.start()
    while threading.active_count() < 5:
        time.sleep(0.01)
    waiting.wait(30)
    for thread in threads:
        thread.join(30)
    assert len(failures) == 5
    assert len(asked) == 1


def test_wrong_codes(asking_sandbox: Sandbox) -> None:
    right = device(asking_sandbox)
    person = Person(right.wrong, "no code", right.code)
    assert "on-call" in arn(Sessions(ask_code=person))
    assert "not taken" in person.asked[1]
    person = Person(right.wrong, right.wrong, right.wrong, right.code)
    with pytest.raises(SignInError, match="code was not taken") as failure:
        arn(Sessions(ask_code=person))
    assert "wait" in failure.value.hint
    assert len(person.asked) == 3


def test_another_users_device(asking_sandbox: Sandbox) -> None:
    (role,) = [each for each in asking_sandbox.world.roles.values() if each.mfa]
    declare("mine", role_arn=role.arn, source_profile="main", mfa_serial="arn:aws:iam::1:mfa/x")
    with pytest.raises(SignInError, match="not this user's"):
        arn(Sessions(ask_code=Person("123456")), "mine")


def test_where_a_session_may_not_be_had(asking_sandbox: Sandbox) -> None:
    """A policy may forbid GetSessionToken: then the role takes a code itself."""
    key = next(iter(asking_sandbox.world.keys.values()))
    key.allow = ("sts:AssumeRole",)
    right = device(asking_sandbox)
    right.once = False
    person = Person(right.code, right.code)
    assert "on-call" in Sessions(ask_code=person).keys(PROFILE).session_token or person.asked
    assert len(person.asked) == 2


def test_nobody_can_be_asked(asking_sandbox: Sandbox) -> None:
    with pytest.raises(SignInError, match="MFA code"):
        arn(Sessions())


def test_keys_that_a_code_stands_behind_serve_to_their_end(asking_sandbox: Sandbox) -> None:
    """botocore renews ten minutes before that, which asks for a code too early."""
    asking_sandbox.world.session_seconds = 300
    right = device(asking_sandbox)
    right.once = False
    person = Person(right.code)
    sessions = Sessions(ask_code=person)
    first = sessions.keys(PROFILE)
    assert sessions.keys(PROFILE) == first
    ends = sessions.expires(PROFILE)
    assert ends is not None
    assert 0 < ends - time.time() <= 300


def test_a_role_by_a_role_by_a_code(asking_sandbox: Sandbox) -> None:
    world = asking_sandbox.world
    (first,) = [each for each in world.roles.values() if each.mfa]
    second = world.add_role(worlds.OTHER_ACCOUNT, "second", trusts=(first.arn,))
    declare("second", role_arn=second.arn, source_profile=PROFILE)
    person = Person(device(asking_sandbox).code)
    sessions = Sessions(ask_code=person)
    assert "assumed-role/second/" in arn(sessions, "second")
    assert "on-call" in arn(sessions)
    assert len(person.asked) == 1


def test_roles_in_a_circle(asking_sandbox: Sandbox) -> None:
    (role,) = [each for each in asking_sandbox.world.roles.values() if each.mfa]
    declare("one", role_arn=role.arn, source_profile="two")
    declare("two", role_arn=role.arn, source_profile="one")
    with pytest.raises(UsageError, match="one -> two -> one"):
        arn(Sessions(), "one")


def test_a_source_whose_keys_are_gone(asking_sandbox: Sandbox) -> None:
    """It is the source that needs others, and that is said."""
    key = next(iter(asking_sandbox.world.keys.values()))
    key.active = False
    asked: list[tuple[str, str]] = []

    def renew(profile: str, refused: EcrtuiError) -> bool:
        assert isinstance(refused, SignInError)
        asked.append((profile, refused.profile))
        key.active = True
        return True

    profile = "other-visitor"
    with pytest.raises(SessionRevoked) as refused:
        arn(Sessions(), profile)
    assert refused.value.profile == "main"
    assert "--profile main" in refused.value.hint
    assert "visitor" in arn(Sessions(renew=renew), profile)
    assert asked == [(profile, "main")]


def test_a_role_that_was_refused_is_assumed_anew_before_anybody_is_asked(
    asking_sandbox: Sandbox,
) -> None:
    world = asking_sandbox.world
    asked: list[str] = []

    def renew(profile: str, _: EcrtuiError) -> bool:
        asked.append(profile)
        return False

    sessions = Sessions(renew=renew)
    calls = sessions.calls("ecr", "other-visitor", worlds.REGION)
    calls.call("DescribeRegistry")
    for key in world.keys.values():
        if key.token:
            key.expires = time.time() - 1
    assert calls.call("DescribeRegistry")["registryId"] == worlds.OTHER_ACCOUNT
    assert asked == []


def calls_of(thread: threading.Thread) -> set[str]:
    """The functions that a thread is in."""
    frame = sys._current_frames().get(thread.ident or 0)
    return {one.f_code.co_name for one, _ in traceback.walk_stack(frame)} if frame else set()


def test_who_waits_for_a_deed_that_is_stopped_is_not_stopped_with_it() -> None:
    flights, began, stop = Flights(), threading.Event(), threading.Event()
    ends: list[object] = []

    def first() -> str:
        began.set()
        stop.wait()
        raise GivenUp

    def join(make: Callable[[], str]) -> None:
        try:
            ends.append(flights.join("", make))
        except GivenUp as stopped:
            ends.append(stopped)

    work = [threading.Thread(target=join, args=(make,)) for make in (first, lambda: "done")]
    work[0].start()
    began.wait()
    work[1].start()
    while "result" not in calls_of(work[1]):
        time.sleep(0.01)
    stop.set()
    for thread in work:
        thread.join()
    assert {type(end) for end in ends} == {GivenUp, str}
