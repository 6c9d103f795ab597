"""Images moved by keys: brought to a real engine, exported, many at once, typed anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from ecrtui.config import commands as kinds
from ecrtui.errors import NotAllowed
from ecrtui.model.image import ImageId
from ecrtui.model.plan import Outcome
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.commands.jobs import place_of
from ecrtui.tui.jobs import Job
from ecrtui.tui.screens.marking import MarkingPicker
from ecrtui.tui.screens.plan import PlanScreen
from ecrtui.tui.spot import Spot
from ecrtui.workflows.locate import Target
from ecrtui.workflows.moving import copy
from ecrtui.workflows.moving.copy import CopyRequest
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.compare.layers import Item, tar
from tests.engines import Docker, docker
from tests.held import held
from tests.registries import plain_registry
from tests.sandbox.programs import run
from tests.tui.explorer import Person, opened
from tests.tui.moving import agree, done, fill, in_form
from tests.tui.pictures import Step, add_built, add_release
from tests.workflows.at_work import here, services_in

__all__ = ["docker", "plain_registry"]
HERE = ("--profile", "main", "--region", worlds.REGION)
APP = "team/app"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """Three images, the first of which is an index of two platforms."""
    made = worlds.add_repository(sandbox.world, APP)
    add_release(made, "v1")
    for number in (2, 3):
        layer = tar([Item("/etc/motd", content=b"hello" * number)])
        add_built(made, tags=[f"v{number}"], steps=[Step("COPY", layer)])
    return made


@pytest.fixture
def engine(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Docker]:
    """The engine that is meant, empty again afterwards."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    yield docker
    docker.run("image", "prune", "--all", "--force")


def uri(sandbox: Sandbox, tag: str) -> str:
    """What an engine calls an image."""
    return f"{sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host}/{APP}:{tag}"


async def stand(person: Person, tag: str) -> None:
    await person.at(kinds.IMAGES, APP)
    await person.press("g", *["j"] * person.rows.index(person.tag(tag)))


async def mark_all(person: Person, *tags: str) -> None:
    for tag in tags:
        await stand(person, tag)
        await person.press("space")


async def test_a_pull_shows_in_the_list(
    sandbox: Sandbox, repository: Repository, engine: Docker
) -> None:
    async with opened(*HERE, APP, size=(80, 24)) as person:
        await stand(person, "v2")
        assert "LOCAL" not in person.text
        await person.press("p")
        await agree(person, changes=False)
        await done(person)
        await person.until(lambda: "here" in person.line_of(person.tag("v2")), "that it is here")
        assert person.rows[person.listing.table.cursor] == person.tag("v2")
        assert uri(sandbox, "v2") in engine.run("images", "--format", "{{.Repository}}:{{.Tag}}")
        await person.press("p")
        await person.sees("is here already")
        await person.press("enter")
        await person.at(kinds.IMAGES, APP)


async def test_another_platform_is_chosen_on_second_thought(
    sandbox: Sandbox, repository: Repository, engine: Docker
) -> None:
    async with opened(*HERE, APP) as person:
        await stand(person, "v1")
        await person.press("p")
        await person.sees("linux/amd64")
        await person.press("escape")
        await in_form(person, f"Pull {APP}:v1")
        await person.press("space")
        await person.choose("arm64")
        await in_form(person, f"Pull {APP}:v1")
        await person.press("enter")
        await person.sees("linux/arm64")
        await person.press("escape")
        await in_form(person, f"Pull {APP}:v1")
        assert person.app.screen.values["platform"] == "linux/arm64"  # type: ignore[attr-defined]
        await person.press("enter")
        await agree(person, changes=False)
        await done(person)
        told = engine.run("inspect", "--format", "{{.Architecture}}", uri(sandbox, "v1"))
        assert told.strip() == "arm64"


async def test_marked_images_are_pulled_together(
    sandbox: Sandbox, repository: Repository, engine: Docker
) -> None:
    async with opened(*HERE, APP) as person:
        await mark_all(person, "v2", "v3")
        await person.press("p")
        await person.until(lambda: isinstance(person.app.screen, PlanScreen), "the plan")
        for tag in ("v2", "v3"):
            await person.sees(f"{APP}:{tag}")
        await agree(person, changes=True)  # the right arrow stays on the last answer
        await done(person)
        assert len(person.session.jobs.all) == 2
        found = engine.run("images", "--format", "{{.Tag}}").split()
        assert sorted(found) == ["v2", "v3"]


