"""A call whose credentials were refused waits for others, and is made once more."""

from __future__ import annotations

import time

import pytest

from ecrtui.aws.sessions import Sessions
from ecrtui.errors import SessionExpired, SignInError
from ecrtui.sandbox.server import Sandbox
from tests import worlds


class Renewer:
    """Makes the sandbox's keys good again, and notes who asked."""

    def __init__(self, sandbox: Sandbox, *, helps: bool = True) -> None:
        self.asked: list[tuple[str, str]] = []
        self._keys = sandbox.world.keys.values()
        self._helps = helps
        for key in self._keys:
            key.expires = time.time() - 1

    def __call__(self, profile: str, refused: SignInError) -> bool:
        self.asked.append((profile, type(refused).__name__))
        for key in self._keys if self._helps else ():
            key.expires = None
        return True


def test_the_call_goes_on(sandbox: Sandbox) -> None:
    renewer = Renewer(sandbox)
    calls = Sessions(renew=renewer).calls("ecr", "main", worlds.REGION)
    assert calls.call("DescribeRepositories")["repositories"] == []
    assert renewer.asked == [("main", "SessionExpired")]
    assert calls.call("DescribeRegistry")["registryId"] == worlds.ACCOUNT
    assert len(renewer.asked) == 1


def test_it_is_made_once_more_and_no_oftener(sandbox: Sandbox) -> None:
    renewer = Renewer(sandbox, helps=False)
    calls = Sessions(renew=renewer).calls("ecr", "main", worlds.REGION)
    with pytest.raises(SessionExpired):
        calls.call("DescribeRepositories")
    assert len(renewer.asked) == 1


def test_nobody_renews(sandbox: Sandbox) -> None:
    Renewer(sandbox)
    with pytest.raises(SessionExpired):
        Sessions().calls("ecr", "main", worlds.REGION).call("DescribeRepositories")
