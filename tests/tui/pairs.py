"""Images with real layers, to be compared: releases that share a base and differ above it.

add_releases(repository)     # v1, v2 (a day later), v3, an SBOM, an archived one
"""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Image
from tests.compare.layers import Item, directory, file, symlink, tar, whiteout
from tests.tui.pictures import SBOM_TYPE, Step, add_artifact, add_built
from tests.worlds import gzipped

DAY = 86_400.0
START = 1_770_000_000.0
PACKAGE = "Package: {}\nStatus: install ok installed\nArchitecture: all\nVersion: {}\n"
BOOK = "/var/lib/dpkg/status"


def book(**versions: str) -> Item:
    """dpkg's own, with some packages."""
    told = "\n".join(PACKAGE.format(name, version) for name, version in versions.items())
    return file(BOOK, told.encode())


BASE = [
    directory("/etc"),
    file("/etc/os-release", b'PRETTY_NAME="Some Linux 1"\n'),
    file("/srv/same", b"the same in all"),
    book(zlib="1.2-1", curl="8.0-1", old="1"),
]
FIRST = [
    directory("/srv/app"),
    file("/srv/app/run", b"#!/bin/sh\necho one\n", 0o755),
    file("/srv/app/settings.conf", b"mode = calm\npassword = swordfish\nport = 80\n"),
    file("/srv/app/before", b"was here before"),
    file("/srv/app/data", bytes(range(256))),
    symlink("/srv/app/current", "one"),
    file("/srv/app/stamp", b"now", mtime=1_000),
]
SECOND = [
    directory("/srv/app"),
    file("/srv/app/run", b"#!/bin/sh\necho two, and more\n", 0o4755),
    file("/srv/app/settings.conf", b"mode = brisk\npassword = marlin\nport = 80\n"),
    file("/srv/app/after", b"was here before"),
    file("/srv/app/data", bytes(range(255, -1, -1))),
    symlink("/srv/app/current", "two"),
    file("/srv/app/stamp", b"now", mtime=2_000),
    book(zlib="1.2-2", curl="7.9-1", new="3"),
    whiteout("/etc/os-release"),
]
SETTINGS = {
    "v1": {
        "Env": ["MODE=calm", "API_TOKEN=swordfish"],
        "Cmd": ["serve"],
        "User": "app",
        "Labels": {"org.opencontainers.image.revision": "a" * 40},
    },
    "v2": {
        "Env": ["MODE=brisk", "API_TOKEN=marlin"],
        "Cmd": ["serve", "--workers=4"],
        "User": "root",
        "Labels": {"org.opencontainers.image.revision": "b" * 40},
    },
}


def add_image(
    repository: Repository,
    tag: str,
    layers: Sequence[Sequence[Item]],
    *,
    pushed_at: float,
    settings: str = "v1",
    platform: tuple[str, str] = ("linux", "amd64"),
) -> Image:
    """An image of some layers, each a list of what is in it."""
    return add_built(
        repository,
        tags=[tag] if tag else [],
        settings=SETTINGS[settings],
        steps=[Step(f"RUN step {number}", tar(one)) for number, one in enumerate(layers)],
        platform=platform,
        pushed_at=pushed_at,
        pack=gzipped,
    )


def add_releases(repository: Repository) -> dict[str, Image]:
    """Three releases by their tags, and what is none: an SBOM of the first, an archived one."""
    releases = {
        "v1": add_image(repository, "v1", [BASE, FIRST], pushed_at=START),
        "v2": add_image(repository, "v2", [BASE, SECOND], pushed_at=START + DAY, settings="v2"),
        "v3": add_image(repository, "v3", [BASE, SECOND], pushed_at=START + 2 * DAY, settings="v1"),
    }
    add_artifact(repository, releases["v1"], SBOM_TYPE, b"{}")
    cold = add_image(repository, "cold", [BASE], pushed_at=START + 1.5 * DAY)
    cold.status = "ARCHIVED"
    return releases
