"""`:cve-...`: the images that have it, with where they run; and a list's column of findings."""

from __future__ import annotations

import msgspec
import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.contents import read_manifests
from ecrtui.workflows.scans import BY_ITSELF, Pace
from tests import workloads, worlds
from tests.asked import asked_of
from tests.tui.explorer import Person, opened

HERE = ("--region", worlds.REGION)
REPO = "team/app"
NAME = "CVE-2026-1234"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, REPO)


async def look_for(person: Person, name: str = NAME) -> None:
    await person.at(kinds.REGISTRIES)
    await person.goto(name.lower())
    await person.at(kinds.AFFECTED)


@pytest.mark.parametrize("size", [(80, 24), (140, 36)])
async def test_images_with_it_and_where_they_run(
    sandbox: Sandbox, repository: Repository, size: tuple[int, int]
) -> None:
    image = worlds.add_image(repository, tags={"v1"}, content=b"1")
    worlds.add_scan(image, (NAME, "CRITICAL", "openssl"))
    other = worlds.add_image(repository, tags={"v2"}, content=b"2")
    worlds.add_scan(other, ("CVE-2026-1", "HIGH", "openssl"))
    worlds.add_image(repository, tags={"v3"}, content=b"3")
    workloads.add_service(
        sandbox.world, workloads.uri(repository, "v1"), digest=image.digest, name="site"
    )
    async with opened(*HERE, size=size) as person:
        await look_for(person)
        await person.sees("● 1")
        assert len(person.rows) == 1
        for text in ("C critical", REPO, "v1", "main/site", "ECR: 3 of 3 images, 1 unknown"):
            assert text in person.text
        await person.press("enter")
        await person.at(kinds.IMAGE, REPO)
        await person.sees("C critical")
        assert person.image.tab.id == "findings"
        assert NAME in person.text
        await person.press("escape")
        await person.at(kinds.AFFECTED)


