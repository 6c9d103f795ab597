"""What breaks while an image moves, with the real program: nothing is corrupt at either end, and
the next try goes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.moving import moving
from tests.headless.program import ecrtui
from tests.noise import Made, made
from tests.registries import plain_registry
from tests.sandbox.programs import lacking, run
from tests.sandbox.registry_api import password

__all__ = ["plain_registry"]

NAME = "team/large"
COPY = "team/copy"
UPLOADS, BLOBS = "*/blobs/uploads/*", "*layer-bucket*"
REGIONS = ("--region", worlds.REGION, "--region", worlds.OTHER_REGION)
FOREVER = 3600
OFTEN = 99
SIZES = (3 << 20, 2 << 20, 2 << 20, 1 << 20, 1 << 20, 1 << 19)


@pytest.fixture
def image(tmp_path: Path) -> Made:
    """An image of several layers, as a layout."""
    return made(tmp_path / "image", *SIZES)


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """Where it goes to in ECR, empty yet."""
    return worlds.add_repository(sandbox.world, NAME)


@pytest.fixture
def in_ecr(sandbox: Sandbox, repository: Repository, image: Made, tmp_path: Path) -> Repository:
    """The image is there already."""
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    options = ["--dest-tls-verify=false", "--dest-creds", f"AWS:{password()}"]
    run("skopeo", "copy", *options, f"oci:{image.folder}:v1", f"docker://{host}/{NAME}:v1")
    return repository


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """ecrtui's own folder."""
    return tmp_path / "home"


