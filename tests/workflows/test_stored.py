"""What images store, as far as their manifests are known."""

from __future__ import annotations

from ecrtui.model.footprint import footprint
from ecrtui.model.image import ImageId
from ecrtui.model.places import Registry
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.contents import read_bytes
from ecrtui.workflows.services import Services
from ecrtui.workflows.stored import stored
from tests import worlds

HOME = Registry("main", worlds.REGION)
APP = "team/app"


def test_blobs_are_known_once_manifests_were_read(services: Services, sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    one = worlds.add_image(repository, content=b"one")
    other = worlds.add_image(repository, content=b"one", labels={"a": "b"})
    index = worlds.add_index(repository, [one, other], tags={"v1"})
    digests = [one.digest, other.digest, index.digest]
    rows = services.reader(HOME).describe(APP, [ImageId(digest) for digest in digests])

    unread = footprint(stored(services, rows))
    assert (unread.bytes, unread.bound, unread.unread) == (0, one.size + other.size, 2)
    assert one.last_pull is None

    read_bytes(services, HOME, APP, digests)
    known = {image.digest: image for image in stored(services, rows)}
    assert set(known[one.digest].blobs or ()) == set(one.layers)
    assert known[index.digest].blobs == {}
    found = footprint(known.values())
    whole = {digest: repository.blobs[digest].size for digest in (*one.layers, *other.layers)}
    assert (found.bytes, found.bound, found.unread) == (sum(whole.values()), 0, 0)
    assert found.bytes < one.size + other.size  # they share their layer