async def test_inspector_is_named(sandbox: Sandbox, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    workloads.enhance(sandbox.world, repository, image, NAME)
    async with opened(*HERE) as person:
        await look_for(person)
        await person.sees("Inspector in 1 region")
        assert len(person.rows) == 1
        await look_for_again(person, "CVE-2026-9999")
        await person.sees("No image at hand has CVE-2026-9999")
        assert "by Inspector's word" in person.text


async def look_for_again(person: Person, name: str) -> None:
    await person.goto(name)
    await person.at(kinds.AFFECTED)


async def test_nothing_found_says_how_far_it_looked(
    sandbox: Sandbox, repository: Repository
) -> None:
    worlds.add_image(repository, tags={"v1"})
    sandbox.faults.add("deny", service="inspector2")
    async with opened(*HERE) as person:
        await look_for(person)
        await person.sees("No image at hand has")
        assert "1 of them unknown" in person.text
        assert "Not allowed" in person.text


async def test_half_a_name_is_told(repository: Repository) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("colon", *"cve-2026", "enter")
        await person.sees("Write all of it: CVE-2026-1234")


async def test_hostile_texts(repository: Repository) -> None:
    for number, text in enumerate(worlds.HOSTILE):
        image = worlds.add_image(repository, tags={f"v{number}"}, content=text.encode())
        worlds.add_scan(image, (NAME, text, text))
    async with opened(*HERE, size=(200, 40)) as person:
        await look_for(person)
        await person.sees("not markup")
        assert len(person.rows) == len(worlds.HOSTILE)


# The column


async def test_counts_come_for_the_rows_in_sight_within_the_pace(
    sandbox: Sandbox, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call takes a step of the one pace; that a pace is never outrun is tested beside it."""
    for number in range(60):
        pushed = 1_770_000_000.0 + number
        image = worlds.add_image(
            repository, tags={f"v{number:02}"}, content=bytes([number]), pushed_at=pushed
        )
        worlds.add_scan(image, ("CVE-2026-1", "HIGH", "a"), ("CVE-2026-2", "MEDIUM", "b"))
    asked = asked_of(sandbox, monkeypatch)
    steps: list[Pace] = []
    monkeypatch.setattr(Pace, "step", lambda pace: steps.append(pace))
    async with opened(*HERE, REPO, size=(80, 24)) as person:
        await person.at(kinds.IMAGES, REPO)
        await person.until(lambda: "H1 M1" in person.line_of(person.tag("v59")), "the first")
        await person.until(lambda: all_known(person), "all in sight")
        first = asked["DescribeImageScanFindings"]
        assert first <= 24
        await person.press("G")
        await person.until(lambda: "H1 M1" in person.line_of(person.tag("v00")), "the last")
        await person.until(lambda: all_known(person), "all in sight")
        assert first < asked["DescribeImageScanFindings"] <= 2 * 24
        assert len(steps) == asked["DescribeImageScanFindings"]
        registry = person.place.spot.registry
        assert registry is not None
        pace = person.session.services.scans.pace(registry)
        assert set(steps) == {pace}
        assert pace.between == 1 / BY_ITSELF
    assert all(image.last_pull is None for image in repository.images)


def all_known(person: Person) -> bool:
    """Whether every row in sight has its counts."""
    return all("H1 M1" in line for line in person.lines if " v" in line and " B " in line)


async def test_counts_are_kept_for_the_run(
    sandbox: Sandbox, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}), ("CVE-2026-1", "CRITICAL", "a"))
    asked = asked_of(sandbox, monkeypatch)
    async with opened(*HERE, REPO) as person:
        await person.at(kinds.IMAGES, REPO)
        await person.sees("C1")
        await person.press("escape")
        await person.at(kinds.REPOSITORIES)
        await person.press("enter")
        await person.at(kinds.IMAGES, REPO)
        await person.sees("C1")
        assert asked["DescribeImageScanFindings"] == 1


async def test_of_an_index_the_worst_of_its_platforms(repository: Repository) -> None:
    one = worlds.add_image(repository, content=b"amd64")
    other = worlds.add_image(repository, content=b"arm64", platform=("linux", "arm64"))
    index = worlds.add_index(repository, [one, other], tags={"v1"})
    worlds.add_scan(one, ("CVE-2026-1", "HIGH", "a"))
    worlds.add_scan(other, ("CVE-2026-1", "HIGH", "a"), ("CVE-2026-2", "CRITICAL", "b"))
    async with opened(*HERE, REPO) as person:
        await person.at(kinds.IMAGES, REPO)
        registry = person.place.spot.registry
        assert registry is not None
        read_manifests(person.session.services, registry, REPO, [index.digest])
        await person.press("r")
        await person.until(lambda: "C1 H1" in person.line_of(index.digest), "the worst")


async def test_denied_is_said_once_and_nothing_more_is_asked(
    sandbox: Sandbox, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        worlds.add_image(repository, tags={f"v{number}"}, content=bytes([number]))
    asked = asked_of(sandbox, monkeypatch)
    sandbox.faults.add("deny", operation="DescribeImageScanFindings")
    async with opened(*HERE, REPO) as person:
        await person.at(kinds.IMAGES, REPO)
        await person.sees("findings: not allowed")
        assert "FINDINGS" not in person.text
        assert asked["DescribeImageScanFindings"] == 1


async def test_sorted_and_filtered_by_it(repository: Repository) -> None:
    for number, severity in enumerate(("LOW", "CRITICAL", "HIGH")):
        image = worlds.add_image(repository, tags={f"v{number}"}, content=bytes([number]))
        worlds.add_scan(image, ("CVE-2026-1", severity, "a"))
    async with opened(*HERE, REPO) as person:
        await person.at(kinds.IMAGES, REPO)
        await person.until(lambda: all(f" {c}1" in person.text for c in "LCH"), "all counts")
        person.listing.sort_by("findings", reverse=True)
        await person.rest()
        assert [person.line_of(key).split()[1] for key in person.rows] == ["v1", "v2", "v0"]
        await person.press("slash", *"findings:C1", "enter")
        await person.rest()
        assert len(person.rows) == 1


async def test_who_does_not_want_it_is_not_asked_for(
    sandbox: Sandbox, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}), ("CVE-2026-1", "HIGH", "a"))
    asked = asked_of(sandbox, monkeypatch)
    async with opened(*HERE, REPO) as person:
        services = person.session.services
        services.settings = msgspec.structs.replace(services.settings, findings="ask")
        await person.at(kinds.IMAGES, REPO)
        await person.press("enter")
        await person.at(kinds.IMAGE)
        assert not asked["DescribeImageScanFindings"]
