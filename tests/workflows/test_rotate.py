"""A key is rotated: forwards, back and to its end, from wherever it was broken off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ecrtui.errors import (
    EcrtuiError,
    GivenUp,
    NotAllowed,
    NotFound,
    ReadOnly,
    SignInError,
    UsageError,
    VaultError,
)
from ecrtui.model.credentials import Credential, WayIn, key_hint
from ecrtui.model.journal import ChangeKind
from ecrtui.model.rotation import Stage
from ecrtui.render.credentials import key_advice
from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows import journal, undo
from ecrtui.workflows.credentials import at_hand, removing, rotate, rotation
from ecrtui.workflows.credentials.rotation import Work
from ecrtui.workflows.services import Options, Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.conftest import _running
from tests.workflows.rotating import (
    NAME,
    Hasty,
    Keyring,
    Spoilt,
    first_key,
    keep,
    keys_of,
    rotated,
    services_with_keyring,
)

HOUR = 3600.0
replace = msgspec.structs.replace


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox whose calls can be spoilt, without the profile that the environment names."""
    for sandbox in _running(Sandbox(worlds.empty_world(), faults=Spoilt()), monkeypatch):
        monkeypatch.delenv("AWS_PROFILE")
        monkeypatch.setattr(Keyring, "left", None)
        yield sandbox


@pytest.fixture
def faults(sandbox: Sandbox) -> Spoilt:
    """What spoils its calls."""
    assert isinstance(sandbox.faults, Spoilt)
    return sandbox.faults


@pytest.fixture
def services(sandbox: Sandbox, tmp_path: Path) -> Services:
    """Services that keep the world's first key."""
    Keyring.entries.clear()
    services = services_with_keyring(tmp_path)
    keep(services, first_key(sandbox))
    return services


@pytest.fixture
def old(sandbox: Sandbox) -> AccessKey:
    """The key that is rotated."""
    return first_key(sandbox)


def failure(deed: Callable[[], object]) -> EcrtuiError | None:
    """What a deed failed with; anything but an error of ours is raised."""
    try:
        deed()
    except EcrtuiError as problem:
        return problem
    return None


def kept(services: Services) -> Credential:
    return at_hand.kept(services).credential(NAME)


def stage(services: Services) -> Stage:
    work = Work(services, NAME, Watch())
    work.look()
    return work.stage


