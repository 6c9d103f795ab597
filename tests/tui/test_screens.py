"""Every screen, reached by its keys, shows what the world holds."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ecrtui.config import commands as kinds
from ecrtui.config.commands import TAB_COMMANDS
from ecrtui.render.ages import age
from ecrtui.render.console import repository_url
from ecrtui.render.images import short_digest
from ecrtui.render.sizes import account, size
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.world import World
from tests import worlds
from tests.tui import pictures
from tests.tui.explorer import Person, opened

HERE = ("--region", worlds.REGION)
TABS = {command.id: command.keys[0] for command in TAB_COMMANDS}


def line_with(person: Person, *texts: str) -> str:
    """The one line that shows all of some texts."""
    found = [line for line in person.lines if all(text in line for text in texts)]
    assert len(found) == 1, (texts, person.text)
    return found[0]


def in_order(line: str, texts: Iterable[str]) -> bool:
    """Whether a line shows some texts one after the other."""
    at = 0
    for text in texts:
        at = line.find(text, at)
        if at < 0:
            return False
        at += len(text)
    return True


@asynccontextmanager
async def at_repositories(
    *arguments: str, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[Person]:
    """Somebody who has gone into the first registry."""
    async with opened(*arguments, size=size) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        yield person


@asynccontextmanager
async def at_image(reference: str, tab: str, *, size: tuple[int, int]) -> AsyncIterator[Person]:
    """Somebody who has opened an image and one of its tabs."""
    async with opened(*HERE, reference, size=size) as person:
        await person.at(kinds.IMAGE)
        await person.press(TABS[tab])
        yield person


async def test_registries(busy_sandbox: Sandbox) -> None:
    async with opened(size=(100, 40)) as person:
        await person.at(kinds.REGISTRIES)
        used = [
            (region, registry)
            for (number, region), registry in list(busy_sandbox.world.registries.items())
            if number == worlds.ACCOUNT and registry.repositories
        ]
        for region, registry in used:
            line = line_with(person, "main", account(worlds.ACCOUNT), f" {region} ")
            assert in_order(line, (region, f" {len(registry.repositories)} "))
        assert "not looked at" in line_with(person, "other ")
        assert f"{len(used)} of " in person.text
        await person.press("j")
        while "empty" not in person.lines[person.listing.table.cursor + 3]:
            await person.press("j")
        await person.press("right")
        await person.sees("ap-south-1")


async def test_the_account_of_a_profile_asked_for(busy_sandbox: Sandbox) -> None:
    async with at_repositories("--profile", "other", *HERE) as person:
        names = busy_sandbox.world.registry(worlds.OTHER_ACCOUNT, worlds.REGION).repositories
        assert sorted(person.rows) == sorted(names)
        assert account(worlds.OTHER_ACCOUNT) in person.crumbs


async def test_repositories(sandbox: Sandbox) -> None:
    world = sandbox.world
    for number, mutability in enumerate(("MUTABLE", "IMMUTABLE")):
        repository = worlds.add_repository(world, f"team/app-{number}")
        repository.mutability = mutability
        repository.created_at = world.clock.start - number * 86_400 - 7_200
        repository.scan_on_push = bool(number)
    async with at_repositories(*HERE) as person:
        for name, repository in world.registry(worlds.ACCOUNT, worlds.REGION).repositories.items():
            told = (
                name,
                repository.mutability.lower(),
                "on push" if repository.scan_on_push else "by hand",
                repository.encryption["encryptionType"],
                age(repository.created_at, world.clock.start),
            )
            assert in_order(line_with(person, name), told)
        assert person.rows == ["team/app-0", "team/app-1"]


async def test_more_repositories_than_a_page(sandbox: Sandbox) -> None:
    for number in range(1_203):
        worlds.add_repository(sandbox.world, f"many/app-{number}")
    async with at_repositories(*HERE) as person:
        assert "1,203" in person.lines[1]
        assert person.rows == [f"many/app-{number}" for number in range(1_203)]
        await person.press("G")
        assert "many/app-1202" in person.text


async def test_images(busy_sandbox: Sandbox) -> None:
    async with at_repositories(*HERE) as person:
        name = person.rows[0]
        await person.press("enter")
        await person.at(kinds.IMAGES, name)
        repository = busy_sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(name)
        heads = [image for image in repository.images if not image.subject]
        assert sorted(person.rows) == sorted(image.digest for image in heads)
        assert f"{len(heads)} " in person.lines[1]
        dates = {image.digest: image.pushed_at for image in heads}
        assert [dates[digest] for digest in person.rows] == sorted(dates.values(), reverse=True)
        now = busy_sandbox.world.clock.start
        for number, digest in enumerate(person.rows[: person.listing.table._height]):
            image = repository.images.by_digest(digest)
            assert image is not None
            line = person.lines[3 + number]
            told = [" ".join(sorted(image.tags)) or f"(untagged) {short_digest(digest)[:8]}"]
            told += [size(image.size), age(image.pushed_at, now)]
            assert in_order(line, told), line
            assert ("archived" in line) == (image.status == "ARCHIVED")


async def test_what_refers_to_an_image_folds_under_it(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    release = pictures.add_release(repository, "v1")
    async with opened(*HERE, "team/app") as person:
        await person.at(kinds.IMAGES)
        await person.filter("v1")
        await person.press("l")
        for artifact in (release.sbom, release.signature):
            assert artifact.digest in person.rows
            line_with(person, short_digest(artifact.digest))


@pytest.fixture
def release(sandbox: Sandbox) -> pictures.Release:
    return pictures.add_release(worlds.add_repository(sandbox.world, "team/app"), "v1")


async def test_overview(release: pictures.Release) -> None:
    async with at_image("team/app:v1", "overview", size=(120, 40)) as person:
        for told in ("title of amd64", release.image.digest, "linux/amd64, linux/arm64"):
            assert told in person.text
        assert in_order(line_with(person, "compressed"), ("Layers", " 2, "))
        assert "/amd64/run --serve" in line_with(person, "Runs")
        assert "worker" in line_with(person, "User")
        assert "v1" in line_with(person, "Tags")
        for kind in (pictures.SBOM_TYPE, pictures.SIGNATURE_TYPE):
            line_with(person, kind)


async def test_platforms(release: pictures.Release) -> None:
    async with at_image("team/app:v1", "platforms", size=(100, 30)) as person:
        for image, name in zip(release.platforms, ("amd64", "arm64"), strict=True):
            line_with(person, f"linux/{name}", short_digest(image.digest))
        assert "* linux/amd64" in person.text
        await person.until(lambda: size(release.platforms[1].size) in person.text, "its size")


async def test_config(release: pictures.Release) -> None:
    async with at_image("team/app:v1", "config", size=(100, 40)) as person:
        assert "/amd64/bin" in line_with(person, "PATH")
        assert "8443/tcp" in line_with(person, "Ports")
        assert "/work" in line_with(person, "Directory")
        line_with(person, "team", "amd64")
        assert "swordfish" not in person.text


async def test_layers_and_history(release: pictures.Release) -> None:
    manifest = json.loads(release.platforms[0].read_manifest())
    async with at_image("team/app:v1", "layers", size=(100, 30)) as person:
        for number, layer in enumerate(manifest["layers"], 1):
            told = (f" {number} ", size(layer["size"]), short_digest(layer["digest"]))
            assert in_order(line_with(person, short_digest(layer["digest"])), told)
        assert "install base" in person.text
        await person.press(TABS["history"])
        assert in_order(line_with(person, "COPY amd64 /"), ("#2",))
        assert "#" not in line_with(person, "USER worker")
        line_with(person, "no layer here")


async def test_referrers_and_contents(release: pictures.Release) -> None:
    async with at_image("team/app:v1", "referrers", size=(120, 40)) as person:
        for artifact in (release.sbom, release.signature):
            line_with(person, short_digest(artifact.digest), str(artifact.artifact_media_type))
        while short_digest(release.sbom.digest) not in (person.image.lines.current.text):
            await person.press("j")
        await person.press("enter")
        await person.at(kinds.IMAGE, digest=release.sbom.digest)
        await person.press(TABS["contents"])
        await person.sees("CycloneDX 1.6 SBOM")
        assert '"zlib"' in person.text


async def test_json(release: pictures.Release) -> None:
    async with at_image("team/app:v1", "json", size=(120, 80)) as person:
        shown = "".join(line.text.strip() for line in person.image.lines._all)
        manifest = json.loads(release.image.read_manifest())
        assert json.dumps(manifest).replace(" ", "") in shown.replace(" ", "")
        await person.press("G")
        line_with(person, '"imageDigest"', release.image.digest)


async def test_settings(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    repository.tags = {"cost-centre": "4711"}
    repository.policy = json.dumps({"Statement": [{"Sid": "everyone may look"}]})
    repository.mutability = "IMMUTABLE"
    async with at_repositories(*HERE, size=(100, 60)) as person:
        await person.press("i")
        await person.at(kinds.SETTINGS, "team/app")
        for told in (repository.arn, "everyone may look", "4711"):
            assert told in person.text
        assert "immutable" in person.text.lower()
        assert "none" in person.lines[person.lines.index(line_with(person, "Lifecycle policy")) + 1]
        await person.press("escape")
        await person.at(kinds.REPOSITORIES)


async def test_search(busy_sandbox: Sandbox) -> None:
    async with opened() as person:
        await person.at(kinds.REGISTRIES)
        await person.press("ctrl+f", *"V3.0", "enter")
        await person.at(kinds.SEARCH)
        found = set()
        for (number, region), registry in busy_sandbox.world.registries.items():
            for name, repository in registry.repositories.items():
                for image in repository.images if number == worlds.ACCOUNT else ():
                    if any("v3.0" in tag for tag in image.tags):
                        found.add((region, name, image.digest))
        rows: list[Any] = list(person.listing.table.data.rows)
        assert {(r.registry.region, r.repository, r.image.image_digest) for r in rows} == found
        assert found
        region, name, digest = next(one for one in found if one[2] == rows[0].image.image_digest)
        line_with(person, "tag v3.0", name, region)
        await person.press("enter")
        await person.at(kinds.IMAGE, name, digest=digest)


async def test_help_palette_and_picker(busy_sandbox: Sandbox) -> None:
    async with at_repositories() as person:
        await person.press("?")
        helped = {choice.value for choice in person.offered if choice.value}
        assert helped == {command.id for command in person.place.commands}
        await person.press("escape", "ctrl+p")
        assert {choice.value for choice in person.offered} == helped - {"palette"}
        await person.press("escape", "R")
        await person.until(
            lambda: {worlds.REGION, worlds.OTHER_REGION} <= set(person.choices), "both regions"
        )
        world: World = busy_sandbox.world
        count = len(world.registry(worlds.ACCOUNT, worlds.OTHER_REGION).repositories)
        await person.type(worlds.OTHER_REGION)
        assert f"{count} repositories" in person.text
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        assert worlds.OTHER_REGION in person.crumbs


@pytest.mark.parametrize("dimensions", [(80, 24), (200, 50), (40, 12)])
async def test_every_size_is_filled(busy_sandbox: Sandbox, dimensions: tuple[int, int]) -> None:
    async with opened(*HERE, size=dimensions) as person:
        for kind in (kinds.REGISTRIES, kinds.REPOSITORIES, kinds.IMAGES, kinds.IMAGE):
            await person.at(kind)
            assert [strip.cell_length for strip in person.strips] == [dimensions[0]] * dimensions[1]
            assert person.lines[0].strip()
            assert "open" in person.lines[-1]
            await person.press("enter")


async def test_the_public_registry(sandbox: Sandbox) -> None:
    public = sandbox.world.public.open(worlds.ACCOUNT, "gallery-alias")
    repository = public.create("tool", sandbox.world.clock.start - 3_600)
    release = pictures.add_release(repository, "v1")
    async with opened(size=(110, 30)) as person:
        await person.at(kinds.REGISTRIES)
        assert in_order(line_with(person, "ECR Public"), ("main", "ECR Public", " 1 "))
        await person.filter('"ECR Public"')
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        assert person.rows == ["tool"]
        assert "ECR Public" in person.crumbs
        await person.press("i")
        await person.at(kinds.SETTINGS)
        assert "Catalog" in person.text
        await person.press("escape", "y")
        assert person.copied().endswith("/gallery-alias/tool")
        await person.press("enter")
        await person.at(kinds.IMAGES)
        assert release.image.digest in person.rows
        await person.filter("v1")
        await person.press("enter")
        await person.at(kinds.IMAGE)
        await person.press("3")
        assert "/amd64/run" in person.text
        await person.press("o")
        wanted = repository_url(person.session.whole(person.image.home), "tool")
        await person.until(lambda: person.copied() == wanted, wanted)
