"""Images outside ECR in the explorer: opened by name, looked at, copied, and left again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.compare.images import write_layout
from tests.compare.layers import Item, tar
from tests.engines import Docker, docker
from tests.registries import plain_registry
from tests.sandbox.programs import run
from tests.tui.comparing import to_file
from tests.tui.explorer import opened
from tests.tui.pictures import Step, add_built

__all__ = ["docker", "plain_registry"]
HERE = ("--profile", "main")


def filled(registry: str, folder: Path) -> str:
    """The reference of an image in a registry."""
    write_layout([[Item("/etc/motd", content=b"hello")]], folder / "layout")
    name = f"docker://{registry}/team/app:v1"
    run("skopeo", "copy", "--dest-tls-verify=false", f"oci:{folder}/layout:it", name)
    return name


async def test_an_image_in_another_registry(
    sandbox: Sandbox, plain_registry: str, tmp_path: Path
) -> None:
    name = filled(plain_registry, tmp_path)
    async with opened(*HERE, name) as person:
        await person.at(kinds.IMAGE)
        assert name in person.crumbs
        assert "linux/amd64" in person.text
        assert "Pushed" not in person.text
        assert "pull" not in person.lines[-2]
        digest = person.image.details.digest
        await person.press("y")
        assert person.copied() == digest
        await person.press("Y")
        await person.until(lambda: "digest" in person.choices, "what can be copied")
        assert person.choices[-1] == "manifest"
        await person.choose("reference")
        assert person.copied() == name
        await person.press("o")
        await person.hears("not in AWS")
        await person.press("4", "m")
        await person.sees("motd")
        await person.press("1", "escape")
        await person.at(kinds.REGISTRIES)
        await person.goto(name)
        await person.at(kinds.IMAGE)
        await person.goto(name.replace("v1", "none"))
        await person.until(lambda: "Not found" in person.text, "why it cannot be opened")


async def test_an_image_in_a_folder_with_what_it_holds(sandbox: Sandbox, tmp_path: Path) -> None:
    write_layout([[Item("/etc/motd", content=b"hello")]], tmp_path / "layout")
    write_layout([[Item("/etc/motd", content=b"again")]], tmp_path / "other")
    async with opened(*HERE) as person:
        await person.goto(f"oci:{tmp_path}/layout")
        await person.at(kinds.IMAGE)
        assert "not compressed" in person.text
        await person.press("d")
        await person.hears("Only ECR tells")
        await person.press("v", *f"oci:{tmp_path}/other:it", "enter")
        await person.at(kinds.COMPARE)
        await person.sees("+0 ~1 -0")
        await person.press("escape")
        await person.at(kinds.IMAGE)
        await person.goto(f"oci:{tmp_path}/none")
        await person.sees("No such folder")


async def test_where_one_left_and_a_bookmark(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_layout([[Item("/etc/motd", content=b"hello")]], tmp_path / "here" / "layout")
    monkeypatch.chdir(tmp_path / "here")
    async with opened(*HERE, "oci:layout:it") as person:
        await person.at(kinds.IMAGE)
        await person.press("b")
        await person.hears(f"Bookmarked: oci:{tmp_path}/here/layout:it")
    monkeypatch.chdir(tmp_path)
    async with opened(*HERE) as person:
        await person.at(kinds.IMAGE)
        assert "Layers" in person.text
        await person.press("escape")
        await person.at(kinds.REGISTRIES)
        await person.press("B")
        await person.choose("layout")
        await person.at(kinds.IMAGE)
        assert "Layers" in person.text


async def test_contents_are_never_those_of_an_image_that_was_there_before(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in (("one", b"hello"), ("two", b"again")):
        write_layout([[Item("/etc/motd", content=content)]], tmp_path / name)
    monkeypatch.chdir(tmp_path)
    async with opened(*HERE, "oci:two:it") as person:
        await person.at(kinds.IMAGE)
        await person.press("v", *"oci:one:it", "enter")
        await person.at(kinds.COMPARE)
        await person.sees("+0 ~1 -0")
        await to_file(person, "/etc/motd")
        await person.press("enter")
        await person.sees("+ again")
        await person.again()
        assert "+ again" in person.text
        shutil.rmtree(tmp_path / "two")
        write_layout([[Item("/etc/motd", content=b"built anew")]], tmp_path / "two")
        await person.again()
        assert "again" not in person.text
        await person.press("enter")
        await person.sees("+ built anew")


async def test_a_file_is_never_that_of_an_image_that_was_there_before(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_layout([[Item("/etc/motd", content=b"hello")]], tmp_path / "one")
    monkeypatch.chdir(tmp_path)
    async with opened(*HERE, "oci:one:it") as person:
        await person.at(kinds.IMAGE)
        await person.press("5")
        await person.until(lambda: person.image.found is not None, "the files")
        await to_file(person, "/etc/motd", tab="5")
        await person.press("enter")
        await person.sees("hello")
        await person.again()
        assert "hello" in person.text
        shutil.rmtree(tmp_path / "one")
        write_layout([[Item("/etc/motd", content=b"built anew")]], tmp_path / "one")
        await person.again()
        assert "hello" not in person.text
        assert "opened in another image" in person.text


async def test_a_tag_against_what_this_machine_holds(
    sandbox: Sandbox, docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    layers = [tar([Item("/etc/motd", content=content)]) for content in (b"hello", b"again")]
    add_built(repository, tags=["v1"], steps=[Step("COPY", layers[0])])
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    docker.run("import", "-", f"{host}/team/app:v1", given=layers[1])
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    async with opened(*HERE, "--region", worlds.REGION, "team/app:v1") as person:
        await person.at(kinds.IMAGE)
        await person.press("v")
        await person.choose("this machine")
        await person.at(kinds.COMPARE)
        await person.sees("+0 ~1 -0")
        assert f"docker-daemon:{host}/team/app:v1" in person.text
