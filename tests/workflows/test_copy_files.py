"""Copies between layouts and archives: equal digests, by our word and by skopeo's."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt, EcrtuiError, GivenUp, NotFound, UsageError
from ecrtui.oci.platforms import host_platform
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.store.delivery import Exists
from ecrtui.workflows.locate import locate
from ecrtui.workflows.moving.copy import CopyPlan, CopyRequest, plan
from ecrtui.workflows.moving.copy import run as run_it
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.engines import Docker, docker
from tests.oci.layers.made import files as tar_of
from tests.oci.stored.made import image, in_folder, layout, named
from tests.podman import Podman, podman
from tests.sandbox.programs import lacking, run
from tests.workflows.at_work import services_in
from tests.workflows.graphs import Graph

__all__ = ["docker", "podman"]

SIZE = 2_000_000


def planned(services: Services, source: str, target: str, **how: object) -> CopyPlan:
    asked = CopyRequest(locate(services, source), locate(services, target), **how)  # type: ignore[arg-type]
    return plan(services, asked)


def copied(services: Services, source: str, target: str, **how: object) -> str:
    made = planned(services, source, target, **how)
    outcome = run_it(services, made, Watch())
    assert outcome.digest == made.digest
    return outcome.digest


def blobs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "blobs/sha256").iterdir()}


def rows(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((folder / "index.json").read_bytes())["manifests"]
    return found


@given(st.integers(0, 10**9))
def test_any_graph_comes_through_unchanged(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("it")
    services = services_in(folder)
    graph = Graph(seed)
    first = graph.in_folder(folder / "first")
    assert (
        copied(services, f"oci:{first}:v1", f"oci:{folder}/two", referrers=True)
        == (graph.image["digest"])
    )
    copied(services, f"oci:{folder}/two:v1", f"oci-archive:{folder}/three.tar", referrers=True)
    copied(services, f"oci-archive:{folder}/three.tar:v1", f"oci:{folder}/four", referrers=True)
    held = {one["digest"] for one in (graph.image, *graph.referrers)}
    for name in ("two", "four"):
        assert blobs(folder / name) == blobs(first)
        assert {row["digest"] for row in rows(folder / name)} == held
    assert not list(folder.glob(".part*"))


@pytest.fixture
def app(sandbox: Sandbox) -> Image:
    """An index of two platforms under team/app:v1, each of one layer of some megabytes."""
    repository = worlds.add_repository(sandbox.world, "team/app")
    children = [
        worlds.add_image(
            repository, content=tar_of("f", contents=random.Random(name).randbytes(SIZE)),
            platform=("linux", name),
        )
        for name in ("amd64", "arm64")
    ]  # fmt: skip
    return worlds.add_index(repository, children, tags={"v1"})


def digest_by_skopeo(where: str) -> str:
    raw = run("skopeo", "inspect", "--raw", where).stdout.encode()
    return worlds.digest_of(raw)


def test_a_whole_index_becomes_a_layout(services: Services, app: Image, tmp_path: Path) -> None:
    assert copied(services, "team/app:v1", f"oci:{tmp_path}/it") == app.digest
    assert digest_by_skopeo(f"oci:{tmp_path}/it:v1") == app.digest
    copied(services, f"oci:{tmp_path}/it:v1", f"oci-archive:{tmp_path}/it.tar")
    assert digest_by_skopeo(f"oci-archive:{tmp_path}/it.tar:v1") == app.digest


def test_docker_and_podman_load_one_platform(
    services: Services, app: Image, docker: Docker, podman: Podman, tmp_path: Path
) -> None:
    path = tmp_path / "it.tar"
    made = planned(services, "team/app:v1", f"docker-archive:{path}:x.example/app:v1")
    assert made.cargo.platform == str(host_platform())
    run_it(services, made, Watch())
    docker.run("load", "-i", str(path))
    podman.run("load", "-i", path)
    assert made.cargo.image.parsed.config is not None
    config = made.cargo.image.parsed.config.digest
    assert docker.run("image", "inspect", "-f", "{{.Id}}", "x.example/app:v1").strip() == config
    found = podman.run("image", "inspect", "-f", "{{.Id}}", "x.example/app:v1").strip()
    assert f"sha256:{found}" == config
    assert digest_by_skopeo(f"oci-archive:{path}") == made.digest
    assert copied(services, f"docker-archive:{path}", f"oci:{tmp_path}/back") == made.digest


def test_a_platform_goes_with_its_own_digest(
    services: Services, app: Image, tmp_path: Path
) -> None:
    made = planned(services, "team/app:v1", f"oci:{tmp_path}/it", platforms=("linux/arm64",))
    assert made.digest == app.children[1]
    assert any("linux/arm64 alone goes" in told for told in made.warnings)
    run_it(services, made, Watch())
    assert digest_by_skopeo(f"oci:{tmp_path}/it:v1") == app.children[1]
    run("umoci", "unpack", "--image", f"{tmp_path}/it:v1", tmp_path / "bundle")
    assert (tmp_path / "bundle/rootfs/f").stat().st_size == SIZE
    with pytest.raises(NotFound, match="No such platform"):
        planned(services, "team/app:v1", f"oci:{tmp_path}/it", platforms=("linux/s390x",))


def test_names_in_a_layout_move_as_skopeo_moves_them(services: Services, tmp_path: Path) -> None:
    for author in ("first", "second"):
        files: dict[str, bytes] = {}
        row = named(image(files, author=author), "v1")
        source = f"oci:{in_folder(layout(row, files=files), tmp_path / author)}:v1"
        copied(services, source, f"oci:{tmp_path}/ours:same")
        run("skopeo", "copy", "--preserve-digests", source, f"oci:{tmp_path}/theirs:same")
    listed = [
        [(row["digest"], row.get("annotations") or None) for row in rows(tmp_path / name)]
        for name in ("ours", "theirs")
    ]
    assert listed[0] == listed[1]
    assert len(listed[0]) == 2


def test_what_is_there_is_not_moved_again(services: Services, app: Image, tmp_path: Path) -> None:
    copied(services, "team/app:v1", f"oci:{tmp_path}/it")
    again = planned(services, "team/app:v1", f"oci:{tmp_path}/it")
    assert again.done_already
    other = planned(services, "team/app:v1", f"oci:{tmp_path}/it:other")
    assert (other.to_move, other.there) == (0, other.cargo.bytes)
    assert run_it(services, other, Watch()).moved == 0
    names = {str(row["annotations"]) for row in rows(tmp_path / "it")}
    assert len(names) == 2


def test_a_source_that_breaks_off_is_read_on(
    sandbox: Sandbox, services: Services, app: Image, tmp_path: Path
) -> None:
    sandbox.faults.add("cut", service="registry", after=700_000, times=3)
    made = planned(services, "team/app:v1", f"oci:{tmp_path}/it")
    watch = Watch()
    run_it(services, made, watch)
    assert digest_by_skopeo(f"oci:{tmp_path}/it:v1") == app.digest
    assert any("going on at byte" in line for _, line in watch.log)


def test_wrong_bytes_are_refused(
    sandbox: Sandbox, services: Services, app: Image, tmp_path: Path
) -> None:
    for number, target in enumerate(("oci:{}/it", "oci-archive:{}/it.tar", "docker-archive:{}/it")):
        folder = tmp_path / str(number)
        folder.mkdir()
        made = planned(services, "team/app:v1", target.format(folder))
        sandbox.faults.add("corrupt", service="registry", after=100, times=1)
        with pytest.raises(Corrupt):
            run_it(services, made, Watch())
        left = [path for path in folder.rglob("*") if path.is_file()]
        wrong = [path for path in left if worlds.digest_of(path.read_bytes())[7:] != path.name]
        assert wrong == []
        run_it(services, made, Watch())


@pytest.mark.parametrize("target", ["oci:{}/it", "oci-archive:{}/it", "docker-archive:{}/it"])
def test_stopped_it_leaves_nothing_half(
    sandbox: Sandbox, services: Services, app: Image, tmp_path: Path, target: str
) -> None:
    made = planned(services, "team/app:v1", target.format(tmp_path))
    sandbox.faults.add("stall", service="registry", after=300_000, seconds=30)
    watch = Watch()

    def stop() -> None:
        while not any(part.bytes for part in watch.so_far().parts):
            time.sleep(0.01)
        watch.stop()

    threading.Thread(target=stop).start()
    with pytest.raises(GivenUp):
        run_it(services, made, watch)
    assert not list(tmp_path.rglob("index.json"))
    assert not list(tmp_path.rglob(".part*"))
    assert not (tmp_path / "it").is_file()


def test_a_file_is_never_written_over_unasked(
    services: Services, app: Image, tmp_path: Path
) -> None:
    path = tmp_path / "it.tar"
    path.write_bytes(b"mine")
    target = f"oci-archive:{path}"
    with pytest.raises(Exists):
        planned(services, "team/app:v1", target)
    assert path.read_bytes() == b"mine"
    path.unlink()
    made = planned(services, "team/app:v1", target)
    path.write_bytes(b"mine")
    with pytest.raises(Exists):
        run_it(services, made, Watch())
    assert path.read_bytes() == b"mine"
    assert list(tmp_path.glob(".part*")) == []
    copied(services, "team/app:v1", f"oci-archive:{path}", replace=True)
    assert digest_by_skopeo(f"oci-archive:{path}:v1") == app.digest


def test_a_folder_of_something_else_is_left_alone(
    services: Services, app: Image, tmp_path: Path
) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"")
    with pytest.raises(UsageError, match="no OCI layout"):
        planned(services, "team/app:v1", f"oci:{tmp_path}")
    for place in (f"oci:{tmp_path}/not/there", f"oci-archive:{tmp_path}/not/there"):
        with pytest.raises(EcrtuiError, match="cannot be written"):
            planned(services, "team/app:v1", place)


def test_a_full_disk_leaves_nothing(services: Services, app: Image, small_disk: Path) -> None:
    for target in ("oci:{}/it", "oci-archive:{}/it.tar"):
        with pytest.raises(EcrtuiError, match="has not room enough"):
            planned(services, "team/app:v1", target.format(small_disk))
    filler = small_disk / "filler"
    for target in ("oci:{}/it", "oci-archive:{}/it.tar"):
        made = planned(services, "team/app:v1", target.format(small_disk.parent))
        made = msgspec.structs.replace(made, to=locate(services, target.format(small_disk)))
        filler.write_bytes(b"")
        with pytest.raises(EcrtuiError, match="disk is full"):
            run_it(services, made, Watch())
        left = [path for path in small_disk.rglob("*") if path.is_file() and path != filler]
        assert all(worlds.digest_of(path.read_bytes())[7:] == path.name for path in left)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        lacking("mounting needs root")
    run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder)
    yield folder
    run("umount", folder)