def test_forwards_and_to_the_end(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    rotated(services)
    new = kept(services)
    assert keys_of(sandbox) == {old.id: False, new.access_key_id: True}
    assert at_hand.test(services, NAME).reads_ecr
    assert rotate.plan(services, NAME, Watch()).done_already
    rotated(services, "finish")
    assert keys_of(sandbox) == {new.access_key_id: True}
    assert kept(services) == Credential(
        NAME, new.access_key_id, new.secret_access_key, region=worlds.REGION
    )
    made = [one.change for one in journal.read(services).entries]
    assert [one.kind for one in made] == [
        ChangeKind.KEY_CREATED,
        ChangeKind.KEY_DEACTIVATED,
        ChangeKind.KEY_DELETED,
    ]
    assert [one.before or one.after for one in made] == [
        key_hint(new.access_key_id),
        key_hint(old.id),
        key_hint(old.id),
    ]


def test_back(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    before = kept(services)
    rotated(services)
    rotated(services, "back")
    assert keys_of(sandbox) == {old.id: True}
    assert kept(services) == before
    with pytest.raises(UsageError, match="nothing to go back to"):
        rotated(services, "back")


def test_back_by_the_journal(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    rotated(services)
    created, deactivated = (one.change for one in journal.read(services).entries)
    for change in (created, deactivated):
        plan = undo.plan(services, change)
        assert plan.kind == "undo rotation"
    journal.carry(services, plan, lambda w: undo.run(services, plan, w), Watch())
    assert keys_of(sandbox) == {old.id: True}
    for one in journal.read(services).entries:
        with pytest.raises(UsageError):
            undo.plan(services, one.change)
    rotated(services)  # another one: those lines are not of it
    with pytest.raises(UsageError, match="has ended since"):
        undo.plan(services, created)


def test_it_is_told_who_who_else_and_since_when(
    sandbox: Sandbox, services: Services, old: AccessKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    old.created_at = sandbox.world.clock.now() - 120 * 24 * HOUR
    old.used = (sandbox.world.clock.now() - HOUR, "s3", "eu-central-1")
    keep(services, old, "twin")
    plan = rotate.plan(services, NAME, Watch())
    facts = dict(plan.facts)
    assert facts["user"].endswith(":user/tester")
    assert "(120 days ago)" in facts["signs with"]
    told = "\n".join(plan.warnings)
    assert key_hint(old.id) in told
    assert "other machines" in told
    assert "The profile main of AWS's files has this key too" in told
    assert "twin, which is kept here" in told
    assert old.secret not in f"{plan}"


def test_a_third_key_is_refused_before_anything(
    sandbox: Sandbox, services: Services, old: AccessKey
) -> None:
    other = sandbox.world.new_key(old)
    other.used = (sandbox.world.clock.now(), "s3", worlds.REGION)
    with pytest.raises(UsageError, match="no third") as refused:
        rotate.plan(services, NAME, Watch())
    for key in (old, other):
        assert key_hint(key.id) in refused.value.detail
    assert "for s3 in" in refused.value.detail
    assert "days ago" in refused.value.detail or "day ago" in refused.value.detail
    assert set(keys_of(sandbox)) == {old.id, other.id}
    assert kept(services).rotation is None


def test_what_cannot_be_rotated(sandbox: Sandbox, services: Services) -> None:
    keys = at_hand.kept(services)
    role = f"arn:aws:iam::{worlds.OTHER_ACCOUNT}:role/visitor"
    keys.keep(Credential("role", role_arn=role, source=NAME))
    keys.keep(Credential("short", "ASIA" + "0" * 16, "secret", "token"))
    for name, error in (
        ("role", UsageError),
        ("short", UsageError),
        ("main", UsageError),
        ("nobody", NotFound),
    ):
        with pytest.raises(error):
            rotate.plan(services, name, Watch())


def test_a_role_of_its_own_key_keeps_being_assumed(
    sandbox: Sandbox, services: Services, old: AccessKey
) -> None:
    role = f"arn:aws:iam::{worlds.OTHER_ACCOUNT}:role/visitor"
    at_hand.add(services, Credential(NAME, old.id, old.secret, role_arn=role), replace=True)
    at_hand.add(services, Credential("by-it", role_arn=role, source=NAME))
    keep(services, old, "apart")
    assert at_hand.test(services, NAME).reads_ecr
    rotated(services)
    found = at_hand.test(services, NAME)
    assert found.identity is not None
    assert found.identity.account == worlds.OTHER_ACCOUNT
    assert keys_of(sandbox)[old.id] is False
    assert at_hand.test(services, "apart").problem is not None


def test_read_only_refuses(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    plan = rotate.plan(services, NAME, Watch())
    timid = Services(Options(read_only=True), services.settings, services.locations)
    with pytest.raises(ReadOnly):
        rotate.run(timid, plan, Watch())
    assert keys_of(sandbox) == {old.id: True}


def test_two_at_once(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    plan = rotate.plan(services, NAME, Watch())
    rotate.run(services, plan, Watch())
    with pytest.raises(EcrtuiError, match="have changed since"):
        rotate.run(services, plan, Watch())
    from ecrtui.store.locks import locked

    back = rotate.back_plan(services, NAME, Watch())
    with (
        locked(services.locations.state / "rotation.lock"),
        pytest.raises(EcrtuiError, match="One rotation at a time"),
    ):
        rotate.run(services, back, Watch())


def test_a_new_key_is_waited_for(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    sandbox.world.spreading = HOUR

    class Impatient(Watch):
        def pause(self, seconds: float) -> None:
            assert seconds in rotation.PAUSES
            for key in sandbox.world.keys.values():
                key.known_from = 0.0

    watch = Impatient()
    rotated(services, watch=watch)
    assert [line for _, line in watch.log if "does not know the key everywhere yet" in line]
    rotated(services, "back", Impatient())
    assert keys_of(sandbox) == {old.id: True}


def test_one_that_never_comes(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    sandbox.world.spreading = HOUR

    with pytest.raises(EcrtuiError) as failed:
        rotated(services, watch=Hasty())
    assert "Nothing is lost" in failed.value.hint
    assert kept(services).access_key_id == old.id
    assert at_hand.test(services, NAME).reads_ecr
    rotated(services, "back", Hasty())
    assert keys_of(sandbox) == {old.id: True}


def test_stopped_while_it_waits(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    sandbox.world.spreading = HOUR

    class Stopped(Watch):
        def pause(self, seconds: float) -> None:
            self.stop()
            self.check()

    with pytest.raises(GivenUp) as stopped:
        rotated(services, watch=Stopped())
    assert "--undo" in stopped.value.hint
    assert stage(services) is Stage.MADE
    for key in sandbox.world.keys.values():
        key.known_from = 0.0
    rotated(services)
    assert stage(services) is Stage.ROTATED


def test_a_keyring_that_cannot_keep_the_new_key(
    sandbox: Sandbox, services: Services, old: AccessKey
) -> None:
    plan = rotate.plan(services, NAME, Watch())
    for left in range(40):
        Keyring.left = left
        failed = failure(partial(rotate.run, services, plan, Watch()))
        Keyring.left = None
        if failed is None:
            break
        assert isinstance(failed, VaultError)
        assert "To go on" in failed.hint or "Nothing was changed" in failed.hint
        assert at_hand.test(services, NAME).reads_ecr
        plan = rotate.plan(services, NAME, Watch())
        if plan.done_already:
            break
    assert left > 3
    assert stage(services) is Stage.ROTATED
    rotated(services, "back")
    assert keys_of(sandbox) == {old.id: True}


def test_the_old_key_was_used_meanwhile(
    sandbox: Sandbox, services: Services, old: AccessKey
) -> None:
    rotated(services)
    old.used = (sandbox.world.clock.now() + HOUR, "s3", worlds.REGION)
    with pytest.raises(UsageError, match="Something still uses the old key") as refused:
        rotate.finish_plan(services, NAME, Watch())
    assert "for s3" in refused.value.detail
    plan = rotate.finish_plan(services, NAME, Watch(), even_if_used=True)
    assert any("was used after" in one for one in plan.warnings)
    old.used = (sandbox.world.clock.now() + 2 * HOUR, "s3", worlds.REGION)
    with pytest.raises(EcrtuiError, match="used meanwhile"):
        rotate.run(services, plan, Watch())
    rotated(services, "finish")
    assert old.id not in keys_of(sandbox)


def test_not_before_it_is_deactivated(sandbox: Sandbox, services: Services, faults: Spoilt) -> None:
    with pytest.raises(UsageError, match="No rotation was begun"):
        rotated(services, "finish")
    plan = rotate.plan(services, NAME, Watch())
    faults.add("deny", operation="UpdateAccessKey")
    with pytest.raises(NotAllowed):
        rotate.run(services, plan, Watch())
    assert stage(services) is Stage.TAKEN
    faults.clear()
    with pytest.raises(UsageError, match="not deactivated yet"):
        rotated(services, "finish")
    rotated(services)
    rotated(services, "finish")


def test_the_old_key_is_gone_by_other_means(
    sandbox: Sandbox, services: Services, old: AccessKey
) -> None:
    rotated(services)
    del sandbox.world.keys[old.id]
    assert stage(services) is Stage.ENDED
    with pytest.raises(UsageError, match="old key is deleted"):
        rotated(services, "back")
    assert "--finish" in rotated(services).sentence
    rotated(services, "finish")
    assert kept(services).rotation is None


def test_a_key_that_aws_does_not_take(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    old.active = False
    with pytest.raises(SignInError):
        rotate.plan(services, NAME, Watch())


def test_a_stranger_is_not_deleted_for_what_was_broken_off(
    sandbox: Sandbox, services: Services, old: AccessKey, faults: Spoilt
) -> None:
    plan = rotate.plan(services, NAME, Watch())
    faults.add("deny", operation="CreateAccessKey")
    with pytest.raises(NotAllowed):
        rotate.run(services, plan, Watch())
    faults.clear()
    assert stage(services) is Stage.BEGUN
    theirs = sandbox.world.new_key(old)
    theirs.used = (sandbox.world.clock.now(), "ecr", worlds.REGION)
    with pytest.raises(UsageError, match="no third"):
        rotate.plan(services, NAME, Watch())
    rotated(services, "back")
    assert set(keys_of(sandbox)) == {old.id, theirs.id}


def row(services: Services) -> WayIn:
    return next(one for one in at_hand.listing(services) if one.name == NAME)


def test_how_old_a_key_is(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    now = sandbox.world.clock.now()
    old.created_at = float(int(now)) - 120 * 24 * HOUR
    assert (row(services).key_made, key_advice(row(services), now)) == (None, "")
    at_hand.test(services, NAME)
    assert row(services).key_made == old.created_at
    assert key_advice(row(services), now) == "its key is 120 days old"
    rotated(services)
    made = row(services).key_made
    assert made is not None
    assert made >= int(now)
    assert key_advice(row(services), now) == "the rotation of its key is not finished"
    rotated(services, "finish")
    assert key_advice(row(services), now) == ""
    assert key_advice(row(services), now + 91 * 24 * HOUR) == "its key is 91 days old"


def test_of_an_age_one_may_not_ask_for_nothing_is_said(
    sandbox: Sandbox, services: Services, old: AccessKey, faults: Spoilt
) -> None:
    faults.add("deny", service="iam")
    assert at_hand.test(services, NAME).reads_ecr
    assert row(services).key_made is None


def test_removing_it_tells_of_both_keys(services: Services) -> None:
    assert not any("two keys" in one for one in removing.plan(services, [NAME]).warnings)
    rotated(services)
    assert any("two keys" in one for one in removing.plan(services, [NAME]).warnings)


def test_an_edit_loses_no_key(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    rotated(services)
    before = kept(services)
    edited = replace(before, region=worlds.OTHER_REGION, rotation=None)
    at_hand.add(services, edited, replace=True)
    assert kept(services).rotation == before.rotation
    rotated(services, "back")
    assert keys_of(sandbox) == {old.id: True}
    assert kept(services).region == worlds.OTHER_REGION


def sound(sandbox: Sandbox, services: Services, old: AccessKey) -> None:
    """What holds at every moment: it signs, nothing is lost, IAM's limit is kept."""
    found = kept(services)
    there = keys_of(sandbox)
    assert there[found.access_key_id]
    assert sandbox.world.keys[found.access_key_id].secret == found.secret_access_key
    assert len(there) <= 2
    if found.access_key_id != old.id and old.id in there:
        assert found.rotation is not None
        assert found.rotation.other is not None
        assert found.rotation.other.access_key_id == old.id
        assert found.rotation.other.secret_access_key == old.secret


@pytest.mark.parametrize("done_first", [False, True])
@pytest.mark.parametrize("way", ["plan", "back"])
def test_every_call_refused_or_its_answer_lost(
    sandbox: Sandbox,
    services: Services,
    old: AccessKey,
    faults: Spoilt,
    way: str,
    done_first: bool,
) -> None:
    for number in range(100):
        if way == "back":
            rotated(services)
        make = rotate.back_plan if way == "back" else rotate.plan
        plan = make(services, NAME, Hasty())
        faults.spoil(number, done_first=done_first)
        failed = failure(partial(rotate.run, services, plan, Hasty()))
        assert failed is None or failed.hint
        reached = faults.count > number
        faults.spoil(None)
        sound(sandbox, services, old)
        if not reached:
            break
        if way == "plan":
            rotated(services)
            assert stage(services) is Stage.ROTATED
        failure(partial(rotated, services, "back"))  # it may be back, its last answer lost
        sound(sandbox, services, old)
        assert keys_of(sandbox) == {old.id: True}
    assert 5 < number < 99


@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("plan", "plan", "back", "finish")),
            st.one_of(st.none(), st.integers(0, 14)),
            st.booleans(),
            st.one_of(st.none(), st.integers(0, 6)),
        ),
        max_size=6,
    )
)
def test_whatever_comes_in_whatever_order(
    sandbox: Sandbox,
    tmp_path: Path,
    faults: Spoilt,
    steps: list[tuple[str, int | None, bool, int | None]],
) -> None:
    Keyring.entries.clear()
    services = services_with_keyring(tmp_path)
    world = sandbox.world
    for key in keys_of(sandbox):
        del world.keys[key]
    old = world.add_key(worlds.ACCOUNT, "tester")
    keep(services, old)
    for way, number, done_first, writes in steps:
        faults.spoil(number, done_first=done_first)
        Keyring.left = writes
        failure(partial(rotated, services, way))
        faults.spoil(None)
        Keyring.left = None
        services = services_with_keyring(tmp_path)  # as a new process, which remembers nothing
        sound(sandbox, services, old)
    rotated(services)
    ended = stage(services)
    assert (ended, len(keys_of(sandbox))) in ((Stage.ROTATED, 2), (Stage.ENDED, 1))
    rotated(services, "finish")
    sound(sandbox, services, old)
    assert len(keys_of(sandbox)) == 1


def test_what_was_typed_meanwhile_is_not_overwritten(services: Services, sandbox: Sandbox) -> None:
    other = sandbox.world.add_key(worlds.ACCOUNT, "another")

    class Typing(Hasty):
        def finish(self, key: str, note: str = "") -> None:
            super().finish(key, note)
            if key == "create":
                keep(services, other)

    with pytest.raises(EcrtuiError, match="changed meanwhile"):
        rotated(services, watch=Typing())
    assert at_hand.kept(services).credential(NAME).secret_access_key == other.secret
