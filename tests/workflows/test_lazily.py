"""Layers with tables of contents in a registry: read from a fraction, kept apart, or read whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecrtui.errors import Corrupt
from ecrtui.model.files import LayerIndex
from ecrtui.render.changes import summary_lines
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Blob
from ecrtui.workflows.compare import compare
from ecrtui.workflows.file_contents import read_file
from ecrtui.workflows.look_inside import LayerProgress, file_system, image_inside, is_stored
from ecrtui.workflows.services import Services
from tests import worlds
from tests.headless.program import answer, ecrtui
from tests.oci.layers.tables import Made, chunked, info, noise, push, stargz
from tests.workflows.at_work import services_in

WRITERS = pytest.mark.parametrize("write", [stargz, chunked])
STATUS = b"Package: zlib\nStatus: install ok installed\nArchitecture: amd64\nVersion: %s\n"


def layer(write: Callable[..., Made], app: bytes, version: bytes = b"1.2-1") -> Made:
    return write(
        [
            (info("etc/os-release"), b"NAME=Some\n"),
            (info("var/lib/dpkg/status"), STATUS % version),
            (info("srv/large"), noise(3_000_000)),
            (info("srv/app"), app),
        ]
    )


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def read(services: Services, tag: str = "v1") -> tuple[LayerIndex, list[LayerProgress]]:
    notes: list[LayerProgress] = []
    files = file_system(services, image_inside(services, f"team/app:{tag}"), notes.append)
    return files.layers[0], notes


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Services]:
    """As with `--whole`, over the same store."""
    services = services_in(tmp_path, whole=True)
    yield services
    services.close()


@WRITERS
def test_a_layer_is_indexed_from_a_fraction_of_it(
    write: Callable[..., Made], repository: Repository, services: Services, whole: Services
) -> None:
    made = layer(write, b"first")
    push(repository, "v1", [made])
    details = image_inside(services, "team/app:v1")
    before = services.traffic.bytes
    assert not is_stored(services, details.layers[0])
    lazy, notes = read(services)
    assert lazy.from_toc
    assert lazy.diff_id == details.layers[0].diff_id
    assert lazy.kept["/etc/os-release"] == b"NAME=Some\n"
    cost = services.traffic.bytes - before
    assert 0 < cost < len(made.blob) / 10
    assert notes[-1].bytes == cost
    assert not any(note.remark for note in notes)
    # Kept, but for whoever wants every byte verified it is as if unknown.
    assert is_stored(services, details.layers[0])
    requests = services.traffic.requests
    assert read(services)[0] == lazy
    assert services.traffic.requests == requests
    assert not is_stored(whole, details.layers[0])
    index, _ = read(whole)
    assert not index.from_toc
    assert index.paths == lazy.paths
    assert index.digests == lazy.digests
    assert whole.traffic.bytes >= len(made.blob)
    assert not read(services)[0].from_toc  # what is verified is the better


@WRITERS
def test_contents_of_its_files_are_verified_by_its_table(
    write: Callable[..., Made], repository: Repository, services: Services
) -> None:
    push(repository, "v1", [layer(write, b"first")])
    details = image_inside(services, "team/app:v1")
    files = file_system(services, details)
    assert read_file(services, details, files, "/srv/app").data == b"first"


@WRITERS
def test_layers_without_diff_ids_are_not_taken_for_each_other(
    write: Callable[..., Made], repository: Repository, services: Services
) -> None:
    for tag in ("v1", "v2"):
        push(repository, tag, [layer(write, tag.encode())], diff_ids_told=False)
    found = list(compare(services, "team/app:v1", "team/app:v2"))[-1]
    assert found.files is not None
    assert "/srv/app" in found.files.modified


@WRITERS
def test_a_wrong_table_is_told_and_the_whole_is_read(
    write: Callable[..., Made], repository: Repository, services: Services
) -> None:
    made = layer(write, b"first")
    notes = {
        key: worlds.digest_of(b"another") if value.startswith("sha256:") else value
        for key, value in made.described.annotations.items()
    }
    described = made.described.__class__(made.described.digest, len(made.blob), annotations=notes)
    push(repository, "v1", [made._replace(described=described)])
    index, told = read(services)
    assert not index.from_toc
    assert index.kept["/etc/os-release"] == b"NAME=Some\n"
    remarks = [note.remark for note in told if note.remark]
    assert len(remarks) == 1
    assert "read whole" in remarks[0]
    assert "manifest" in remarks[0]


def test_a_damaged_blob_is_corrupt_at_last(repository: Repository, services: Services) -> None:
    made = layer(stargz, b"first")
    push(repository, "v1", [made])
    digest = made.described.digest
    blob = made.blob[:-60] + bytes(60)
    repository.blobs[digest] = Blob(digest, len(blob), worlds.OCI_LAYER, blob)
    with pytest.raises(Corrupt):
        read(services)


@WRITERS
def test_a_diff_of_two_large_layers_fetches_little(
    write: Callable[..., Made], repository: Repository, tmp_path: Path
) -> None:
    """The layers differ in a small file and in a package; nothing is shared."""
    one, other = layer(write, b"first"), layer(write, b"second", b"1.2-2")
    push(repository, "v1", [one])
    push(repository, "v2", [other])
    images = ("team/app:v1", "team/app:v2")
    found = answer("diff", *images, home=tmp_path)
    size = len(one.blob) + len(other.blob)
    assert found["fetched"]["bytes"] < size / 10
    again = answer("diff", *images, "--whole", home=tmp_path)
    assert again["fetched"]["bytes"] >= size
    changed = {row["path"]: row["change"] for row in found["files"]}
    assert {"/srv/app", "/var/lib/dpkg/status"} <= set(changed)
    assert again["files"] == found["files"]
    assert again["packages"] == found["packages"]
    assert found["packages"][0]["to"] == "1.2-2"


def test_a_diff_says_what_it_knows_from_tables(
    repository: Repository, services: Services, tmp_path: Path
) -> None:
    for tag in ("v1", "v2"):
        push(repository, tag, [layer(chunked, tag.encode())])
    sides = ("team/app:v1", "team/app:v2")
    assert answer("diff", *sides, home=tmp_path)["fromTablesOfContents"] == 2
    told = "2 layers are known from a table of contents alone"
    done = ecrtui("diff", *sides, "--markdown", home=tmp_path)
    assert told in done.stdout
    assert told in done.stderr
    found = list(compare(services, *sides))
    assert {one.tables for one in found[:-1]} == {None}
    assert found[-1].tables == 2
    shown = [cell.text for line in summary_lines(found[-1], 100) for cell in line.cells]
    assert any(told in text for text in shown)
    assert answer("diff", *sides, "--whole", home=tmp_path)["fromTablesOfContents"] == 0


def test_layers_says_what_it_knows_from_a_table(repository: Repository, tmp_path: Path) -> None:
    push(repository, "v1", [layer(chunked, b"first")])
    done = ecrtui("layers", "team/app:v1", home=tmp_path)
    assert done.stdout.splitlines()[1].split("\t")[2] == ""
    assert "--whole" in done.stderr
    row = answer("layers", "team/app:v1", home=tmp_path)["layers"][0]
    assert (row["fromTableOfContents"], row["uncompressedSize"]) == (True, None)
    done = ecrtui("layers", "team/app:v1", "--whole", home=tmp_path)
    assert "--whole" not in done.stderr
    row = answer("layers", "team/app:v1", "--whole", home=tmp_path)["layers"][0]
    assert row["fromTableOfContents"] is False
    assert row["uncompressedSize"] > 3_000_000
