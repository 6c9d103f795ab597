"""Other keys for a kept credential: what was known of those before is not said of them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ecrtui.errors import OtherAccount, UsageError
from ecrtui.model.credentials import SessionKeys
from ecrtui.model.rotation import Rotation
from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.credentials import at_hand, other_keys, rotate
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.workflows.rotating import NAME, first_key, keep, services_with_keyring


@pytest.fixture
def services(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.delenv("AWS_PROFILE")
    made = services_with_keyring(tmp_path)
    keep(made, first_key(sandbox))
    return made


def given(key: AccessKey) -> SessionKeys:
    return SessionKeys(key.id, key.secret, "")


def test_a_rotation_of_the_key_before_deletes_none_of_theirs(
    services: Services, sandbox: Sandbox
) -> None:
    mine = at_hand.kept(services).credential(NAME)
    began = Rotation(began=0.0, before=(mine.access_key_id,))
    at_hand.kept(services).keep(msgspec.structs.replace(mine, rotation=began))
    other = sandbox.world.add_key(worlds.ACCOUNT, "another")
    unused = sandbox.world.new_key(other)
    other_keys.give(services, NAME, given(other))
    with pytest.raises(UsageError, match="IAM allows no third"):
        rotate.plan(services, NAME, Watch())
    assert unused.id in sandbox.world.keys


def test_keys_of_another_account_are_put_back(services: Services, sandbox: Sandbox) -> None:
    assert at_hand.test(services, NAME).problem is None
    theirs = next(key for key in sandbox.world.keys.values() if key.account == worlds.OTHER_ACCOUNT)
    with pytest.raises(OtherAccount):
        other_keys.give(services, NAME, given(theirs))
    assert at_hand.kept(services).credential(NAME).access_key_id == first_key(sandbox).id
