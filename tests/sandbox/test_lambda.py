"""Lambda as its clients see it: what a function is made of, and making it of another image."""

from __future__ import annotations

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import client, code
from tests.waiting import until


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """A repository with an image that a function is made of."""
    repository = worlds.add_repository(sandbox.world, "team/job")
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_function(sandbox.world, worlds.uri(repository, "v1"), digest=image.digest)
    return repository


def test_a_function_tells_its_image_and_what_it_was_resolved_to(
    sandbox: Sandbox, repository: Repository
) -> None:
    first = repository.images.by_tag("v1")
    worlds.add_image(repository, tags={"v1"}, content=b"newer")
    worlds.add_function(sandbox.world, "", digest="", name="zipped")
    functions = client("lambda")
    listed = functions.list_functions()["Functions"]
    assert {one["FunctionName"]: one["PackageType"] for one in listed} == {
        "job": "Image",
        "zipped": "Zip",
    }
    told = functions.get_function(FunctionName=listed[0]["FunctionArn"])
    assert first is not None
    assert told["Code"]["ImageUri"] == worlds.uri(repository, "v1")
    assert told["Code"]["ResolvedImageUri"] == worlds.uri(repository, digest=first.digest)
    assert told["Configuration"]["CodeSha256"] == first.digest.removeprefix("sha256:")
    assert functions.get_function(FunctionName="zipped")["Code"]["RepositoryType"] == "S3"


def test_pages_hold_fifty_at_most(sandbox: Sandbox) -> None:
    for number in range(60):
        worlds.add_function(sandbox.world, "", digest="", name=f"f{number}")
    functions = client("lambda")
    first = functions.list_functions(MaxItems=1000)
    assert len(first["Functions"]) == 50
    rest = functions.list_functions(MaxItems=1000, Marker=first["NextMarker"])
    assert len(rest["Functions"]) == 10
    assert "NextMarker" not in rest


def test_an_update_is_in_progress_and_then_over(sandbox: Sandbox, repository: Repository) -> None:
    newer = worlds.add_image(repository, tags={"v2"}, content=b"newer")
    functions = client("lambda")
    image = worlds.uri(repository, digest=newer.digest)
    told = functions.update_function_code(FunctionName="job", ImageUri=image, Publish=True)
    assert told["LastUpdateStatus"] == "InProgress"
    with pytest.raises(functions.exceptions.ResourceConflictException):
        functions.update_function_code(FunctionName="job", ImageUri=image)
    until(
        lambda: (
            functions.get_function_configuration(FunctionName="job")["LastUpdateStatus"]
            == "Successful"
        )
    )
    where = functions.get_function(FunctionName="job")["Code"]
    assert where["ResolvedImageUri"] == where["ImageUri"] == image
    published = functions.get_function(FunctionName="job", Qualifier="1")
    assert published["Configuration"]["Version"] == "1"
    every = functions.list_functions(FunctionVersion="ALL")["Functions"]
    assert [one["Version"] for one in every] == ["$LATEST", "1"]


def test_what_is_no_image_for_a_function_is_refused(
    sandbox: Sandbox, repository: Repository
) -> None:
    image = repository.images.by_tag("v1")
    assert image is not None
    worlds.add_index(repository, [image], tags={"many"})
    functions = client("lambda")
    for tag, words in (("gone", "does not exist"), ("many", "is not supported")):
        with pytest.raises(functions.exceptions.InvalidParameterValueException, match=words):
            functions.update_function_code(FunctionName="job", ImageUri=worlds.uri(repository, tag))
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_function(FunctionName="none")
    other = worlds.add_repository(sandbox.world, "far", region=worlds.OTHER_REGION)
    with pytest.raises(functions.exceptions.InvalidParameterValueException, match="is not valid"):
        functions.update_function_code(FunctionName="job", ImageUri=worlds.uri(other, "v1"))
    sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).troubles["*"] = "denied"
    with pytest.raises(functions.exceptions.ClientError, match="does not have permission") as told:
        functions.update_function_code(FunctionName="job", ImageUri=worlds.uri(repository, "v1"))
    assert code(told.value) == "AccessDeniedException"
