"""`python -m bench.served LAYOUT`: a sandbox with a large image, until its stdin closes.

team/large:v1 is the image of the layout. team/still:v1 has the same config and layers that cannot
be read: whoever copies it within the registry moves none of their bytes, or fails.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Blob, Image
from tests import worlds
from tests.sandbox.registry_api import password


def main() -> None:
    """Serve; one JSON line says the environment, the registry's host and a password for it."""
    folder = Path(sys.argv[1])
    world = worlds.empty_world()
    for name, readable in (("team/large", True), ("team/still", False)):
        _put(worlds.add_repository(world, name), folder, readable=readable)
    registry = world.registry(worlds.ACCOUNT, worlds.REGION)
    registry.settings.account_settings["BLOB_MOUNTING"] = "ENABLED"
    with Sandbox(world) as sandbox:
        os.environ.update(sandbox.env)
        told = {"env": sandbox.env, "host": registry.host, "password": password()}
        print(json.dumps(told), flush=True)
        sys.stdin.read()


def _put(repository: Repository, folder: Path, *, readable: bool) -> None:
    (described,) = json.loads((folder / "index.json").read_text())["manifests"]
    raw = _read(folder, described["digest"])()
    manifest = json.loads(raw)
    for blob in (manifest["config"], *manifest["layers"]):
        config = blob is manifest["config"]
        source = _read(folder, blob["digest"]) if readable or config else _refuse
        found = Blob(blob["digest"], blob["size"], blob["mediaType"], source)
        repository.blobs[found.digest] = found
    digests = tuple(blob["digest"] for blob in (manifest["config"], *manifest["layers"]))
    size = sum(blob["size"] for blob in manifest["layers"])
    image = Image(described["digest"], raw, described["mediaType"], size, 0.0, layers=digests)
    image.tags = {"v1"}
    repository.images.put(image)


def _read(folder: Path, digest: str) -> Callable[[], bytes]:
    return (folder / "blobs" / digest.replace(":", "/")).read_bytes


def _refuse() -> bytes:
    raise AssertionError("nobody needs this layer")


if __name__ == "__main__":
    main()
