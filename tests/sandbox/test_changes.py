"""What may change something is counted, tried or done; what reads is not."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from ecrtui.aws.operations import READING
from ecrtui.sandbox.changes import Changes
from ecrtui.sandbox.control.dispatch import SERVICES
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import client
from tests.sandbox.registry_api import Registry


def test_reading_and_signing_in_count_as_nothing(busy_sandbox: Sandbox) -> None:
    ecr = client("ecr")
    name = ecr.describe_repositories()["repositories"][0]["repositoryName"]
    ids = ecr.list_images(repositoryName=name)["imageIds"]
    ecr.batch_get_image(repositoryName=name, imageIds=ids[:1])
    ecr.get_authorization_token()
    client("ecs").list_clusters()
    client("sts", profile="other-visitor").get_caller_identity()
    assert busy_sandbox.world.changes.all == {}


def test_changes_count_also_when_they_are_refused(sandbox: Sandbox) -> None:
    ecr = client("ecr")
    ecr.create_repository(repositoryName="a/b")
    with pytest.raises(ClientError):
        ecr.create_repository(repositoryName="a/b")
    sandbox.faults.add("deny", operation="PutImage")
    with pytest.raises(ClientError):
        ecr.put_image(repositoryName="a/b", imageManifest="{}")
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    registry = Registry(host, "")
    registry.ask("POST", "a/b/blobs/uploads/")
    registry.ask("GET", "a/b/tags/list")
    assert sandbox.world.changes.all == {
        "ecr:CreateRepository": 2,
        "ecr:PutImage": 1,
        "registry:POST": 1,
    }


def test_it_counts_whatever_read_only_would_refuse() -> None:
    """No operation that is imitated is a change for one of the two and a reading for the other."""
    counted: dict[str, set[str]] = {}
    for name, (service, _) in SERVICES.items():
        for operation in service.operations:
            changes = Changes()
            changes.asked(name, operation)
            if changes.all:
                counted.setdefault(name, set()).add(operation)
    for name, operations in counted.items():
        assert operations & READING.get(name, frozenset()) == set(), name
