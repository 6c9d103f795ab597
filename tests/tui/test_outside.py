"""Images outside ECR in the explorer: opened by name, looked at, copied, and left again."""

from __future__ import annotations

from pathlib import Path

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from tests.compare.images import write_layout
from tests.compare.layers import Item
from tests.registries import plain_registry
from tests.sandbox.programs import run
from tests.tui.explorer import opened

__all__ = ["plain_registry"]
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
        await person.press("4")
        await person.sees("test")
        await person.press("escape")
        await person.at(kinds.REGISTRIES)
        await person.goto(name)
        await person.at(kinds.IMAGE)
        await person.goto(name.replace("v1", "none"))
        await person.until(lambda: "Not found" in person.text, "why it cannot be opened")
