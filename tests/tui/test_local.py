"""What is on this machine: in the lists, in the overview, and as a place of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.compare.layers import Item, tar
from tests.engines import Docker, docker
from tests.sandbox.registry_api import password
from tests.tui.explorer import Person, opened
from tests.tui.pictures import Step, add_built

__all__ = ["docker"]
HERE = ("--profile", "main", "--region", worlds.REGION)
APP = "team/app"


@pytest.fixture
def host(sandbox: Sandbox, docker: Docker, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A registry with three images, the first of which was pulled; docker is signed in."""
    repository = worlds.add_repository(sandbox.world, APP)
    worlds.add_repository(sandbox.world, "team/other")
    for number in (1, 2, 3):
        layer = tar([Item("/etc/motd", content=b"hello" * number)])
        add_built(repository, tags=[f"v{number}"], steps=[Step("COPY", layer)])
    found = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    docker.login(found, password())
    docker.run("pull", f"{found}/{APP}:v1")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    yield found
    docker.run("logout", found)
    docker.run("image", "prune", "--all", "--force")


async def to_images(person: Person) -> None:
    await person.at(kinds.IMAGES, APP)


def local(person: Person, tag: str) -> str:
    """What the list says of a tag's image."""
    row = person.listing.table.data.rows[person._keys.index(person.tag(tag))]
    column = next(one for one in person.listing.table.data.columns if one.id == "local")
    return column.cell(row).text


async def test_the_list_says_what_is_here(sandbox: Sandbox, docker: Docker, host: str) -> None:
    docker.run("tag", f"{host}/{APP}:v1", f"{host}/{APP}:v2")
    docker.run("import", "-", f"{host}/{APP}:v3", given=tar([Item("/x", content=b"x")]))
    async with opened(*HERE, APP, size=(80, 24)) as person:
        await to_images(person)
        await person.sees("LOCAL")
        assert [local(person, tag) for tag in ("v1", "v2", "v3")] == ["here", "older", "same?"]
        await person.filter("local:here")
        assert person.rows == [person.tag("v1")]
        await person.press("escape")
        docker.run("rmi", f"{host}/{APP}:v1", f"{host}/{APP}:v2")
        await person.again()
        await person.until(lambda: local(person, "v1") == "", "that it has gone")
        assert local(person, "v3") == "same?"
        docker.run("rmi", f"{host}/{APP}:v3")
        await person.again()
        await person.until(lambda: "LOCAL" not in person.text, "no column for nothing")


async def test_sorted_by_it_when_the_engine_goes(
    sandbox: Sandbox, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(*HERE, APP) as person:
        await to_images(person)
        await person.sees("LOCAL")
        person.listing.sort_by("local", reverse=True)
        assert person.rows[0] == person.tag("v1")
        await person.again()
        await person.until(lambda: not person.reading, "what the engine says again")
        assert person.rows[0] == person.tag("v1")
        monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
        await person.again()
        await person.until(lambda: "LOCAL" not in person.text, "no column")
        assert person.said == []
        assert "pushed" in person.text


async def test_where_no_engine_is_nothing_is_said_of_it(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    add_built(repository, tags=["v1"])
    async with opened(*HERE, APP) as person:
        await to_images(person)
        await person.until(lambda: not person.reading, "all answers")
        assert "LOCAL" not in person.text
        await person.press("enter")
        await person.at(kinds.IMAGE)
        await person.until(lambda: not person.reading, "all answers")
        assert "This machine" not in person.text
        await person.goto("registries")
        await person.at(kinds.REGISTRIES)
        await person.until(lambda: not person.reading, "all answers")
        assert "this machine" not in person.text
        assert person.said == []


async def test_an_image_says_that_it_is_here(sandbox: Sandbox, docker: Docker, host: str) -> None:
    async with opened(*HERE, f"{APP}:v1", size=(100, 40)) as person:
        await person.at(kinds.IMAGE)
        await person.sees("This machine")
        assert f"{host}/{APP}:v1" in person.text
        assert "Docker Engine" in person.text
        assert "Since" not in person.text  # docker notes it for what was tagged, not pulled
        docker.run("tag", f"{host}/{APP}:v1", "local/app:v1")
        await person.again()
        await person.sees("local/app:v1")
        assert "Since" in person.text
        await person.goto(f"{APP}:v2")
        await person.at(kinds.IMAGE)
        await person.sees("This machine")
        await person.until(
            lambda: any("Here" in line and "no  " in line for line in person.lines),
            "that it is not here",
        )


async def test_this_machine_is_a_place(sandbox: Sandbox, docker: Docker, host: str) -> None:
    docker.run("import", "-", "other/tool:v7", given=tar([Item("/x", content=b"x")]))
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        await person.sees("this machine")
        line = next(line for line in person.lines if "this machine" in line)
        assert "Docker" in line
        assert "2  images" in line
        await person.press("G", "enter")
        await person.at(kinds.ENGINE)
        assert [person.listing.table.data.row_at(n).name for n in (0, 1)] == [  # type: ignore[union-attr]
            f"{host}/{APP}:v1",
            "other/tool:v7",
        ]
        await person.press("j", "y")
        assert person.copied() == "other/tool:v7"
        await person.press("enter")
        await person.at(kinds.IMAGE)
        assert "docker-daemon:other/tool:v7" in person.crumbs
        await person.press("escape")
        await person.at(kinds.ENGINE)
        assert person.listing.table.cursor == 1
        docker.run("rmi", "other/tool:v7")
        await person.again()
        assert len(person.rows) == 1
        await person.press("escape")
        await person.at(kinds.REGISTRIES)
        await person.sees("1  image")
        assert person.rows[person.listing.table.cursor] == "this machine"
