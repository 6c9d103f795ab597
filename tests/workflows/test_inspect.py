"""One image, part by part: what cannot be read spoils nothing else."""

from __future__ import annotations

import pytest

from ecrtui.errors import Corrupt, EcrtuiError, NotAllowed, NotFound, RemoteError, UsageError
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import ImageId
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.workflows.contents import read_bytes, read_manifests, stored_manifest
from ecrtui.workflows.inspect import inspect
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from tests import worlds
from tests.workflows.at_work import here

PLATFORMS = (("linux", "amd64"), ("linux", "arm64"))


def at(tag: str) -> Target:
    return Target(here(), "team/app", ImageId(image_tag=tag))


def last(services: Services, tag: str, platform: str = "", *, read: bool = True) -> ImageDetails:
    return list(inspect(services, at(tag), platform, read=read))[-1]


def child(repository: Repository, digest: str) -> Image:
    found = repository.images.by_digest(digest)
    assert found is not None
    return found


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


@pytest.fixture
def index(repository: Repository) -> Image:
    children = [
        worlds.add_image(repository, content=str(number).encode(), platform=platform)
        for number, platform in enumerate(PLATFORMS)
    ]
    index = worlds.add_index(repository, children, tags={"multi"})
    signed = worlds.descriptor(index)
    worlds.add_image(repository, artifactType="application/x.signature", subject=signed)
    return index


def test_each_value_is_fuller(services: Services, index: Image) -> None:
    row, manifest, contents, everything = inspect(services, at("multi"), "linux/arm64")
    assert row.image is not None
    assert (row.image.image_digest, row.manifest, row.problems) == (index.digest, None, ())
    assert manifest.manifest is not None
    assert (manifest.raw_manifest, manifest.image_manifest) == (index.read_manifest(), None)
    assert contents.chosen is not None
    assert contents.config is not None
    assert contents.chosen.digest == index.children[1]
    assert str(contents.config.platform) == "linux/arm64"
    assert [layer.created_by for layer in contents.layers] == ["COPY content /"]
    assert not contents.referrers_listed
    assert everything.referrers_listed
    assert [row.artifact_type for row in everything.referrers] == ["application/x.signature"]
    assert everything.problems == ()


def test_a_manifest_is_read_once(services: Services, sandbox: Sandbox, index: Image) -> None:
    assert not last(services, "multi").from_cache
    sandbox.faults.add("deny", operation="BatchGetImage")
    again = last(services, "multi")
    assert again.from_cache
    assert again.problems == ()


@pytest.mark.parametrize("operation", ["BatchGetImage", "ListImageReferrers"])
def test_a_denied_part_spoils_no_other(
    services: Services, sandbox: Sandbox, index: Image, operation: str
) -> None:
    sandbox.faults.add("deny", operation=operation)
    details = last(services, "multi")
    assert details.image is not None
    denied = operation == "BatchGetImage"
    assert (details.manifest is None) == denied
    assert details.referrers_listed == denied
    assert len(details.referrers) == (1 if denied else 0)
    ((part, problem),) = details.problems
    assert part == ("manifest" if denied else "referrers")
    assert isinstance(problem, NotAllowed)
    assert operation in problem.title


def test_an_archived_image_has_its_row_and_referrers(
    services: Services, repository: Repository
) -> None:
    image = worlds.add_image(repository, tags={"old"}, status="ARCHIVED")
    worlds.add_image(repository, artifactType="text/sbom", subject=worlds.descriptor(image))
    details = last(services, "old")
    assert details.image is not None
    assert details.image.archived
    assert isinstance(details.manifest_problem, RemoteError)
    assert details.manifest_problem.sentence.count("archived") == 1
    assert "estore" in details.manifest_problem.hint
    assert len(details.referrers) == 1


def test_an_archived_child_leaves_the_index(
    services: Services, repository: Repository, index: Image
) -> None:
    for digest in index.children:
        child(repository, digest).status = "ARCHIVED"
    details = last(services, "multi", "linux/amd64")
    assert details.manifest is not None
    assert details.chosen is not None
    assert isinstance(details.contents_problem, RemoteError)
    assert (details.image_manifest, details.layers) == (None, ())
    assert details.referrers_listed


@pytest.mark.parametrize("action", ["deny", "status"])
def test_a_config_that_cannot_be_read_leaves_layers_and_referrers(
    services: Services, sandbox: Sandbox, index: Image, action: str
) -> None:
    sandbox.faults.add(action, operation="GetDownloadUrlForLayer")
    details = last(services, "multi")
    assert details.config is None
    assert [layer.created_by for layer in details.layers] == [""]
    assert isinstance(details.contents_problem, EcrtuiError)
    assert details.referrers_listed


def test_wrong_bytes_are_no_config(services: Services, sandbox: Sandbox, index: Image) -> None:
    sandbox.faults.add("corrupt", service="registry", after=3)
    details = last(services, "multi")
    assert isinstance(details.contents_problem, Corrupt)
    assert len(details.layers) == 1


def test_what_is_not_stored_is_not_read_unasked(
    services: Services, sandbox: Sandbox, repository: Repository, index: Image
) -> None:
    unread = last(services, "multi", read=False)
    assert unread.image is not None
    assert isinstance(unread.manifest_problem, EcrtuiError)
    assert "pull" in unread.manifest_problem.hint
    assert unread.referrers_listed
    read_manifests(services, here(), "team/app", [index.digest])
    half = last(services, "multi", read=False)
    assert half.manifest is not None
    assert half.chosen is not None
    assert half.contents_problem is not None
    assert child(repository, half.chosen.digest).last_pull is None


def test_no_such_platform_is_a_problem_and_a_wrong_one_an_error(
    services: Services, index: Image
) -> None:
    details = last(services, "multi", "plan9/mips")
    assert isinstance(details.contents_problem, NotFound)
    assert "linux/arm64" in details.contents_problem.hint
    assert details.referrers_listed
    with pytest.raises(UsageError):
        last(services, "multi", "amd64")


def test_no_such_image_is_an_error(services: Services, repository: Repository) -> None:
    with pytest.raises(NotFound):
        last(services, "nothing")


def test_a_damaged_store_is_read_again(
    services: Services, index: Image, repository: Repository
) -> None:
    assert stored_manifest(services, index.digest) is None
    read_manifests(services, here(), "team/app", [index.digest])
    stored = stored_manifest(services, index.digest)
    assert stored is not None
    assert [child.digest for child in stored.manifests] == list(index.children)


def test_every_digest_asked_for_is_answered_or_refused(services: Services, index: Image) -> None:
    wanted = [index.digest, *index.children, index.digest]
    assert [raw.digest for raw in read_bytes(services, here(), "team/app", wanted)] == wanted
    with pytest.raises(NotFound):
        read_bytes(services, here(), "team/app", [index.digest, "sha256:" + "0" * 64])
