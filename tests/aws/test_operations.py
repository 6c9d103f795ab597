"""What may be sent: reading alone when read-only, under a name CloudTrail shows."""

from __future__ import annotations

import re
from pathlib import Path

import botocore.session
import pytest
from botocore.exceptions import ClientError

from ecrtui import __version__
from ecrtui.aws.operations import READING, may_read
from ecrtui.aws.sessions import Sessions
from ecrtui.config.settings import ProfileSettings, Settings
from ecrtui.errors import ReadOnly
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.oci.hostile_host import host
from tests.workflows.at_work import services_in

CHANGES = re.compile(
    r"^(Put|Create|Delete|Update|Set|Start|Stop|Tag|Untag|Upload|Initiate|Complete|BatchDelete"
    r"|Register|Deregister)"
)


@pytest.mark.parametrize("service", ["ecr", "ecr-public"])
def test_every_operation_is_either_reading_or_refused(sandbox: Sandbox, service: str) -> None:
    """All operations of the installed model, called by name on a read-only client."""
    client = Sessions(read_only=True).client(service, "main", "us-east-1")
    sandbox.faults.add("hang-up")  # whatever is sent fails otherwise than by refusal
    refused = set()
    for method, operation in client.meta.method_to_api_mapping.items():
        if may_read(service, operation):
            continue
        with pytest.raises(ReadOnly, match=operation):
            getattr(client, method)()
        refused.add(operation)
    changing = {name for name in client.meta.service_model.operation_names if CHANGES.match(name)}
    assert changing <= refused
    assert not {name for name in READING[service] if CHANGES.match(name)}


def test_what_is_allowed_exists() -> None:
    session = botocore.session.Session()
    for service, operations in READING.items():
        if service in session.get_available_services():
            known = set(session.get_service_model(service).operation_names)
            # ListReplicationBackfills and its sister came with botocore 1.43.127.
            assert {name for name in operations - known if "Backfill" not in name} == set()


def test_nothing_changes_when_read_only(sandbox: Sandbox) -> None:
    client = Sessions(read_only=True).client("ecr", "main", worlds.REGION)
    with pytest.raises(ReadOnly) as refused:
        client.create_repository(repositoryName="team/app")
    assert refused.value.exit_code == 3
    assert not sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories
    Sessions().client("ecr", "main", worlds.REGION).create_repository(repositoryName="team/app")
    assert sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories


def test_a_protected_profile_is_read_only_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = Settings(profiles={"main": ProfileSettings(read_only=True)})
    sessions = services_in(tmp_path, settings).sessions
    for name in ("main", ""):  # AWS_PROFILE names it too
        with pytest.raises(ReadOnly):
            sessions.client("ecr", name, worlds.REGION).create_repository(repositoryName="app")
    sessions.client("ecr", "other", worlds.REGION).create_repository(repositoryName="app")


def test_the_user_agent_says_who_looked(sandbox: Sandbox) -> None:
    with host(lambda _: (500, {}, b"{}")) as server:
        sessions = Sessions(endpoint_url=f"http://{server.netloc}")
        client = sessions.client("ecr", "main", worlds.REGION)
        with pytest.raises(ClientError):
            client.describe_registry()
        assert server.asked
        assert all(f"ecrtui/{__version__}" in asked.agent for asked in server.asked)
