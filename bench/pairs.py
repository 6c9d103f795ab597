"""`python -m bench.pairs`: a sandbox with pairs of images to compare, until its stdin closes.

team/app:v1 and v2 share a gigabyte, which cannot be read, and differ in a layer of 2 MB.
team/lazy:v1 and v2 share nothing: each is an eStargz layer of 100 MB, in which a few files differ.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Callable, Sequence

from ecrtui.model.manifest import Descriptor
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Blob
from tests import worlds
from tests.oci.layers.made import sha256, tar
from tests.oci.layers.tables import Entries, Made, info, push, stargz

SHARED = 1 << 30
CHANGED = 10
"""Files that differ in each pair."""


def main() -> None:
    """Serve; one JSON line says the environment and the bytes of the layers that differ."""
    world = worlds.empty_world()
    app = worlds.add_repository(world, "team/app")
    lazy = worlds.add_repository(world, "team/lazy")
    sizes = {
        "app": _pair(app, _plain, 200, 10_000, [_unread()]),
        "lazy": _pair(lazy, stargz, 2_000, 50_000, []),
    }
    with Sandbox(world) as sandbox:
        print(json.dumps({"env": sandbox.env, "sizes": sizes}), flush=True)
        sys.stdin.read()


def _pair(
    repository: Repository,
    write: Callable[[Entries], Made],
    files: int,
    size: int,
    shared: Sequence[Blob],
) -> int:
    """Both images; the bytes of the layers that differ."""
    total = 0
    for version in (1, 2):
        made = write(_entries(files, size, version))
        total += len(made.blob)
        push(repository, f"v{version}", [made], shared)
    return total


def _entries(files: int, size: int, version: int) -> Entries:
    dice = random.Random(files)
    found = []
    for number in range(files):
        data = dice.randbytes(size)
        if number < CHANGED:
            data += b"%d" % version
        found.append((info(f"srv/part{number % 50}/file{number}"), data))
    return found


def _plain(entries: Entries) -> Made:
    blob = gzip.compress(tar(entries), 1)
    return Made(blob, Descriptor(sha256(blob), len(blob)))


def _unread() -> Blob:
    def refuse() -> bytes:
        raise AssertionError("nobody needs this layer")

    return Blob(sha256(b"unread"), SHARED, worlds.OCI_LAYER, refuse)


if __name__ == "__main__":
    main()
