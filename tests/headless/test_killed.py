"""A process that is killed while it sends an image: nothing is to be seen, and the next goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.headless.program import COMMAND, answer
from tests.oci.layers.made import files
from tests.registries import plain_registry
from tests.sandbox.programs import run

__all__ = ["plain_registry"]

CONFIG = "application/vnd.oci.image.config.v1+json"


def layout(folder: Path, bodies: list[bytes]) -> str:
    """An image of some layers as an OCI layout, called v1; answers its digest."""
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)

    def put(body: bytes, kind: str) -> dict[str, object]:
        digest = worlds.digest_of(body)
        (blobs / digest.removeprefix("sha256:")).write_bytes(body)
        return {"mediaType": kind, "digest": digest, "size": len(body)}

    plain = [files(f"file-{number}", contents=body) for number, body in enumerate(bodies)]
    layers = [put(worlds.gzipped(body), worlds.OCI_LAYER) for body in plain]
    rootfs = {"type": "layers", "diff_ids": [worlds.digest_of(body) for body in plain]}
    config = json.dumps({"os": "linux", "architecture": "amd64", "rootfs": rootfs}).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": worlds.OCI_IMAGE,
        "config": put(config, CONFIG),
        "layers": layers,
    }
    row = put(json.dumps(manifest).encode(), worlds.OCI_IMAGE)
    row["annotations"] = {"org.opencontainers.image.ref.name": "v1"}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [row]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return str(row["digest"])


def wait(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < ends
        time.sleep(0.01)


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def started(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "ECRTUI_HOME": str(home)}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        [*COMMAND, *arguments], env=environment, stdin=quiet, stdout=quiet, stderr=quiet
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_push_that_is_killed_is_taken_up(
    sandbox: Sandbox, repository: Repository, tmp_path: Path, how: signal.Signals
) -> None:
    bodies = [os.urandom(300_000), os.urandom(200_000), os.urandom(100_000)]
    digest = layout(tmp_path / "built", bodies)
    words = ["push", f"oci:{tmp_path / 'built'}:v1", "team/app:v1", "--yes"]
    finish = sandbox.faults.add(
        "stall", service="registry", operation="PUT", path="*/blobs/uploads/*", seconds=60, times=1
    )
    process = started(tmp_path / "home", *words)
    # Three of four blobs are there, and the registry has all the bytes of the fourth but no digest.
    wait(lambda: len(repository.blobs) == 3 and finish.times == 0, process)
    process.send_signal(how)
    assert process.wait(20) != 0
    assert not len(repository.images)
    there = dict(repository.blobs)
    assert all(worlds.digest_of(blob.read()) == name for name, blob in there.items())
    assert len(there) == 3

    told = answer(*words, home=tmp_path / "home")
    assert told["digest"] == digest
    assert told["there"] == sum(blob.size for blob in there.values())
    assert told["moved"] == sum(blob.size for blob in repository.blobs.values()) - told["there"]
    image: Image | None = repository.images.by_tag("v1")
    assert image is not None
    assert image.digest == digest


def test_so_it_is_at_another_registry(plain_registry: str, tmp_path: Path) -> None:
    digest = layout(tmp_path / "built", [os.urandom(1000) * 100_000, os.urandom(1000)])
    name = f"docker://{plain_registry}/team/app:v1"
    words = ["copy", f"oci:{tmp_path / 'built'}:v1", name, "--yes"]
    process = started(tmp_path / "home", *words)
    registry = tmp_path / "plain"
    wait(lambda: any(registry.glob("**/_uploads/*/data")), process)
    process.kill()
    assert process.wait(20) == -signal.SIGKILL
    run("skopeo", "inspect", "--tls-verify=false", name, ok=False)
    told = answer(*words, home=tmp_path / "home")
    assert told["digest"] == digest
    raw = run("skopeo", "inspect", "--raw", "--tls-verify=false", name).stdout
    assert worlds.digest_of(raw.encode()) == digest
