"""A call whose credentials were refused waits for others, and is made once more."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from ecrtui.aws.sessions import Sessions
from ecrtui.errors import EcrtuiError, SessionExpired
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
