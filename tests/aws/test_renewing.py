"""A call whose credentials were refused waits for others, and is made once more."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ecrtui.aws import identity
from ecrtui.aws.sessions import Sessions
from ecrtui.errors import EcrtuiError, OtherAccount, SessionExpired
from ecrtui.sandbox.server import Sandbox
from tests import worlds


class Renewer:
    """Makes the sandbox's keys good again, and notes who asked."""

    def __init__(
        self, sandbox: Sandbox, *, helps: bool = True, answers: Sequence[bool] = ()
    ) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answers = list(answers)
        self._keys = sandbox.world.keys.values()
        self._helps = helps
        for key in self._keys:
            key.expires = time.time() - 1

    def __call__(self, profile: str, refused: EcrtuiError) -> bool:
        self.asked.append((profile, type(refused).__name__))
        for key in self._keys if self._helps else ():
            key.expires = None
        return self.answers.pop(0) if self.answers else True


def test_the_call_goes_on(sandbox: Sandbox) -> None:
    renewer = Renewer(sandbox)
    calls = Sessions(renew=renewer).calls("ecr", "main", worlds.REGION)
    assert calls.call("DescribeRepositories")["repositories"] == []
    assert renewer.asked == [("main", "SessionExpired")]
    assert calls.call("DescribeRegistry")["registryId"] == worlds.ACCOUNT
    assert len(renewer.asked) == 1


def test_it_is_made_again_as_often_as_it_is_renewed(sandbox: Sandbox) -> None:
    renewer = Renewer(sandbox, helps=False, answers=[True, True, False])
    calls = Sessions(renew=renewer).calls("ecr", "main", worlds.REGION)
    with pytest.raises(SessionExpired):
        calls.call("DescribeRepositories")
    assert len(renewer.asked) == 3


def test_what_another_has_renewed_is_asked_for_by_nobody(sandbox: Sandbox) -> None:
    renewer = Renewer(sandbox)
    sessions = Sessions(renew=renewer)
    one, other = (sessions.calls("ecr", "main", worlds.REGION) for _ in range(2))
    one.call("DescribeRepositories")
    sandbox.faults.add("expire", times=1)  # the other's call was on its way with the old keys
    assert other.call("DescribeRepositories")["repositories"] == []
    assert len(renewer.asked) == 1


def test_nobody_renews(sandbox: Sandbox) -> None:
    Renewer(sandbox)
    with pytest.raises(SessionExpired):
        Sessions().calls("ecr", "main", worlds.REGION).call("DescribeRepositories")


class Other(Renewer):
    """Gives the profile keys of another account, as a person does who mistakes one for another."""

    def __call__(self, profile: str, refused: EcrtuiError) -> bool:
        key = next(key for key in self._keys if key.account == worlds.OTHER_ACCOUNT)
        path = Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"])
        lines = (f"aws_access_key_id={key.id}", f"aws_secret_access_key={key.secret}")
        path.write_text("\n".join(("[main]", *lines, "")))
        return super().__call__(profile, refused)


def known(sandbox: Sandbox, renewer: Renewer) -> Sessions:
    """Sessions of which STS has said whose they are; then the keys end."""
    sessions = Sessions(renew=renewer)
    for key in sandbox.world.keys.values():
        key.expires = None
    assert identity.whoami(sessions, "main", worlds.REGION).account == worlds.ACCOUNT
    return sessions


def test_what_was_begun_does_not_go_on_in_another_account(sandbox: Sandbox) -> None:
    for account in (worlds.ACCOUNT, worlds.OTHER_ACCOUNT):
        worlds.add_repository(sandbox.world, "team/app", account=account)
    sessions = known(sandbox, Other(sandbox))
    calls = sessions.calls("ecr", "main", worlds.REGION)
    sandbox.faults.add("expire", operation="DeleteRepository", times=1)
    with pytest.raises(OtherAccount) as told:
        calls.call("DeleteRepository", repositoryName="team/app")
    assert worlds.ACCOUNT in told.value.detail
    assert worlds.OTHER_ACCOUNT in told.value.detail
    for account in (worlds.ACCOUNT, worlds.OTHER_ACCOUNT):
        assert "team/app" in sandbox.world.registry(account, worlds.REGION).repositories
    # What is begun from here on is meant for the account that one is in now.
    now = sessions.calls("ecr", "main", worlds.REGION).call("DescribeRegistry")
    assert now["registryId"] == worlds.OTHER_ACCOUNT


def test_it_goes_on_in_the_same_account(sandbox: Sandbox) -> None:
    calls = known(sandbox, Renewer(sandbox)).calls("ecr", "main", worlds.REGION)
    sandbox.faults.add("expire", times=1)
    assert calls.call("DescribeRegistry")["registryId"] == worlds.ACCOUNT
