"""Pages add up to the whole, whatever their size, and tokens open nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import client, code

FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "tagStatus": st.sampled_from(["TAGGED", "UNTAGGED", "ANY"]),
        "imageStatus": st.sampled_from(["ACTIVE", "ARCHIVED", "ANY"]),
    },
)
SHARED = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def ecr(busy_sandbox: Sandbox) -> Any:
    return client("ecr")


def pages(call: Any, key: str, size: int, **arguments: Any) -> Iterator[list[Any]]:
    token: dict[str, str] = {}
    while True:
        answer = call(maxResults=size, **arguments, **token)
        yield answer[key]
        if "nextToken" not in answer:
            return
        token = {"nextToken": answer["nextToken"]}


def passes(image: Any, given: dict[str, str]) -> bool:
    tagged = {"TAGGED": True, "UNTAGGED": False}.get(given.get("tagStatus", "ANY"))
    status = given.get("imageStatus", "ACTIVE")
    return status in ("ANY", image.status) and tagged in (None, bool(image.tags))


def first(sandbox: Sandbox) -> Any:
    return next(iter(sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories.values()))


@SHARED
@given(size=st.integers(1, 40), chosen=FILTERS)
def test_describe_images_pages_hold_every_image_once(
    busy_sandbox: Sandbox, ecr: Any, size: int, chosen: dict[str, str]
) -> None:
    repository = first(busy_sandbox)
    found = list(
        pages(
            ecr.describe_images,
            "imageDetails",
            size,
            repositoryName=repository.name,
            filter=chosen,
        )
    )
    digests = [row["imageDigest"] for rows in found for row in rows]
    expected = {image.digest for image in repository.images if passes(image, chosen)}
    assert len(digests) == len(expected)
    assert set(digests) == expected
    assert all(len(rows) == size for rows in found[:-1])


@SHARED
@given(size=st.integers(1, 40), chosen=FILTERS)
def test_list_images_pages_hold_every_tag_once(
    busy_sandbox: Sandbox, ecr: Any, size: int, chosen: dict[str, str]
) -> None:
    repository = first(busy_sandbox)
    found = list(
        pages(ecr.list_images, "imageIds", size, repositoryName=repository.name, filter=chosen)
    )
    ids = [(row["imageDigest"], row.get("imageTag")) for rows in found for row in rows]
    expected = {
        (image.digest, tag)
        for image in repository.images
        if passes(image, chosen)
        for tag in (image.tags or {None})
    }
    assert len(ids) == len(expected)
    assert set(ids) == expected
    assert all(len(rows) == size for rows in found[:-1])


@SHARED
@given(count=st.integers(0, 12), size=st.integers(1, 5))
def test_repositories_pages_hold_every_repository_once(
    sandbox: Sandbox, count: int, size: int
) -> None:
    registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    registry.repositories.clear()
    names = {worlds.add_repository(sandbox.world, f"app-{number}").name for number in range(count)}
    found = list(pages(client("ecr").describe_repositories, "repositories", size))
    assert sorted(row["repositoryName"] for rows in found for row in rows) == sorted(names)
    assert len(found) == max(1, -(-count // size))


def test_images_do_not_come_in_the_order_of_pushing(busy_sandbox: Sandbox, ecr: Any) -> None:
    rows = ecr.describe_images(repositoryName=first(busy_sandbox).name)["imageDetails"]
    times = [row["imagePushedAt"] for row in rows]
    assert times not in (sorted(times), sorted(times, reverse=True))


@pytest.mark.parametrize("token", ["x", "AAAA", "not base64!", "A" * 28])
def test_a_strange_token_is_refused(busy_sandbox: Sandbox, ecr: Any, token: str) -> None:
    with pytest.raises(ecr.exceptions.InvalidParameterException, match="nextToken"):
        ecr.describe_images(repositoryName=first(busy_sandbox).name, nextToken=token)


def test_a_token_of_one_list_does_not_open_another(busy_sandbox: Sandbox, ecr: Any) -> None:
    name = first(busy_sandbox).name
    token = ecr.describe_images(repositoryName=name, maxResults=1)["nextToken"]
    with pytest.raises(ecr.exceptions.InvalidParameterException):
        ecr.list_images(repositoryName=name, nextToken=token)


@pytest.mark.parametrize("option", [{"maxResults": 5}, {"nextToken": "x"}])
def test_pages_and_names_exclude_each_other(
    busy_sandbox: Sandbox, ecr: Any, option: dict[str, Any]
) -> None:
    repository = first(busy_sandbox)
    ids = [{"imageDigest": next(iter(repository.images)).digest}]
    with pytest.raises(ecr.exceptions.InvalidParameterException, match="imageIds"):
        ecr.describe_images(repositoryName=repository.name, imageIds=ids, **option)
    with pytest.raises(ecr.exceptions.InvalidParameterException, match="repositoryNames"):
        ecr.describe_repositories(repositoryNames=[repository.name], **option)


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("DescribeImages", {"maxResults": 1001}),
        ("DescribeImages", {"imageIds": [{"imageTag": "t"}] * 101}),
        ("BatchGetImage", {"imageIds": [{"imageTag": "t"}] * 101}),
        ("ListImageReferrers", {"subjectId": {"imageDigest": "sha256:0"}, "maxResults": 51}),
        ("DescribeRepositories", {"maxResults": 1001}),
        ("BatchGetRepositoryScanningConfiguration", {"repositoryNames": ["aa"] * 26}),
    ],
)
def test_limits_are_enforced(
    busy_sandbox: Sandbox, ecr: Any, operation: str, arguments: dict[str, Any]
) -> None:
    if "repositoryName" in ecr.meta.service_model.operation_model(operation).input_shape.members:
        arguments = {**arguments, "repositoryName": first(busy_sandbox).name}
    with pytest.raises(ecr.exceptions.ClientError, match="less than or equal to") as caught:
        ecr._make_api_call(operation, arguments)
    assert code(caught.value) == "InvalidParameterException"
