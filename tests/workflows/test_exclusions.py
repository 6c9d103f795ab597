"""Who one is to ECR: the role of a session with its path, a user, never the session itself."""

from __future__ import annotations

import pytest

from ecrtui.errors import UsageError
from ecrtui.model.places import Registry
from ecrtui.sandbox.accounts import Role
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings.exclusions import own_principal
from tests import worlds
from tests.workflows.at_work import here

BY_ROLE = Registry("other-visitor", worlds.REGION)
"""The profile that assumes the world's one role."""


@pytest.fixture
def role(sandbox: Sandbox) -> Role:
    return next(iter(sandbox.world.roles.values()))


def test_a_user_is_itself(services: Services, sandbox: Sandbox) -> None:
    assert own_principal(services, here()) == f"arn:aws:iam::{worlds.ACCOUNT}:user/tester"


def test_a_session_is_its_role_with_the_path(services: Services, role: Role) -> None:
    role.path = "/teams/shop/"
    wanted = f"arn:aws:iam::{worlds.OTHER_ACCOUNT}:role/teams/shop/{role.name}"
    assert own_principal(services, BY_ROLE) == wanted


def test_where_iam_may_not_be_asked_a_role_has_no_path(
    services: Services, sandbox: Sandbox, role: Role
) -> None:
    sandbox.faults.add("deny", operation="GetRole")
    assert own_principal(services, BY_ROLE) == role.arn


def test_a_role_of_a_portal_has_a_path_that_must_be_known(
    services: Services, sandbox: Sandbox, role: Role
) -> None:
    role.name, role.path = (
        "AWSReservedSSO_Admin_0123456789abcdef",
        "/aws-reserved/sso.amazonaws.com/",
    )
    assert own_principal(services, BY_ROLE).endswith(f"role{role.path}{role.name}")
    sandbox.faults.add("deny", operation="GetRole")
    with pytest.raises(UsageError, match="GetRole") as refused:
        own_principal(services, BY_ROLE)
    assert "--set pull-time-exclusions" in refused.value.hint


def test_a_root_user_cannot_be_excluded(services: Services, sandbox: Sandbox) -> None:
    for key in sandbox.world.keys.values():
        key.arn = f"arn:aws:iam::{worlds.ACCOUNT}:root"
    with pytest.raises(UsageError, match="roles and users only"):
        own_principal(services, here())
