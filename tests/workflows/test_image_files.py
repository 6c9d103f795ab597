"""The files of an image, ever fuller: at the end they are what a container sees."""

from __future__ import annotations

from ecrtui.compare.filesystem import flatten
from ecrtui.compare.waste import uses, waste
from ecrtui.model.details import ImageDetails
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.image_files import image_files, unread
from ecrtui.workflows.look_inside import image_inside, indexes
from ecrtui.workflows.services import Services
from tests import worlds
from tests.tui import pairs
from tests.tui.looking_inside import LAYERS

REPO = "inside/app"


def details_of(services: Services, sandbox: Sandbox) -> ImageDetails:
    repository = worlds.add_repository(sandbox.world, REPO)
    pairs.add_image(repository, "v1", LAYERS, pushed_at=pairs.START)
    return image_inside(services, f"{REPO}:v1")


def test_at_the_end_it_is_what_a_container_sees(services: Services, sandbox: Sandbox) -> None:
    details = details_of(services, sandbox)
    assert unread(services, details) == details.layers
    values = list(image_files(services, details))
    layers = [index for _, index in sorted(indexes(services, details, details.layers))]
    files, last = flatten(layers), values[-1]
    assert unread(services, details) == ()
    assert dict(last.growth.files.codes) == dict(files.codes)
    assert (last.uses, last.waste) == (uses(files), waste(layers))
    known = [len(value.read) for value in values]
    assert known == sorted(known)
    assert all(len(value.growth) == len(layers) for value in values)


def test_what_is_stored_comes_before_anything_is_read(services: Services, sandbox: Sandbox) -> None:
    details = details_of(services, sandbox)
    dict(indexes(services, details, details.layers[:1]))
    assert unread(services, details) == details.layers[1:]
    first = next(iter(image_files(services, details)))
    assert first.read == {1}
    assert "/srv/gone" in first.growth.files
    *_, done, waste_told = image_files(services, details)
    assert done.waste is None
    assert done.read == waste_told.read == {1, 2, 3}