def outcome(*arguments: str, home: Path) -> Any:
    done = ecrtui(*arguments, "--yes", "--json", "--no-cache", home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(*arguments: str, home: Path) -> tuple[int, str]:
    done = ecrtui(*arguments, "--yes", "--json", "--no-cache", home=home)
    assert done.returncode, done.stdout
    return done.returncode, done.stderr


def in_layout(folder: Path, image: Made, tag: str = "v1") -> None:
    """By skopeo's word it is the image, and every blob is what its name says."""
    told = run("skopeo", "inspect", "--format", "{{.Digest}}", f"oci:{folder}:{tag}").stdout
    assert told.strip() == image.digest
    for blob in (folder / "blobs/sha256").iterdir():
        assert worlds.digest_of(blob.read_bytes()) == f"sha256:{blob.name}"


def in_registry(host: str, name: str, image: Made, folder: Path) -> None:
    """By skopeo's word it is the image: it copies it, and verifies each blob."""
    options = ["--src-tls-verify=false"]
    if (folder / "password").exists():
        options += ["--src-creds", f"AWS:{(folder / 'password').read_text()}"]
    target = folder / "checked"
    shutil.rmtree(target, ignore_errors=True)
    run("skopeo", "copy", *options, f"docker://{host}/{name}:v1", f"oci:{target}:v1")
    in_layout(target, image)


def whole_in(repository: Repository, image: Made) -> bool:
    found = repository.images.by_tag("v1")
    return found is not None and found.digest == image.digest and _blobs(repository) >= _all(image)


def _blobs(repository: Repository) -> set[str]:
    for digest, blob in repository.blobs.items():
        assert worlds.digest_of(blob.read()) == digest
    return set(repository.blobs)


def _all(image: Made) -> set[str]:
    return {digest for digest, _ in image.layers}


# Killed


def test_a_push_that_is_killed_goes_on(
    sandbox: Sandbox, repository: Repository, image: Made, home: Path
) -> None:
    sandbox.faults.add("stall", operation="PUT", path=UPLOADS, skip=2, seconds=FOREVER)
    source = f"oci:{image.folder}:v1"
    with moving("push", source, f"{NAME}:v1", "--yes", "--no-cache", home=home) as pushing:
        pushing.until(lambda: len(repository.blobs) == 2)
        code, _, _ = pushing.end(signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert not list(repository.images)
    sandbox.faults.clear()
    done = outcome("push", source, f"{NAME}:v1", home=home)
    assert 0 < done["moved"] < image.size
    assert done["moved"] + done["there"] >= image.size
    assert whole_in(repository, image)


def test_a_copy_to_another_registry_that_is_killed_goes_on(
    sandbox: Sandbox,
    in_ecr: Repository,
    image: Made,
    plain_registry: str,
    home: Path,
    tmp_path: Path,
) -> None:
    sandbox.faults.add("stall", path=BLOBS, skip=3, after=1000, seconds=FOREVER)
    target = f"docker://{plain_registry}/{COPY}:v1"
    there = tmp_path / "plain/data/docker/registry/v2/repositories" / COPY
    with moving("copy", f"{NAME}:v1", target, "--yes", "--no-cache", home=home) as copying:
        copying.until(lambda: len([*there.glob("_layers/sha256/*/link")]) >= 2)
        copying.end(signal.SIGKILL)
    assert not (there / "_manifests").exists()
    sandbox.faults.clear()
    done = outcome("copy", f"{NAME}:v1", target, home=home)
    assert 0 < done["moved"] < image.size
    in_registry(plain_registry, COPY, image, tmp_path)


def test_an_export_that_is_killed_goes_on(
    sandbox: Sandbox, in_ecr: Repository, image: Made, home: Path, tmp_path: Path
) -> None:
    sandbox.faults.add("stall", path=BLOBS, skip=3, after=1000, seconds=FOREVER)
    out = tmp_path / "out"
    arguments = ("export", f"{NAME}:v1", f"oci:{out}:v1")
    with moving(*arguments, "--no-cache", home=home) as exporting:
        exporting.until(lambda: len(_whole_files(out)) >= 2)
        exporting.end(signal.SIGKILL)
    assert not (out / "index.json").exists()
    for blob in _whole_files(out):
        assert worlds.digest_of(blob.read_bytes()) == f"sha256:{blob.name}"
    sandbox.faults.clear()
    done = outcome(*arguments, home=home)
    assert 0 < done["moved"] < image.size
    in_layout(out, image)


def _whole_files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("blobs/sha256/*") if not path.name.startswith(".")]


def test_an_archive_that_is_killed_is_not_there(
    sandbox: Sandbox, in_ecr: Repository, image: Made, home: Path, tmp_path: Path
) -> None:
    stall = sandbox.faults.add(
        "stall", path=BLOBS, skip=3, after=1000, seconds=FOREVER, times=OFTEN
    )
    folder = tmp_path / "out"
    folder.mkdir()
    archive = folder / "image.tar"
    arguments = ("export", f"{NAME}:v1", f"oci-archive:{archive}:v1")
    with moving(*arguments, "--no-cache", home=home) as exporting:
        exporting.until(lambda: stall.times != OFTEN)
        exporting.end(signal.SIGKILL)
    assert not list(folder.iterdir())
    sandbox.faults.clear()
    outcome(*arguments, home=home)
    told = run("skopeo", "inspect", "--format", "{{.Digest}}", f"oci-archive:{archive}:v1").stdout
    assert told.strip() == image.digest


# Stopped


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
@pytest.mark.parametrize("stalled", ["source", "target"])
def test_a_signal_stops_it_in_order(
    sandbox: Sandbox,
    in_ecr: Repository,
    image: Made,
    home: Path,
    number: signal.Signals,
    stalled: str,
) -> None:
    copy = worlds.add_repository(sandbox.world, COPY)
    if stalled == "source":
        sandbox.faults.add("stall", path=BLOBS, operation="GET", after=1000, seconds=FOREVER)
    else:
        sandbox.faults.add("stall", path=f"*/{COPY}/*", operation="PUT", seconds=FOREVER)
    with moving("copy", f"{NAME}:v1", f"{COPY}:v1", "--yes", "--no-cache", home=home) as copying:
        copying.until(lambda: copy.uploads)
        code, out, said = copying.end(number)
    assert code == 130, said
    assert not out
    assert "Traceback" not in said
    assert not list(copy.images)


def test_an_archive_that_is_stopped_leaves_nothing(
    sandbox: Sandbox, in_ecr: Repository, home: Path, tmp_path: Path
) -> None:
    stall = sandbox.faults.add("stall", path=BLOBS, after=1000, seconds=FOREVER, times=OFTEN)
    folder = tmp_path / "out"
    folder.mkdir()
    archive = f"docker-archive:{folder / 'image.tar'}"
    with moving("export", f"{NAME}:v1", archive, "--no-cache", home=home) as exporting:
        exporting.until(lambda: stall.times != OFTEN)
        code, _, said = exporting.end(signal.SIGINT)
    assert code == 130, said
    assert not list(folder.iterdir())


# What passes by itself


@pytest.mark.parametrize(
    ("action", "operation", "path", "more"),
    [
        ("throttle", "*", "*", {"skip": 8, "times": 3}),
        ("throttle", "PATCH", UPLOADS, {"times": 2}),
        ("status", "PUT", UPLOADS, {"times": 2}),
        ("status", "GET", BLOBS, {"times": 2}),
        ("hang-up", "PATCH", UPLOADS, {"skip": 1, "times": 2}),
        ("hang-up", "GET", BLOBS, {"times": 2}),
        ("cut", "GET", BLOBS, {"after": 300_000, "skip": 1, "times": 3}),
        ("cut-upload", "PATCH", UPLOADS, {"after": 300_000, "times": 2}),
        ("expire", "GET", BLOBS, {"skip": 2, "times": 2}),
        ("expire", "PATCH", UPLOADS, {"skip": 2, "times": 1}),
        ("throttle", "GetDownloadUrlForLayer", "*", {"times": 2}),
        ("throttle", "PutImage", "*", {"times": 2}),
    ],
)
def test_what_passes_by_itself_is_waited_for(
    sandbox: Sandbox,
    in_ecr: Repository,
    image: Made,
    home: Path,
    action: str,
    operation: str,
    path: str,
    more: dict[str, int],
) -> None:
    copy = worlds.add_repository(sandbox.world, COPY, region=worlds.OTHER_REGION)
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.OTHER_REGION).host
    rule = sandbox.faults.add(action, operation=operation, path=path, **more)
    done = outcome("copy", f"{NAME}:v1", f"{host}/{COPY}:v1", *REGIONS, home=home)
    assert rule.times == 0, "the fault was never met"
    assert done["digest"] == image.digest
    assert whole_in(copy, image)


