"""Docker 29 with containerd's store, imitated: no engine of that age is at hand here.

After moby's `daemon/containerd`: an image's id is the digest it was pulled by, of the index where
it is one; a config's digest names nothing; inspect tells the platform that is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from ecrtui.errors import RemoteError
from ecrtui.model.moving import Stage
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.workflows.locate import locate
from ecrtui.workflows.pulling import pull
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.oci.hostile_host import Answer, host

NAME = "team/app"
VERSIONS = {"ApiVersion": "1.52", "MinAPIVersion": "1.44", "Os": "linux", "Arch": "amd64"}
COMPONENTS = {"Components": [{"Name": "Engine", "Version": "29.0.1"}]}


class Containerd:
    """As much of the engine as a pull asks for."""

    def __init__(self, layers: list[str]) -> None:
        self.layers = layers
        self.platform = "amd64"
        self.images: dict[str, str] = {}
        """By name the digest."""
        self.asked: list[tuple[str, dict[str, list[str]]]] = []

    def answer(self, target: str) -> Answer:
        parts = urlsplit(target)
        path, query = unquote(parts.path), parse_qs(parts.query)
        path = path.removeprefix("/v1.51")
        self.asked.append((path, query))
        if path == "/version":
            return self._said(VERSIONS | COMPONENTS)
        if path == "/images/create":
            return self._pulled(query)
        name = path.removeprefix("/images/").removesuffix("/json").removesuffix("/tag")
        digest = self.images.get(name, name if name in self.images.values() else "")
        if not digest:
            return 404, {}, b'{"message": "No such image"}'
        if path.endswith("/tag"):
            self.images[f"{query['repo'][0]}:{query['tag'][0]}"] = digest
            return 201, {}, b""
        told = {"Id": digest, "RepoTags": [], "RepoDigests": [name]}
        return self._said(told | {"Os": "linux", "Architecture": self.platform})

    def _pulled(self, query: dict[str, list[str]]) -> Answer:
        digest = query["tag"][0]
        self.images[f"{query['fromImage'][0]}@{digest}"] = digest
        events: list[dict[str, object]] = [{"status": "Pulling from team/app", "id": digest}]
        for layer in self.layers:
            events += [
                {"status": "Downloading", "id": layer, "progressDetail": {"current": 5}},
                {"status": "Download complete", "id": layer, "progressDetail": {}},
                {
                    "status": "Extracting",
                    "id": layer,
                    "progressDetail": {"current": 1, "units": "s"},
                },
                {"status": "Pull complete", "id": layer, "progressDetail": {}},
            ]
        return 200, {}, "\r\n".join(map(json.dumps, events)).encode()

    def _said(self, told: object) -> Answer:
        return 200, {}, json.dumps(told).encode()


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, NAME)


@pytest.fixture
def index(repository: Repository) -> Image:
    children = [
        worlds.add_image(repository, content=arch.encode(), platform=("linux", arch))
        for arch in ("amd64", "arm64")
    ]
    return worlds.add_index(repository, children, tags={"v1"})


@pytest.fixture
def engine(
    index: Image, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Containerd]:
    child = repository.images.by_digest(index.children[0])
    assert child is not None
    layers = json.loads(child.read_manifest())["layers"]
    made = Containerd([layer["digest"].partition(":")[2][:12] for layer in layers])
    with host(made.answer) as running:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://{running.netloc}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.delenv("DOCKER_TLS_VERIFY", raising=False)
        monkeypatch.delenv("DOCKER_CERT_PATH", raising=False)
        yield made


def planned(services: Services, platform: str = "") -> pull.PullPlan:
    return pull.plan(services, pull.PullRequest(locate(services, f"{NAME}:v1"), platform))


def test_an_index_is_pulled_by_its_digest(
    engine: Containerd, index: Image, services: Services
) -> None:
    plan, watch = planned(services), Watch()
    outcome = pull.run(services, plan, watch)
    assert engine.images[plan.called.name] == index.digest
    ((_, query),) = [one for one in engine.asked if one[0] == "/images/create"]
    assert (query["tag"], query["platform"]) == ([index.digest], ["linux/amd64"])
    assert {part.stage for part in watch.so_far().parts} == {Stage.DONE}
    assert outcome.moved == plan.to_move
    assert "already" in planned(services).done_already


def test_another_platform_of_an_index_that_is_there_is_pulled(
    engine: Containerd, services: Services
) -> None:
    pull.run(services, planned(services), Watch())
    other = planned(services, platform="linux/arm64")
    assert not other.done_already
    assert other.to_move
    with pytest.raises(RemoteError, match="another image"):
        pull.run(services, other, Watch())  # it says to have done so, and has the first still
    engine.platform = "arm64"
    pull.run(services, other, Watch())
