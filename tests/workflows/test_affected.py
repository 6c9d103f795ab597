"""Which images have a vulnerability: by Inspector where it is on, by ECR's scans elsewhere."""

from __future__ import annotations

import pytest

from ecrtui.errors import NotAllowed, UsageError
from ecrtui.model.affected import ECR, INSPECTOR, Affected, Looked
from ecrtui.model.places import Registry
from ecrtui.model.usage import Standing
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.affected import images_with, runs
from ecrtui.workflows.contents import read_manifests
from ecrtui.workflows.services import Services
from tests import workloads, worlds
from tests.asked import asked_of
from tests.workflows.at_work import here

NAME = "CVE-2026-1"


def looked(services: Services, *places: Registry) -> tuple[list[Affected], list[Looked]]:
    """The images, and what was told beside."""
    events = list(images_with(services, NAME.lower(), places))
    found = [event for event in events if isinstance(event, Affected)]
    return found, [event for event in events if isinstance(event, Looked)]


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def test_by_ecrs_scans(services: Services, sandbox: Sandbox, repository: Repository) -> None:
    hit = worlds.add_image(repository, tags={"v1"}, content=b"1")
    worlds.add_scan(hit, (NAME, "LOW", "tar"), (NAME, "HIGH", "ssl"), ("CVE-2026-2", "HIGH", "x"))
    clean = worlds.add_image(repository, tags={"v2"}, content=b"2")
    worlds.add_scan(clean, ("CVE-2026-12", "HIGH", "ssl"))
    worlds.add_image(repository, tags={"v3"}, content=b"3")
    worlds.add_image(repository, tags={"old"}, content=b"4", status="ARCHIVED")
    worlds.add_image(
        repository, artifactType="a/signature", subject=worlds.descriptor(hit), content=b"s"
    )
    (found,), told = looked(services, here())
    assert (found.repository, found.digest, found.tags) == ("team/app", hit.digest, ("v1",))
    assert [one.package for one in found.findings] == ["ssl", "tar"]
    assert found.source == ECR
    last = told[-1]
    assert last.ended
    assert (last.done, last.total, last.unknown) == (4, 4, 2)
    assert last.why_not_inspector == "Inspector is not on"
    assert all(image.last_pull is None for image in repository.images)


def test_what_is_at_hand_is_not_asked_again(
    services: Services,
    sandbox: Sandbox,
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(4):
        image = worlds.add_image(repository, content=bytes([number]))
        worlds.add_scan(image, (NAME if number < 2 else "CVE-2026-2", "LOW", "tar"))
    asked = asked_of(sandbox, monkeypatch)
    assert len(looked(services, here())[0]) == 2
    assert asked["DescribeImageScanFindings"] == 4
    assert len(looked(services, here())[0]) == 2
    assert asked["DescribeImageScanFindings"] == 4


def test_a_child_is_told_by_the_tags_of_its_index(
    services: Services, repository: Repository
) -> None:
    one = worlds.add_image(repository, content=b"amd64")
    other = worlds.add_image(repository, content=b"arm64", platform=("linux", "arm64"))
    index = worlds.add_index(repository, [one, other], tags={"v1"})
    worlds.add_scan(other, (NAME, "HIGH", "ssl"))
    worlds.add_scan(one)
    (found,), _ = looked(services, here())
    assert (found.digest, found.tags) == (other.digest, ())
    read_manifests(services, here(), "team/app", [index.digest])
    (found,), _ = looked(services, here())
    assert (found.tags, found.platform) == (("v1",), "linux/arm64")


def test_by_inspectors_word(
    services: Services, sandbox: Sandbox, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = worlds.add_image(repository, tags={"v1"}, content=b"1")
    workloads.enhance(sandbox.world, repository, image, NAME, "CVE-2026-2")
    other = worlds.add_image(repository, tags={"v2"}, content=b"2")
    workloads.enhance(sandbox.world, repository, other, "CVE-2026-2")
    asked = asked_of(sandbox, monkeypatch)
    (found,), (told,) = looked(services, here())
    assert (found.digest, found.source, found.tags) == (image.digest, INSPECTOR, ("v1",))
    assert {one.name for one in found.findings} == {NAME}
    assert told.ended
    assert told.source == INSPECTOR
    assert not asked["DescribeImageScanFindings"]
    assert not asked["DescribeImages"]


def test_where_inspector_is_denied_ecrs_scans_tell(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    workloads.enhance(sandbox.world, repository, image, NAME)
    sandbox.faults.add("deny", service="inspector2")
    (found,), told = looked(services, here())
    assert found.source == ECR
    assert told[-1].why_not_inspector.startswith("Inspector could not be asked: Not allowed")


def test_a_place_that_fails_spoils_no_other(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}), (NAME, "HIGH", "ssl"))
    there = worlds.add_repository(sandbox.world, "team/app", region=worlds.OTHER_REGION)
    worlds.add_scan(worlds.add_image(there, tags={"v1"}), (NAME, "HIGH", "ssl"))
    sandbox.faults.add("deny", operation="DescribeRepositories", region=worlds.OTHER_REGION)
    found, told = looked(services, here(), Registry("main", worlds.OTHER_REGION))
    assert [one.registry.region for one in found] == [worlds.REGION]
    (failed,) = (one for one in told if one.problem is not None)
    assert isinstance(failed.problem, NotAllowed)
    assert failed.registry.region == worlds.OTHER_REGION


def test_who_does_not_wait_ends_it(services: Services, repository: Repository) -> None:
    for number in range(5):
        worlds.add_scan(worlds.add_image(repository, content=bytes([number])), (NAME, "LOW", "a"))
    found: list[Affected] = []

    def wanted() -> bool:
        return len(found) < 2

    for event in images_with(services, NAME, [here()], wanted=wanted):
        if isinstance(event, Affected):
            found.append(event)  # noqa: PERF401 - it is looked at meanwhile
    assert 2 <= len(found) < 5


def test_where_they_run(services: Services, sandbox: Sandbox, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"v1"}, content=b"1")
    other = worlds.add_image(repository, tags={"v2"}, content=b"2")
    workloads.add_service(sandbox.world, workloads.uri(repository, "v1"), digest=image.digest)
    stands = runs(services, here(), "team/app")
    assert stands[image.digest].standing is Standing.RUNNING
    assert not stands[other.digest].uses


@pytest.mark.parametrize("name", ["", "nonsense", "CVE", "--cve", "CVE-2026-1; drop"])
def test_what_is_no_name_is_refused(services: Services, name: str) -> None:
    with pytest.raises(UsageError):
        list(images_with(services, name, []))


def test_a_name_is_found_however_it_is_typed(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    workloads.enhance(sandbox.world, repository, image, "GHSA-jfh8-c2jp-5v3q")
    for typed in ("ghsa-JFH8-c2jp-5v3q", "GHSA-jfh8-c2jp-5v3q"):
        events = list(images_with(services, typed, [here()]))
        assert [one.digest for one in events if isinstance(one, Affected)] == [image.digest]
