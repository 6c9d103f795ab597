"""What an engine has, as Docker and Podman tell it, and as nonsense does."""

from __future__ import annotations

import json

import pytest

from ecrtui.engine.engine import Engine
from ecrtui.engine.images import held, named_at
from ecrtui.model.local import EngineImage
from tests.compare.layers import Item, tar
from tests.engine.test_engine import ID, answers, engine
from tests.engines import Docker, docker
from tests.oci.hostile_host import Answer, Host
from tests.podman import Podman, podman

__all__ = ["answers", "docker", "engine", "podman"]
NAME = "registry.example/team/app:v1"


def test_docker_tells_its_images(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    docker.run("import", "-", NAME, given=tar([Item("/etc/motd", content=b"hello")]))
    identity = docker.run("inspect", "--format", "{{.Id}}", NAME).strip()
    found = held(Engine())
    assert found.engine.startswith("Docker Engine ")
    (image,) = found.images
    assert (image.id, image.names, image.running) == (identity, (NAME,), 0)
    assert image.created is not None
    assert found.running == 0
    docker.run("tag", NAME, f"{NAME}-again")
    assert named_at(Engine(), image).startswith("20")


def test_podman_tells_its_images(podman: Podman, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{podman.socket}")
    file = podman.folder / "files.tar"
    file.write_bytes(tar([Item("/etc/motd", content=b"hello")]))
    podman.run("import", file, NAME)
    found = held(Engine())
    assert found.engine.startswith("Podman Engine ")
    (image,) = found.images
    assert image.names == (NAME,)
    assert image.id == "sha256:" + podman.run("inspect", "--format", "{{.Id}}", NAME).strip()


@pytest.mark.parametrize(
    "rows",
    [
        None,
        {},
        [5, None, []],
        [{}, {"Id": 7, "RepoTags": "x"}],
        [{"Id": "", "RepoTags": [None]}],
    ],
)
def test_nonsense_is_no_image(engine: Host, answers: dict[str, Answer], rows: object) -> None:
    answers["/images/json?only_ids=0&all=0"] = (200, {}, json.dumps(rows).encode())
    answers["/containers/json?limit=-1&all=0&size=0&trunc_cmd=0"] = (200, {}, b"[]")
    assert held(Engine()).images == ()


def test_what_engines_leave_out(engine: Host, answers: dict[str, Answer]) -> None:
    row = {"Id": ID, "RepoTags": None, "RepoDigests": ["<none>@<none>"], "Size": -1, "Created": "x"}
    answers["/images/json?only_ids=0&all=0"] = (200, {}, json.dumps([row]).encode())
    running = json.dumps([{"ImageID": ID}, {"ImageID": ID}, {}]).encode()
    answers["/containers/json?limit=-1&all=0&size=0&trunc_cmd=0"] = (200, {}, running)
    found = held(Engine())
    assert found.images == (EngineImage(ID, running=2),)
    assert named_at(Engine(), EngineImage("app:v1")) == ""