# What does not


@pytest.mark.parametrize(
    ("action", "operation", "path", "code", "told"),
    [
        ("corrupt", "GET", BLOBS, 5, "digest"),
        ("throttle", "PATCH", UPLOADS, 5, "throttl"),
        ("deny", "PATCH", UPLOADS, 3, "not authorized"),
        ("deny", "PutImage", "*", 3, "not authorized"),
        ("expire", "PutImage", "*", 3, "expired"),
        ("deny", "GetDownloadUrlForLayer", "*", 3, "not authorized"),
        ("deny", "GET", BLOBS, 3, "starport-layer-bucket"),
    ],
)
def test_what_fails_changes_nothing(
    sandbox: Sandbox,
    in_ecr: Repository,
    image: Made,
    home: Path,
    action: str,
    operation: str,
    path: str,
    code: int,
    told: str,
) -> None:
    copy = worlds.add_repository(sandbox.world, COPY, region=worlds.OTHER_REGION)
    before = worlds.add_image(copy, tags={"v1"})
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.OTHER_REGION).host
    after = 300_000 if action == "corrupt" else 0
    sandbox.faults.add(action, operation=operation, path=path, after=after)
    status, said = refused("copy", f"{NAME}:v1", f"{host}/{COPY}:v1", *REGIONS, home=home)
    assert (status, told in said) == (code, True), said
    (left,) = copy.images
    assert (left.digest, left.tags) == (before.digest, {"v1"})
    _blobs(copy)


@pytest.mark.parametrize(
    ("damage", "code", "target"),
    [
        ("another byte", 5, "ecr"),
        ("another byte", 5, "oci"),
        ("another byte", 5, "oci-archive"),
        ("gone", 4, "ecr"),
        ("cut", 5, "oci"),
    ],
)
def test_a_damaged_layout_is_refused(
    repository: Repository,
    image: Made,
    home: Path,
    tmp_path: Path,
    damage: str,
    code: int,
    target: str,
) -> None:
    digest, size = image.layers[1]
    blob = image.folder / "blobs" / digest.replace(":", "/")
    if damage == "gone":
        blob.unlink()
    else:
        with blob.open("r+b") as file:
            file.seek(size // 2)
            file.write(b"?") if damage == "another byte" else file.truncate()
    out = tmp_path / "out"
    out.mkdir()
    to = f"{NAME}:v1" if target == "ecr" else f"{target}:{out / 'copy'}:v1"
    status, said = refused("copy", f"oci:{image.folder}:v1", to, home=home)
    assert (status, digest[7:19] in said) == (code, True), said
    assert not list(repository.images)
    assert digest not in _blobs(repository)
    if target == "oci":
        assert not (out / "copy/index.json").exists()
        assert digest[7:] not in {path.name for path in _whole_files(out / "copy")}
    else:
        assert not list(out.iterdir())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for a part of the image."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        lacking("no disk can be made here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("kind", ["oci", "oci-archive", "docker-archive"])
def test_a_full_disk_is_told_before_anything_is_written(
    in_ecr: Repository, home: Path, small_disk: Path, kind: str
) -> None:
    status, said = refused("export", f"{NAME}:v1", f"{kind}:{small_disk / 'out'}", home=home)
    assert status == 5, said
    assert "room" in said
    assert not list(small_disk.iterdir())


@pytest.mark.parametrize("kind", ["oci", "oci-archive", "docker-archive"])
def test_a_disk_that_fills_up_meanwhile_keeps_what_was_there(
    sandbox: Sandbox, in_ecr: Repository, home: Path, small_disk: Path, kind: str
) -> None:
    out = small_disk / "out"
    subprocess.run(["mount", "-o", "remount,size=40m", str(small_disk)], check=True)
    stall = sandbox.faults.add("stall", path=BLOBS, after=1000, seconds=2, times=OFTEN)
    with moving("export", f"{NAME}:v1", f"{kind}:{out}", "--no-cache", home=home) as exporting:
        exporting.until(lambda: stall.times != OFTEN)
        with (small_disk / "other").open("wb", buffering=0) as other, suppress(OSError):
            while other.write(bytes(1 << 16)):
                pass
        code, _, said = exporting.end()
    assert code == 5, said
    assert "disk is full" in said
    assert not (out / "index.json").exists()
    assert not out.is_file()
