"""Contents of files read from a registry's layers: the right ones, verified, and only once."""

from __future__ import annotations

import gzip
import random

import pytest

from ecrtui.compare.filesystem import FileSystem, flatten
from ecrtui.errors import Corrupt, NotFound
from ecrtui.model.details import ImageDetails
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Blob
from ecrtui.workflows.file_contents import cost, layers_down_to, read_file, read_files
from ecrtui.workflows.look_inside import LayerProgress, file_system, image_inside
from ecrtui.workflows.services import Services
from tests import worlds
from tests.compare.layers import file, link, symlink, tar, whiteout
from tests.tui.pictures import Step, add_built

NOISE = random.Random(1).randbytes(3_000_000)
LAYERS = (
    tar(
        [
            file("/etc/os-release", b"NAME=Some\n"),
            file("/etc/conf", b"old"),
            file("/srv/first", b"first"),
            file("/srv/noise", NOISE),
            file("/srv/last", b"last"),
            file("/srv/gone", b"gone"),
            file("/srv/empty", b""),
        ]
    ),
    tar(
        [
            file("/etc/conf", b"new"),
            link("/srv/same", "/srv/first"),
            symlink("/srv/link", "first"),
            whiteout("/srv/gone"),
        ]
    ),
    tar([file("/srv/first", b"another now")]),
)


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    made = worlds.add_repository(sandbox.world, "team/app")
    add_built(made, tags=["v1"], steps=tuple(Step("COPY", layer) for layer in LAYERS))
    return made


@pytest.fixture
def image(repository: Repository, services: Services) -> tuple[ImageDetails, FileSystem]:
    details = image_inside(services, "team/app:v1")
    return details, file_system(services, details)


def test_contents_are_those_a_container_sees(
    services: Services, image: tuple[ImageDetails, FileSystem]
) -> None:
    wanted = {
        "/etc/conf": b"new",
        "/srv/first": b"another now",
        "/srv/same": b"first",
        "/srv/noise": NOISE,
        "/srv/last": b"last",
        "/srv/link": b"",
        "/srv": b"",
    }
    found = {one.entry.path: one for one in read_files(services, *image, wanted)}
    assert {path: one.data for path, one in found.items()} == wanted
    assert found["/srv/link"].entry.linkname == "first"
    with pytest.raises(NotFound):
        read_file(services, *image, "/srv/gone")


def test_as_of_a_layer_the_old_contents_are_there(
    services: Services, image: tuple[ImageDetails, FileSystem]
) -> None:
    details, files = image
    below = flatten(files.layers[:1])
    assert read_file(services, details, below, "/etc/conf").data == b"old"
    assert read_file(services, details, below, "/srv/gone").data == b"gone"
    above = flatten(files.layers[1:])
    assert read_file(services, details, above, "/etc/conf").data == b"new"
    with pytest.raises(NotFound, match="/srv/first"):
        read_file(services, details, flatten(files.layers[1:2]), "/srv/same")


def test_of_the_layers_no_more_are_read_than_tell_where_a_path_leads(
    services: Services, repository: Repository
) -> None:
    details = image_inside(services, "team/app:v1")
    for path, layers, there in (
        ("/srv/first", 1, "/srv/first"),
        ("/srv/link", 2, "/srv/first"),
        ("/etc/conf", 2, "/etc/conf"),
        ("/srv/same", 3, "/srv/same"),  # a hard link to a file below
        ("/srv/gone", 3, None),
    ):
        services.cache.clear()
        files = layers_down_to(services, details, path)
        assert (len(files.layers), files.resolve(path)) == (layers, there), path
    assert len(layers_down_to(services, details, "/srv/first").layers) == 3


def test_layers_are_streamed_as_far_as_needed_once(
    services: Services, image: tuple[ImageDetails, FileSystem]
) -> None:
    details, _ = image
    traffic, seen = services.traffic, list[LayerProgress]()
    start = traffic.bytes, traffic.requests
    first = read_file(services, *image, "/srv/same", seen.append)
    assert (first.data, first.truncated) == (b"first", False)
    assert traffic.requests == start[1] + 1
    assert 0 < traffic.bytes - start[0] < len(NOISE) // 2
    assert seen[-1].layer == details.layers[0]
    # At hand: what was read, what the index keeps, what has no bytes.
    before = traffic.bytes, traffic.requests
    paths = ["/srv/same", "/etc/os-release", "/srv/empty", "/srv/link"]
    assert cost(services, *image, paths) == 0
    found = [one.data for one in read_files(services, *image, paths)]
    assert found == [b"first", b"NAME=Some\n", b"", b""]
    assert (traffic.bytes, traffic.requests) == before
    # Several of one layer take one request.
    paths = ["/srv/last", "/srv/noise", "/etc/conf"]
    assert cost(services, *image, paths) == details.layers[0].size + details.layers[1].size
    assert len(list(read_files(services, *image, paths))) == 3
    assert traffic.requests == before[1] + 2


def test_large_files_are_cut_and_verified_all_the_same(
    services: Services, image: tuple[ImageDetails, FileSystem]
) -> None:
    found = read_file(services, *image, "/srv/noise", most=1000)
    assert (found.data, found.truncated) == (NOISE[:1000], True)
    whole = read_file(services, *image, "/srv/noise")
    assert (whole.data, whole.truncated) == (NOISE, False)
    kept = read_file(services, *image, "/etc/os-release", most=4)
    assert (kept.data, kept.truncated) == (b"NAME", True)


def test_other_bytes_are_corrupt(
    services: Services, repository: Repository, image: tuple[ImageDetails, FileSystem]
) -> None:
    details, files = image
    blob = repository.blobs[details.layers[0].digest]
    other = gzip.compress(LAYERS[0].replace(b"last", b"LAST"), 0)[: blob.size].ljust(blob.size)
    repository.blobs[blob.digest] = Blob(blob.digest, blob.size, blob.media_type, other)
    with pytest.raises(Corrupt):
        read_file(services, details, files, "/srv/last")


def test_nothing_of_a_file_is_left_on_disk(
    services: Services, image: tuple[ImageDetails, FileSystem]
) -> None:
    list(read_files(services, *image, ["/etc/conf", "/srv/first"]))
    stored = [path for path in services.locations.cache.rglob("*") if path.is_file()]
    assert stored
    assert not any(b"another now" in path.read_bytes() for path in stored)