async def test_marked_images_are_exported_into_one_folder(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    async with opened(*HERE, APP) as person:
        await mark_all(person, "v1", "v2")
        await person.press("e")
        await in_form(person, "Export 2 images")
        await fill(person, "file", f"{tmp_path}/out")
        await person.press("enter")
        await agree(person, changes=False)
        await done(person)
    for tag in ("v1", "v2"):
        image = repository.images.by_tag(tag)
        assert image is not None
        digest = run("skopeo", "inspect", "--raw", f"oci:{tmp_path}/out:{tag}").stdout
        assert worlds.digest_of(digest.encode()) == image.digest


async def mark(person: Person, *keys: str) -> None:
    """Have the list of platforms, and press keys there."""
    await person.press("space")
    await person.until(lambda: isinstance(person.app.screen, MarkingPicker), "the platforms")
    await person.press(*keys)


async def test_several_platforms_are_marked(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    children = [
        add_built(
            repository,
            steps=[Step("COPY", tar([Item("/etc/motd", content=name.encode())]))],
            platform=(system, name),
        )
        for system, name in (("linux", "amd64"), ("linux", "arm64"), ("windows", "amd64"))
    ]
    worlds.add_index(repository, children, tags={"many"})
    async with opened(*HERE, APP) as person:
        await stand(person, "many")
        await person.press("e")
        await in_form(person, "Export")
        await fill(person, "file", f"{tmp_path}/out.tar")
        await person.press("enter")
        await person.sees("all of it: linux/amd64")
        await person.press("escape")
        await in_form(person, "all: the whole index")
        await person.press("tab", "tab")
        await person.sees("space several")
        await person.press("right", "right")
        assert person.app.screen.values["platforms"] == ("linux/arm64",)  # type: ignore[attr-defined]
        await mark(person, "up", "space", "down", "space", "enter")
        await in_form(person, "linux/amd64, windows/amd64")
        await mark(person, "enter")
        await in_form(person, "linux/amd64, windows/amd64")
        await mark(person, "up", "enter")
        await in_form(person, "all: the whole index")
        await mark(person, "down", "down", "enter")
        assert person.app.screen.values["platforms"] == ("linux/arm64",)  # type: ignore[attr-defined]
        await mark(person, "enter")
        assert person.app.screen.values["platforms"] == ("linux/arm64",)  # type: ignore[attr-defined]
        await mark(person, "space", "space", "enter")
        await in_form(person, "linux/arm64, windows/amd64")
        await mark(person, "up", "space", "space", "enter")
        await in_form(person, "linux/amd64, windows/amd64")
        await person.sees("a new index")
        await person.press("enter")
        await person.sees("some of it: linux/amd64, windows/amd64")
        await person.press("escape")
        await in_form(person, "linux/amd64, windows/amd64")
        await person.press("enter")
        await agree(person, changes=False)
        await done(person)
    told = run("skopeo", "inspect", "--raw", f"oci-archive:{tmp_path}/out.tar:many").stdout
    rows = json.loads(told)["manifests"]
    assert [row["digest"] for row in rows] == [children[0].digest, children[2].digest]


async def test_an_archive_is_not_replaced_unasked(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    there = tmp_path / "there.tar"
    there.write_text("precious")
    async with opened(*HERE, APP) as person:
        await stand(person, "v2")
        await person.press("e")
        await in_form(person, "Export")
        await fill(person, "file", str(there))
        await person.press("enter")
        await person.until(lambda: person.app.screen.problem, "a problem")  # type: ignore[attr-defined]
        await person.press("escape")
        await in_form(person, "Export")
        assert person.app.screen.values["file"] == str(there)  # type: ignore[attr-defined]
        assert there.read_text() == "precious"
        await person.press("tab", "tab", "tab", "space", "enter")
        await agree(person, changes=False)
        await done(person)
    assert there.read_bytes()[:8] != b"precious"


async def test_an_artifact_is_no_image(sandbox: Sandbox, repository: Repository) -> None:
    worlds.add_image(repository, tags={"sbom"}, artifactType="application/spdx+json")
    async with opened(*HERE, APP) as person:
        await stand(person, "sbom")
        await person.press("p")
        await person.hears("engines run images only")


async def test_paths_and_names_are_completed(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "v2.tar").write_bytes(b"")
    async with opened(*HERE, APP) as person:
        await stand(person, "v2")
        await person.press("e")
        await in_form(person, "Export")
        await fill(person, "file", f"{tmp_path}/rel")
        form = person.app.screen
        await person.until(
            lambda: form.field("file")._known(f"{tmp_path}/rel"),  # type: ignore[attr-defined]
            "what is there",
        )
        await person.press("right")
        assert form.values["file"] == f"{tmp_path}/releases/"  # type: ignore[attr-defined]


async def test_names_that_come_late_complete_what_was_typed(
    sandbox: Sandbox, repository: Repository
) -> None:
    worlds.add_repository(sandbox.world, "release/app")
    async with opened(*HERE, APP) as person:
        await stand(person, "v2")
        sandbox.faults.add("stall", operation="DescribeRepositories", seconds=0.5)
        await person.press("c")
        await in_form(person, "Copy")
        await fill(person, "repository", "rel")
        await person.sees("release/app")


async def test_read_only_leaves_what_changes_nothing(
    sandbox: Sandbox, repository: Repository
) -> None:
    async with opened(*HERE, "--read-only", APP) as person:
        await person.at(kinds.IMAGES, APP)
        names = {command.id for command in person.place.commands}
        assert {"pull", "export-image"} <= names
        assert not names & {"copy-to", "tag", "push", "import", "archive"}


async def test_an_archived_image_is_restored_and_pulled(
    sandbox: Sandbox, repository: Repository, engine: Docker
) -> None:
    layer = tar([Item("/etc/motd", content=b"old")])
    old = add_built(repository, tags=["old"], steps=[Step("COPY", layer)])
    old.status = "ARCHIVED"
    async with opened(*HERE, APP) as person:
        await stand(person, "old")
        await person.press("p")
        await person.sees("then")
        assert "20 minutes" in person.text
        await agree(person, changes=True)
        await done(person)
        await person.until(lambda: "here" in person.line_of(person.tag("old")), "that it is here")
        assert "archived" not in person.text
    assert uri(sandbox, "old") in engine.run("images", "--format", "{{.Repository}}:{{.Tag}}")


async def test_what_was_built_here_goes_up(
    sandbox: Sandbox, repository: Repository, engine: Docker
) -> None:
    engine.run("import", "-", "built/here:v9", given=tar([Item("/etc/motd", content=b"new")]))
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        await person.sees("this machine")
        await person.press("G", "enter")
        await person.at(kinds.ENGINE)
        await person.press("P")
        await in_form(person, "Push built/here:v9 to")
        await person.until(lambda: person.session.names, "the repositories there are")
        await fill(person, "repository", "team/new")
        await person.sees("new: it will be made")
        await fill(person, "tag", "v10")
        await person.press("enter")
        await agree(person, changes=True)
        await done(person)
    made = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get("team/new")
    image = made.images.by_tag("v10")
    assert image is not None
    engine.run("rmi", "built/here:v9")


async def test_an_image_of_the_engine_is_pushed_where_one_stands(
    sandbox: Sandbox, repository: Repository, engine: Docker
) -> None:
    engine.run("import", "-", "built/here:v9", given=tar([Item("/etc/motd", content=b"new")]))
    async with opened(*HERE, APP) as person:
        await stand(person, "v3")
        await person.press("P")
        await person.until(lambda: "built/here:v9" in person.choices, "the engine's images")
        await person.choose("built")
        await in_form(person, "Push built/here:v9 to")
        await person.press("enter")
        await agree(person, changes=True)
        await done(person)
        await person.sees("+ v9")
        assert person.rows[person.listing.table.cursor] == person.tag("v3")
    engine.run("rmi", "built/here:v9")


async def test_escape_ends_the_plan_of_a_push_and_what_the_engine_exports_for_it(
    sandbox: Sandbox, repository: Repository, engine: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = tar([Item("/srv/big", content=Random(1).randbytes(2_000_000))])
    engine.run("import", "-", "built/here:v9", given=layer)
    with held(engine.socket) as slow:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{slow.at}")
        async with opened(*HERE, APP) as person:
            await stand(person, "v3")
            await person.press("P")
            await person.until(lambda: "built/here:v9" in person.choices, "the engine's images")
            await person.choose("built")
            await in_form(person, "Push built/here:v9 to")
            await person.press("enter")
            await person.sees("the engine exports it")
            await person.press("escape")
            await in_form(person, "Push built/here:v9 to")
            await person.until(slow.left.is_set, "an end of the export")
            slow.go_on.set()
            await person.press("enter")
            await agree(person, changes=True)
            await done(person)
            await person.sees("+ v9")
    engine.run("rmi", "built/here:v9")


async def test_leaving_an_image_ends_what_the_engine_exports_for_it(
    sandbox: Sandbox, engine: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = tar([Item("/srv/big", content=Random(2).randbytes(2_000_000))])
    engine.run("import", "-", "built/here:v8", given=layer)
    with held(engine.socket) as slow:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{slow.at}")
        async with opened(*HERE) as person:
            await person.at(kinds.REGISTRIES)
            await person.press(":", *"docker-daemon:built/here:v8", "enter")
            await person.sees("The engine exports the image")
            await person.sees(" kB")
            await person.press("escape")
            await person.at(kinds.ENGINE)
            await person.until(slow.left.is_set, "an end of the export")
            slow.go_on.set()
            await person.press(":", *"docker-daemon:built/here:v8", "enter")
            await person.at(kinds.IMAGE)
            assert person.place.details.layers  # type: ignore[attr-defined]
    engine.run("rmi", "built/here:v8")


async def test_what_was_typed_is_kept_when_it_cannot_be(
    sandbox: Sandbox, repository: Repository
) -> None:
    repository.mutability = "IMMUTABLE"
    async with opened(*HERE, APP) as person:
        await stand(person, "v2")
        await person.press("c")
        await in_form(person, "Copy")
        await fill(person, "tag", "v3")
        await person.press("enter")
        await person.sees("immutable")
        await person.press("escape")
        await in_form(person, "Copy")
        assert person.app.screen.values["tag"] == "v3"  # type: ignore[attr-defined]
        await fill(person, "repository", "Not A Name")
        await person.press("enter")
        await person.sees("lower-case letters")
        await fill(person, "repository", APP)
        assert "lower-case letters" not in person.text
        await fill(person, "tag", "v4")
        await person.press("enter")
        await agree(person, changes=True)
        await done(person)
        await person.until(lambda: "v4" in person.line_of(person.tag("v2")), "the other tag")


async def test_another_registry_is_named_by_a_reference(
    sandbox: Sandbox, repository: Repository, plain_registry: str
) -> None:
    async with opened(*HERE, APP) as person:
        await stand(person, "v1")
        await person.press("c")
        await in_form(person, "Copy")
        await person.press("up", "space")
        await person.choose("another")
        await in_form(person, "Copy")
        await fill(person, "reference", f"docker://{plain_registry}/mirror/app:v1")
        await person.press("enter")
        await agree(person, changes=True)
        await done(person)
    name = f"docker://{plain_registry}/mirror/app:v1"
    told = run("skopeo", "inspect", "--raw", "--tls-verify=false", name).stdout
    image = repository.images.by_tag("v1")
    assert image is not None
    assert worlds.digest_of(told.encode()) == image.digest


async def test_marks_of_both_kinds_are_neither_archived_nor_restored(
    sandbox: Sandbox, repository: Repository
) -> None:
    worlds.add_image(repository, tags={"old"}, content=b"old", status="ARCHIVED")
    async with opened(*HERE, APP) as person:
        await mark_all(person, "v2", "old")
        await person.press("a")
        await person.hears("some are not")


async def test_marked_images_with_and_without_tags_go_together(
    sandbox: Sandbox, repository: Repository
) -> None:
    layer = tar([Item("/etc/motd", content=b"nameless")])
    nameless = add_built(repository, tags=[], steps=[Step("COPY", layer)])
    async with opened(*HERE, APP) as person:
        await person.at(kinds.IMAGES, APP)
        await person.press("*", "c")
        await in_form(person, "Copy 6 images to")
        await fill(person, "repository", "team/release")
        await person.press("enter")
        await person.until(lambda: isinstance(person.app.screen, PlanScreen), "the plan")
        await person.sees(f"{APP}:v3 → team/release:v3")
        await person.press("escape")
        await in_form(person, "Copy 6 images to")
        assert person.app.screen.values["repository"] == "team/release"  # type: ignore[attr-defined]
        await person.press("enter")
        await agree(person, changes=True)
        await done(person)
        made = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get("team/release")
        found = {image.digest: image.tags for image in made.images}
        assert found[nameless.digest] == set()
        assert {"v1", "v2", "v3"} == set().union(*found.values())


async def test_why_no_image_of_the_engine_can_be_chosen_is_said(
    sandbox: Sandbox, repository: Repository
) -> None:
    async with opened(*HERE, APP, size=(80, 24)) as person:
        await stand(person, "v2")
        await person.press("P")
        await person.sees("There is no engine's socket")
        assert "a file or a folder" in person.text


def test_a_job_that_failed_leads_to_where_it_was_to_act(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    """Under the same name there is another repository where one stands."""
    worlds.add_repository(sandbox.world, APP, region=worlds.OTHER_REGION)
    there, tag = replace(here(), region=worlds.OTHER_REGION), ImageId(image_tag="v2")
    request = CopyRequest(Target(here(), APP, tag), Target(there, APP, tag))
    job = Job(1, copy.plan(services_in(tmp_path), request), never, lambda _: None)
    assert place_of(job) == Spot(kinds.IMAGES, there, APP)


def never(watch: Watch) -> Outcome:
    """A deed that fails before it changes anything."""
    raise NotAllowed
