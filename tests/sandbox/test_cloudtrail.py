"""CloudTrail's event history: what was pushed and deleted is in it, whichever way it was done."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.trail import DAYS, Event
from tests import worlds
from tests.sandbox.clients import client, code
from tests.sandbox.registry_api import Registry

NAME = "team/app"


def events(attribute: tuple[str, str] | None = None, **more: Any) -> list[dict[str, Any]]:
    """All events, by as many lookups as it takes at the rate that is allowed."""
    trail = client("cloudtrail", profile=more.pop("profile", "main"))
    if attribute is not None:
        more["LookupAttributes"] = [{"AttributeKey": attribute[0], "AttributeValue": attribute[1]}]
    found, token = list[dict[str, Any]](), None
    while True:
        try:
            page = trail.lookup_events(**more, **({"NextToken": token} if token else {}))
        except ClientError as refused:
            if code(refused) != "ThrottlingException":
                raise
            time.sleep(0.1)
            continue
        found += page["Events"]
        token = page.get("NextToken")
        if token is None:
            return found


def record(event: dict[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(event["CloudTrailEvent"])
    return whole


def test_what_the_api_changes_is_written_down_refused_calls_too(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    image = worlds.add_image(repository, tags={"v1"})
    ecr = client("ecr")
    manifest = image.read_manifest().decode()
    ecr.put_image(repositoryName=NAME, imageManifest=manifest, imageTag="v2")
    with pytest.raises(ClientError):
        ecr.put_image(repositoryName=NAME, imageManifest=manifest, imageTag="v2")
    ecr.batch_delete_image(repositoryName=NAME, imageIds=[{"imageTag": "v2"}])
    ecr.describe_images(repositoryName=NAME)  # is not
    deleted, refused, put = events()
    assert [deleted["EventName"], refused["EventName"]] == ["BatchDeleteImage", "PutImage"]
    assert record(put)["responseElements"]["image"]["imageId"] == {
        "imageDigest": image.digest,
        "imageTag": "v2",
    }
    assert record(put)["requestParameters"]["repositoryName"] == NAME
    assert record(put)["userIdentity"]["userName"] == put["Username"] == "tester"
    assert record(refused)["errorCode"] == "ImageAlreadyExistsException"
    assert record(refused)["responseElements"] is None
    assert record(deleted)["responseElements"]["imageIds"] == [
        {"imageDigest": image.digest, "imageTag": "v2"}
    ]
    assert put["Resources"] == [
        {"ResourceType": "AWS::ECR::Repository", "ResourceName": repository.arn}
    ]


def test_events_are_found_by_one_attribute_and_by_time(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    image = worlds.add_image(repository, tags={"v1"})
    ecr = client("ecr")
    manifest = image.read_manifest().decode()
    ecr.put_image(repositoryName=NAME, imageManifest=manifest, imageTag="v2")
    ecr.batch_delete_image(repositoryName=NAME, imageIds=[{"imageTag": "v2"}])
    (put,) = events(("EventName", "PutImage"))
    for attribute in (
        ("EventId", put["EventId"]),
        ("Username", "tester"),
        ("ResourceName", repository.arn),
        ("ResourceType", "AWS::ECR::Repository"),
        ("EventSource", "ecr.amazonaws.com"),
        ("ReadOnly", "false"),
        ("AccessKeyId", next(iter(sandbox.world.keys))),
    ):
        assert put["EventId"] in {one["EventId"] for one in events(attribute)}
    assert events(("Username", "nobody")) == []
    start = sandbox.world.clock.start
    assert len(events(StartTime=start - 1, EndTime=start + 3600)) == 2
    assert events(EndTime=start - 1) == []


def test_pages_are_of_fifty_and_the_past_is_ninety_days(sandbox: Sandbox) -> None:
    now = sandbox.world.clock.start

    def past(number: int, at: float) -> Event:
        return Event(str(number), "PutImage", "ecr", at, "jo", "AKIA", False, (), "{}")

    sandbox.world.trail.remember(
        worlds.ACCOUNT,
        worlds.REGION,
        lambda: [
            *(past(number, now - number) for number in range(120)),
            past(999, now - DAYS * 86_400 - 10),
        ],
    )
    assert [one["EventId"] for one in events()] == [str(number) for number in range(120)]
    assert [one["EventId"] for one in events(MaxResults=50)][:2] == ["0", "1"]


def test_a_third_lookup_within_a_second_is_throttled(sandbox: Sandbox) -> None:
    trail = client("cloudtrail")
    answers = []
    for _ in range(6):
        try:
            trail.lookup_events()
            answers.append("")
        except ClientError as refused:
            answers.append(code(refused))
    assert answers[:2] == ["", ""]
    assert "ThrottlingException" in answers[2:]


def refused(**parameters: Any) -> str:
    while True:
        with pytest.raises(ClientError) as caught:
            client("cloudtrail").lookup_events(**parameters)
        if code(caught.value) != "ThrottlingException":
            return code(caught.value)
        time.sleep(0.1)


def test_what_makes_no_sense_is_refused(sandbox: Sandbox) -> None:
    attribute = {"AttributeKey": "EventName", "AttributeValue": "PutImage"}
    assert refused(LookupAttributes=[attribute] * 2) == "InvalidLookupAttributesException"
    assert refused(StartTime=10, EndTime=5) == "InvalidTimeRangeException"
    assert refused(NextToken="nonsense") == "InvalidNextTokenException"


def test_what_a_stranger_does_is_in_both_accounts(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME, account=worlds.OTHER_ACCOUNT)
    image = worlds.add_image(repository, tags={"v1"})
    client("ecr").put_image(
        registryId=worlds.OTHER_ACCOUNT,
        repositoryName=NAME,
        imageManifest=image.read_manifest().decode(),
        imageTag="v2",
    )
    (own,), (others,) = events(), events(profile="other")
    assert own["EventId"] == others["EventId"]
    assert record(own)["recipientAccountId"] == worlds.OTHER_ACCOUNT


def test_what_comes_by_the_registry_api_is_written_down_as_the_same(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    image = worlds.add_image(repository, tags={"v1"})
    registry = Registry.of(sandbox)
    path = f"{NAME}/manifests"
    pushed = registry.ask(
        "PUT",
        f"{path}/v2",
        image.read_manifest(),
        content_type=image.media_type,
        user_agent="docker/28",
    )
    assert pushed.status == 201
    assert registry.ask("DELETE", f"{path}/v2").status == 202
    deleted, put = events()
    assert [put["EventName"], deleted["EventName"]] == ["PutImage", "BatchDeleteImage"]
    told = record(put)
    assert told["userAgent"] == "docker/28"
    assert told["requestParameters"]["imageTag"] == "v2"
    assert told["responseElements"]["image"]["imageId"]["imageDigest"] == image.digest
    assert put["Username"] == "tester"
