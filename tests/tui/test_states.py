"""Loading, empty, nothing that matches, denied, failed: what every place says, and how it heals."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from ecrtui.config import commands as kinds
from ecrtui.errors import UnknownOperation
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui import loading
from ecrtui.tui.screens.details import Details
from ecrtui.tui.screens.renewal.again import TryAgain
from tests import worlds
from tests.tui import pictures
from tests.tui.explorer import Person, opened

HERE = ("--region", worlds.REGION)
APP, OTHER = "team/app", "team/other"


class Place(NamedTuple):
    """A kind of place: from where one goes to it, what it asks for, what it then shows."""

    kind: str
    keys: tuple[str, ...]
    operation: str
    shows: str


PLACES = (
    Place(kinds.REPOSITORIES, ("enter",), "DescribeRepositories", OTHER),
    Place(kinds.IMAGES, ("enter", "enter"), "DescribeImages", "v1"),
    Place(kinds.IMAGE, ("enter", "enter", "enter"), "DescribeImages", "What it is"),
    Place(kinds.SETTINGS, ("enter", "i"), "DescribeRepositories", "Tag mutability"),
    Place(
        kinds.LIFECYCLE,
        ("enter", "enter", "E"),
        "GetLifecyclePolicy",
        "There is no lifecycle policy",
    ),
)
every_place = pytest.mark.parametrize("place", PLACES, ids=[place.kind for place in PLACES])
FAULTS = {
    "deny": (loading.DENIED, "Not allowed"),
    "unknown": (loading.FAILED, UnknownOperation.title),
}
every_fault = pytest.mark.parametrize("fault", FAULTS)


class Gate(threading.Event):
    """Ends every stall when it is set, as if its time had passed."""

    def wait(self, timeout: float | None = None) -> bool:
        super().wait(timeout)
        return False


@pytest.fixture(autouse=True)
def gate(sandbox: Sandbox) -> Iterator[Gate]:
    """Two repositories, an image in the first; what stalls goes on when the gate is set."""
    worlds.add_image(worlds.add_repository(sandbox.world, APP), tags={"v1"})
    worlds.add_repository(sandbox.world, OTHER)
    gate = Gate()
    sandbox.faults.stopping = gate
    yield gate
    gate.set()


async def go_near(person: Person, place: Place) -> str:
    """Go to the place before the one meant; answers the key that leads on."""
    await person.at(kinds.REGISTRIES)
    for key, kind in zip(place.keys, (kinds.REPOSITORIES, kinds.IMAGES), strict=False):
        if key == place.keys[-1] and kind == place.kind:
            break
        if len(place.keys) == (kinds.REPOSITORIES, kinds.IMAGES).index(kind) + 1:
            break
        await person.press(key)
        await person.at(kind)
    return place.keys[-1]


@every_place
@every_fault
async def test_what_cannot_be_read(sandbox: Sandbox, place: Place, fault: str) -> None:
    state, title = FAULTS[fault]
    async with opened(*HERE) as person:
        key = await go_near(person, place)
        sandbox.faults.add(fault, operation=place.operation)
        await person.press(key)
        await person.at(place.kind)
        assert person.place.state == state
        assert title in person.text
        assert place.operation in person.text
        assert "r tries again" in person.text
        assert place.shows not in person.text
        sandbox.faults.clear()
        await person.again()
        assert person.place.state == loading.FULL
        assert place.shows in person.text
        assert title not in person.text


@every_place
@every_fault
async def test_what_was_read_stays(sandbox: Sandbox, place: Place, fault: str) -> None:
    state, title = FAULTS[fault]
    async with opened(*HERE) as person:
        await person.press(await go_near(person, place))
        await person.at(place.kind)
        sandbox.faults.add(fault, operation=place.operation)
        await person.again()
        assert person.place.state == state
        assert place.shows in person.text
        assert title in person.text
        assert "r tries again" in person.text
        assert "stale" in person.lines[-2]
        await person.press("!")
        await person.until(lambda: isinstance(person.app.screen, Details), "the details")
        assert place.operation in person.text
        await person.press("escape")
        sandbox.faults.clear()
        await person.again()
        assert person.place.state == loading.FULL
        assert place.shows in person.text
        assert title not in person.text
        assert "stale" not in person.text


@every_place
async def test_while_it_is_read(sandbox: Sandbox, place: Place) -> None:
    async with opened(*HERE) as person:
        key = await go_near(person, place)
        before = person.place.spot
        await person.until(lambda: not person.reading, "an end of all counting")
        sandbox.faults.add("stall", operation=place.operation, seconds=600, times=1)
        await person.press(key)
        await person.until(lambda: person.place.spot.kind == place.kind, "the place")
        await person.sees("Reading")
        assert person.place.state == loading.LOADING
        await person.until(lambda: "reading" in person.lines[-2], "the busy mark")
        await person.press("escape")  # nobody waits for what stalls
        await person.at(before.kind)
        await person.press(key)
        await person.at(place.kind)
        assert place.shows in person.text


async def test_empty(sandbox: Sandbox) -> None:
    async with opened("--region", worlds.OTHER_REGION, "--region", worlds.REGION) as person:
        await person.at(kinds.REGISTRIES)
        await person.filter(worlds.OTHER_REGION)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        assert person.place.state == loading.EMPTY
        assert "No repositories" in person.text
        worlds.add_repository(sandbox.world, "team/first", region=worlds.OTHER_REGION)
        await person.again()
        assert person.rows == ["team/first"]
        await person.press("enter")
        await person.at(kinds.IMAGES)
        assert person.place.state == loading.EMPTY
        assert "No images in team/first" in person.text
        assert "W waits for a tag" in person.text
        await person.press("ctrl+f", *"nothing like it", "enter")
        await person.at(kinds.SEARCH)
        assert person.place.state == loading.EMPTY
        assert "Nothing found for nothing like it" in person.text


@pytest.mark.parametrize(
    ("kind", "noun"), [(kinds.REPOSITORIES, "2 repositories"), (kinds.IMAGES, "1 images")]
)
async def test_nothing_matches(kind: str, noun: str) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        if kind == kinds.IMAGES:
            await person.press("enter")
            await person.at(kind)
        known = person.rows
        await person.filter("zzz")
        assert person.place.state == loading.FILTERED
        assert f"None of {noun} matches zzz" in person.text
        assert "esc clears it" in person.text
        await person.press("enter")
        await person.hears("no row to stand on")
        await person.press("escape")
        assert person.rows == known


async def test_nobody_is_signed_in(sandbox: Sandbox) -> None:
    sandbox.faults.add("expire", service="sts")
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        assert person.place.state == loading.DENIED
        assert "expired: Enter signs in" in person.line_of(person.rows[0])
        await person.press("enter")
        await person.until(lambda: isinstance(person.app.screen, TryAgain), "what to do")
        await person.until(lambda: person.session.asker.listening, "a question that listens")
        assert "expired" in person.text
        await person.press("escape")
        sandbox.faults.clear()
        await person.again()
        assert person.place.state == loading.FULL
        assert "expired" not in person.text


async def test_one_region_that_fails_spoils_no_other(sandbox: Sandbox) -> None:
    sandbox.faults.add("deny", operation="DescribeRepositories", region=worlds.OTHER_REGION)
    async with opened(*HERE, "--region", worlds.OTHER_REGION) as person:
        await person.at(kinds.REGISTRIES)
        assert person.place.state == loading.FULL
        here, there = person.rows[:2]
        assert " 2 " in person.line_of(here)
        assert "Not allowed" in person.line_of(there)
        await person.filter(worlds.OTHER_REGION)
        await person.press("enter")
        await person.until(lambda: isinstance(person.app.screen, Details), "why not")
        assert "ecr:DescribeRepositories" in person.text


@pytest.mark.parametrize(
    ("operation", "tab"), [("BatchGetImage", "3"), ("ListImageReferrers", "7")]
)
async def test_a_part_of_an_image_that_may_not_be_read(
    sandbox: Sandbox, operation: str, tab: str
) -> None:
    sandbox.faults.add("deny", operation=operation)
    async with opened(*HERE, f"{APP}:v1") as person:
        await person.at(kinds.IMAGE)
        assert "v1" in person.text
        await person.press(tab)
        assert "Not allowed" in person.text
        assert f"ecr:{operation}" in person.text
        await person.press("!")
        await person.until(lambda: isinstance(person.app.screen, Details), "the details")
        assert f"ecr:{operation}" in person.text
        await person.press("escape")
        sandbox.faults.clear()
        await person.again()
        assert "Not allowed" not in person.text


async def test_a_part_of_the_settings_that_may_not_be_read(sandbox: Sandbox) -> None:
    sandbox.faults.add("deny", operation="GetRepositoryPolicy")
    async with opened(*HERE, size=(100, 60)) as person:
        settings = next(place for place in PLACES if place.kind == kinds.SETTINGS)
        await person.press(await go_near(person, settings))
        await person.at(kinds.SETTINGS)
        assert person.place.state == loading.FULL
        assert "ecr:GetRepositoryPolicy" in person.text
        assert all("…" not in line for line in person.lines)
        assert "Lifecycle policy" in person.text


async def test_documents_that_cannot_be_read(sandbox: Sandbox) -> None:
    repository = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(APP)
    subject = next(iter(repository.images))
    sbom = pictures.add_artifact(repository, subject, pictures.SBOM_TYPE, b'{"bomFormat": "x"}')
    sandbox.faults.add("deny", operation="GetDownloadUrlForLayer")
    async with opened(*HERE, f"{APP}@{sbom.digest}") as person:
        await person.at(kinds.IMAGE)
        await person.press("8")
        await person.sees("Not allowed")
        assert "r tries again" in person.text
        sandbox.faults.clear()
        await person.again()
        await person.sees("bomFormat")
        assert "Not allowed" not in person.text


async def test_of_a_tag_that_moved_the_former_image_leaves_nothing(sandbox: Sandbox) -> None:
    repository = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(APP)
    subject = next(iter(repository.images))
    one, other = (
        pictures.add_artifact(repository, subject, "text/plain", text)
        for text in (b"the former", b"the latter")
    )
    first, second = (worlds.add_index(repository, [child]) for child in (subject, one))
    repository.images.tag(one.digest, "moves")
    async with opened(*HERE, f"{APP}:moves") as person:
        await person.at(kinds.IMAGE)
        await person.sees("the former")
        repository.images.tag(other.digest, "moves")
        await person.again()
        await person.sees("the latter")
        assert "the former" not in person.text
        repository.images.tag(first.digest, "moves")
        await person.again()
        assert "the latter" not in person.text
        await person.until(lambda: list(person.image._rows) == [subject.digest], "its platforms")
        repository.images.tag(second.digest, "moves")
        await person.again()
        await person.until(lambda: list(person.image._rows) == [one.digest], "the new ones")


async def test_places_a_search_could_not_look_at(sandbox: Sandbox) -> None:
    sandbox.faults.add("deny", operation="DescribeImages")
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("ctrl+f", *"v1", "enter")
        await person.at(kinds.SEARCH)
        assert "2 places could not be looked at" in person.text
        assert APP in person.text
        sandbox.faults.clear()
        await person.again()
        assert "could not be looked at" not in person.text
        assert len(person.rows) == 1


async def test_what_cannot_be_opened(sandbox: Sandbox) -> None:
    async with opened(*HERE, f"{APP}:v9") as person:
        await person.until(lambda: person.place.reading.problem is not None, "a refusal")
        assert "No such image" in person.text
        worlds.add_image(
            sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(APP),
            tags={"v9"},
            content=b"late",
        )
        await person.again()
        await person.at(kinds.IMAGE)
        assert "v9" in person.crumbs


@pytest.mark.parametrize("way", ["out and in", "another region", "a line"])
async def test_what_comes_late_is_never_shown(sandbox: Sandbox, gate: Gate, way: str) -> None:
    other = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(OTHER)
    wanted = worlds.add_image(other, tags={"other"}, content=b"other").digest
    moved = worlds.add_repository(sandbox.world, APP, region=worlds.OTHER_REGION)
    elsewhere = worlds.add_image(moved, tags={"elsewhere"}, content=b"elsewhere").digest
    seen: set[str] = set()
    async with opened(*HERE, "--region", worlds.OTHER_REGION) as person:
        await person.at(kinds.REGISTRIES)
        await person.filter(worlds.REGION)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        sandbox.faults.add("stall", operation="DescribeImages", seconds=600, times=1)
        await person.press("g", "enter")
        await person.until(lambda: person.place.spot.repository == APP, "the slow one")
        if way == "out and in":
            await person.burst("escape", "j", "enter")
        elif way == "a line":
            await person.burst("colon", *OTHER, "enter")
        else:
            await person.press("R")
            await person.choose(worlds.OTHER_REGION)
            wanted = elsewhere
        await person.until(lambda: person.rows, "rows")
        seen |= set(person.rows)
        gate.set()  # the slow answer comes

        def ended() -> bool:
            seen.update(person.rows)
            return not person.reading

        await person.until(ended, "an end of all reading")
        await person.rest()
        assert seen | set(person.rows) == {wanted}
        assert "v1" not in person.text


async def test_the_end_of_a_reading_given_up_is_not_the_new_ones(
    sandbox: Sandbox, gate: Gate
) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        await person.until(lambda: not person.reading, "an end of all counting")
        stall = sandbox.faults.add("stall", operation="DescribeRepositories", seconds=600, times=1)
        await person.press("r")
        await person.until(lambda: stall.times == 0, "a request that stalls")
        sandbox.faults.add("deny", operation="DescribeRepositories", times=1)
        await person.again()
        assert person.place.state == loading.DENIED
        gate.set()
        await person.until(lambda: not person.reading, "an end of all reading")
        await person.rest()
        assert person.place.state == loading.DENIED
        await person.again()
        assert person.place.state == loading.FULL


async def at_many(person: Person, sandbox: Sandbox) -> None:
    """Before a registry of more repositories than one page holds."""
    for number in range(1_200):
        worlds.add_repository(sandbox.world, f"many/app-{number}")
    await person.at(kinds.REGISTRIES)


async def test_pages_that_are_still_to_come(sandbox: Sandbox, gate: Gate) -> None:
    async with opened(*HERE) as person:
        await at_many(person, sandbox)
        sandbox.faults.add("stall", operation="DescribeRepositories", skip=1, seconds=600)
        await person.press("enter")
        await person.until(lambda: len(person.rows) == 1_000, "the first page")
        assert ">1,000" in person.lines[1]
        assert "reading" in person.lines[-2]
        await person.filter("app-1")
        shown = len(person.rows)
        assert f"{shown} of >1,000" in person.lines[1]
        await person.press("escape", "G")
        stood_on = person.rows[person.listing.table.cursor]
        gate.set()
        await person.at(kinds.REPOSITORIES)
        assert len(person.rows) == 1_202
        assert " 1,202 " in person.lines[1]
        assert person.rows[person.listing.table.cursor] == stood_on


@every_fault
async def test_a_list_that_breaks_off(sandbox: Sandbox, fault: str) -> None:
    async with opened(*HERE) as person:
        await at_many(person, sandbox)
        sandbox.faults.add(fault, operation="DescribeRepositories", skip=1)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        assert len(person.rows) == 1_000
        assert ">1,000" in person.lines[1]
        assert FAULTS[fault][1] in person.text
        sandbox.faults.clear()
        await person.again()
        assert len(person.rows) == 1_202
        sandbox.faults.add(fault, operation="DescribeRepositories", skip=1)
        await person.again()
        assert len(person.rows) == 1_202  # the rest is stale, not gone
        assert "stale" in person.lines[-2]


async def test_regions_are_found_from_a_place_one_started_at(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, APP, region=worlds.OTHER_REGION)
    async with opened(*HERE, "--region", worlds.OTHER_REGION, f"{APP}:v1") as person:
        await person.at(kinds.IMAGE)
        await person.press("R")
        await person.until(lambda: not person.reading, "an end of looking")
        assert sorted(person.choices) == [worlds.REGION, worlds.OTHER_REGION]
        assert {choice.detail for choice in person.offered} == {"1 repository", "2 repositories"}
        await person.choose(worlds.OTHER_REGION)
        await person.at(kinds.IMAGES, APP)
        assert worlds.OTHER_REGION in person.crumbs


async def test_regions_are_all_offered_when_one_left_before_they_came(sandbox: Sandbox) -> None:
    sandbox.faults.add("stall", service="ecr", region=worlds.OTHER_REGION, times=1, seconds=600)
    async with opened(*HERE, "--region", worlds.OTHER_REGION) as person:
        await person.until(lambda: " 2 " in person.line_of(person.rows[0]), "the first region")
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        await person.press("R")
        await person.until(lambda: len(person.choices) == 2, "both")
        await person.until(lambda: all(one.detail for one in person.offered), "counts of both")


async def test_regions_that_cannot_be_found_say_why(sandbox: Sandbox) -> None:
    async with opened(*HERE, f"{APP}:v1") as person:
        await person.at(kinds.IMAGE)
        sandbox.faults.add("deny", service="sts")
        await person.press("R")
        await person.until(lambda: not person.reading, "an end of looking")
        assert person.choices == [worlds.REGION]
        assert "Not allowed" in person.offered[0].detail
