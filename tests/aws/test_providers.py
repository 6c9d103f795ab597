"""botocore's chain with ours in it: what is replaced is there, whatever botocore is installed."""

from __future__ import annotations

from ecrtui.aws.processes import LimitedProcess
from ecrtui.aws.providers import PortalProvider, RoleProvider, resolver
from ecrtui.aws.sessions import Sessions
from ecrtui.sandbox.server import Sandbox
from tests import worlds


def test_ours_stand_where_botocores_stood(asking_sandbox: Sandbox) -> None:
    sessions = Sessions()
    made = resolver(sessions.files._bare(), sessions)
    kinds = [type(one._provider) for one in made.providers]
    for ours in (RoleProvider, PortalProvider, LimitedProcess):
        assert kinds.count(ours) == 1
    methods = [one.METHOD for one in made.providers]
    assert len(methods) == len(set(methods)) > 8
    assert methods.index("assume-role") < methods.index("sso") < methods.index("custom-process")


def test_clients_that_botocore_makes_are_as_impatient_as_ours(asking_sandbox: Sandbox) -> None:
    session = Sessions().files._bare()
    made = session.create_client("sts", region_name=worlds.REGION)
    assert (made.meta.config.connect_timeout, made.meta.config.read_timeout) == (5, 20)
