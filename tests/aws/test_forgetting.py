"""Credentials that are changed while somebody is about to use those before."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ecrtui.aws.identity import whoami
from ecrtui.aws.sessions import Sessions
from ecrtui.model.credentials import Credential
from ecrtui.model.kept import Kept
from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.server import Sandbox
from tests import worlds


class Source:
    """One credential, which is another at the moment at which it has been read."""

    def __init__(self, first: AccessKey, then: AccessKey) -> None:
        self.changed: Callable[[], None] = lambda: None
        self._keys = [first, then]

    def known(self) -> dict[str, Kept]:
        return {"kept": Kept("kept", "keyring", readable=True)}

    def credential(self, name: str) -> Credential:
        read = self._keys[0]
        if len(self._keys) > 1:
            del self._keys[0]
            self.changed()
        return Credential(name, read.id, read.secret)


@pytest.fixture
def keys(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[AccessKey]:
    """A key of each account."""
    monkeypatch.delenv("AWS_PROFILE")
    return list(sandbox.world.keys.values())


def test_what_was_read_before_a_change_is_not_used_after_it(keys: list[AccessKey]) -> None:
    source = Source(keys[0], keys[1])
    sessions = Sessions(vault=source)
    source.changed = partial(sessions.forget, "kept")
    assert whoami(sessions, "kept", worlds.REGION).account == keys[0].account
    assert whoami(sessions, "kept", worlds.REGION).account == keys[1].account


def test_no_client_of_a_default_profile_outlives_a_change(
    keys: list[AccessKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "main")
    sessions = Sessions()
    assert whoami(sessions, "", worlds.REGION).account == keys[0].account
    lines = (f"aws_access_key_id={keys[1].id}", f"aws_secret_access_key={keys[1].secret}")
    path = Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"])
    path.write_text("\n".join(("[main]", *lines, "")))
    sessions.forget("main")
    assert whoami(sessions, "", worlds.REGION).account == keys[1].account
