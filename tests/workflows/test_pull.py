"""Pulling into real engines: the image that was meant, by its name, whatever happens on the way."""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecrtui.engine import tunnel
from ecrtui.errors import (
    Archived,
    Corrupt,
    EcrtuiError,
    EngineMissing,
    GivenUp,
    InvalidReference,
    LocalPartMissing,
    NotAllowed,
    NotFound,
    RemoteError,
    SessionExpired,
    Throttled,
    UsageError,
    WhichPlatform,
)
from ecrtui.model.moving import Stage
from ecrtui.model.plan import Outcome
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.workflows.locate import locate
from ecrtui.workflows.pulling import pull
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import engines, worlds
from tests.compare.layers import Item, tar
from tests.engines import Docker, docker
from tests.podman import Podman, podman, running
from tests.registries import plain_registry
from tests.sandbox.programs import run as program
from tests.sandbox.registry_api import password
from tests.sshd import served
from tests.trickles import Trickle
from tests.tui.pictures import Step, add_built
from tests.workflows.at_work import services_in

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["docker", "plain_registry", "podman"]

NAME = "team/app"
LARGE = bytes(range(256)) * 12_000


def built(repository: Repository, tag: str, *, arch: str = "amd64", large: bool = False) -> None:
    """An image of two layers whose contents no other test has."""
    first = Item("/srv/large", content=LARGE if large else b"small")
    steps = [
        Step("COPY first /", tar([first, Item(f"/srv/{tag}-{arch}", content=tag.encode())])),
        Step("COPY second /", tar([Item(f"/srv/second-{tag}", content=arch.encode())])),
    ]
    tags = [] if arch != "amd64" else [tag]
    # Stored, not compressed: what is repeated in the content would take no time to send.
    add_built(repository, tags=tags, steps=steps, platform=("linux", arch), pack=worlds.gzipped)


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, NAME)


@pytest.fixture
def engine(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> Docker:
    """The private dockerd as the engine that is meant."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    monkeypatch.setenv("DOCKER_CONFIG", str(docker.config))
    return docker


def planned(services: Services, image: str, **more: object) -> pull.PullPlan:
    request = pull.PullRequest(locate(services, image), **more)  # type: ignore[arg-type]
    return pull.plan(services, request)


def pulled(services: Services, image: str, **more: object) -> tuple[Outcome, Watch]:
    plan, watch = planned(services, image, **more), Watch()
    return pull.run(services, plan, watch), watch


def uri(sandbox: Sandbox, tag: str) -> str:
    return f"{sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host}/{NAME}:{tag}"


def config_digest(repository: Repository, tag: str) -> str:
    image = repository.images.by_tag(tag)
    assert image is not None
    found: str = json.loads(image.read_manifest())["config"]["digest"]
    return found


def test_an_image_is_pulled_by_digest_and_called_by_its_tag(
    engine: Docker, sandbox: Sandbox, repository: Repository, services: Services
) -> None:
    built(repository, "v1")
    plan, watch = planned(services, f"{NAME}:v1"), Watch()
    image = repository.images.by_tag("v1")
    assert image is not None
    assert plan.digest == image.digest
    assert plan.to_move == image.size
    assert not plan.changes
    outcome = pull.run(services, plan, watch)
    assert outcome.digest == image.digest
    name = uri(sandbox, "v1")
    assert outcome.sentence == f"{name} is here"
    told = json.loads(engine.run("inspect", name))[0]
    assert told["Id"] == config_digest(repository, "v1")
    assert f"{name.rpartition(':')[0]}@{image.digest}" in told["RepoDigests"]
    moment = watch.so_far()
    assert {part.stage for part in moment.parts} == {Stage.DONE}
    assert moment.bytes == moment.total == outcome.moved
    again = planned(services, f"{NAME}:v1")
    assert "already" in again.done_already
    engine.run("rmi", name)


def test_a_name_alone_that_is_missing_moves_nothing(
    engine: Docker, sandbox: Sandbox, repository: Repository, services: Services
) -> None:
    built(repository, "v2")
    pulled(services, f"{NAME}:v2")
    plan = planned(services, f"{NAME}:v2", name="mine/own")
    assert (plan.to_move, plan.held) == (0, config_digest(repository, "v2"))
    assert pull.run(services, plan, Watch()).sentence == "mine/own:latest is here"
    built(repository, "v3")
    other = planned(services, f"{NAME}:v3", name="mine/own")
    assert "another image" in other.warnings[0]
    pull.run(services, other, Watch())
    assert json.loads(engine.run("inspect", "mine/own"))[0]["Id"] == config_digest(repository, "v3")


def test_layers_that_are_there_are_not_pulled_again(
    engine: Docker, repository: Repository, services: Services
) -> None:
    common = Step("COPY common /", tar([Item("/common", content=b"shared by two")]))
    for tag in ("one", "two"):
        own = Step("COPY own /", tar([Item(f"/{tag}")]))
        add_built(repository, tags=[tag], steps=[common, own])
    pulled(services, f"{NAME}:one")
    outcome, watch = pulled(services, f"{NAME}:two")
    stages = [part.stage for part in watch.so_far().parts]
    assert stages == [Stage.SKIPPED, Stage.DONE, Stage.DONE]
    assert outcome.there > 0
    assert outcome.moved > 0


def test_the_platform_is_the_engines_unless_one_is_named(
    engine: Docker, sandbox: Sandbox, repository: Repository, services: Services
) -> None:
    for arch in ("amd64", "arm64"):
        built(repository, "both", arch=arch)
    children = [image for image in repository.images if not image.children]
    children.sort(key=lambda image: b"arm64" in _config(repository, image.read_manifest()))
    repository.images.untag("both")
    worlds.add_index(repository, children, tags={"both"})
    assert planned(services, f"{NAME}:both").platform == "linux/amd64"
    for load in (False, True):
        plan = planned(services, f"{NAME}:both", platform="linux/arm64", load=load)
        pull.run(services, plan, Watch())
        told = json.loads(engine.run("inspect", uri(sandbox, "both")))[0]
        assert told["Architecture"] == "arm64"
        engine.run("rmi", "-f", told["Id"])
    with pytest.raises(NotFound, match="s390x"):
        planned(services, f"{NAME}:both", platform="linux/s390x")
    worlds.add_index(repository, [children[1], children[1]], tags={"none"})
    index = repository.images.by_tag("none")
    assert index is not None
    body = index.read_manifest().replace(b'"amd64"', b'"riscv64"')
    repository.images.remove(index.digest)
    put_index(repository, body, "none")
    with pytest.raises(WhichPlatform, match="riscv64"):
        planned(services, f"{NAME}:none")


def _config(repository: Repository, manifest: bytes) -> bytes:
    return repository.blobs[json.loads(manifest)["config"]["digest"]].read()


def put_index(repository: Repository, body: bytes, tag: str) -> None:
    made = Image(worlds.digest_of(body), body, worlds.OCI_INDEX, 1, 1_770_000_500.0, tags={tag})
    repository.images.put(made)


def test_what_cannot_be_pulled_says_so_before_anything_moves(
    engine: Docker, sandbox: Sandbox, repository: Repository, services: Services
) -> None:
    worlds.add_image(repository, tags={"old"}, status="ARCHIVED")
    with pytest.raises(Archived) as refused:
        planned(services, f"{NAME}:old")
    assert f"ecrtui restore {NAME}:old" in refused.value.hint
    worlds.add_image(repository, tags={"sbom"}, content=b"x", artifactType="application/spdx+json")
    with pytest.raises(UsageError, match="that is none"):
        planned(services, f"{NAME}:sbom")
    with pytest.raises(NotFound):
        planned(services, f"{NAME}:nowhere")
    with pytest.raises(UsageError, match="already"):
        planned(services, "docker-daemon:some:image")
    built(repository, "v4")
    for name in ("UPPER", "a b", "x@sha256:" + "0" * 64, "-x", ""):
        if name:
            with pytest.raises(InvalidReference):
                planned(services, f"{NAME}:v4", name=name)


@pytest.mark.parametrize(
    ("action", "path", "kind", "load"),
    [
        ("throttle", "*manifests*", Throttled, False),
        ("deny", "*manifests*", NotAllowed, False),
        ("corrupt", "*layer-bucket*", Corrupt, False),
        ("corrupt", "*layer-bucket*", Corrupt, True),
        ("cut", "*layer-bucket*", RemoteError, False),
    ],
)
def test_failures_are_what_they_are(
    engine: Docker,
    sandbox: Sandbox,
    repository: Repository,
    services: Services,
    action: str,
    path: str,
    kind: type[EcrtuiError],
    load: bool,
) -> None:
    tag = f"{action}-{load}".lower()
    built(repository, tag)
    plan = planned(services, f"{NAME}:{tag}", load=load)
    sandbox.faults.add(action, service="registry", path=path, after=40)
    with pytest.raises(kind):
        pull.run(services, plan, Watch())
    assert engine.run("images", "-q", uri(sandbox, tag)) == ""
    sandbox.faults.clear()
    pull.run(services, plan, Watch())
    assert engine.run("images", "-q", uri(sandbox, tag))


def test_layers_that_an_old_docker_cannot_unpack_are_unpacked_for_it(
    engine: Docker, sandbox: Sandbox, repository: Repository, services: Services
) -> None:
    if not engine.run("version", "-f", "{{.Server.Version}}").startswith(("1", "20", "22")):
        pytest.skip("this Docker unpacks zstd itself")
    put_zstd(repository, "zstd")
    plan = planned(services, f"{NAME}:zstd")
    assert "cannot unpack zstd" in dict(plan.facts)["how"]
    pull.run(services, plan, Watch())
    told = json.loads(engine.run("inspect", uri(sandbox, "zstd")))[0]
    assert told["Id"] == config_digest(repository, "zstd")


def put_zstd(repository: Repository, tag: str) -> None:
    """An image whose layer is packed with zstd."""
    layer = tar([Item("/srv/zstd", content=b"zstd" * 1000)])
    built = add_built(
        repository, tags=[tag], steps=[Step("COPY zstd /", layer)], pack=zstd.compress
    )
    body = built.read_manifest().replace(b"tar+gzip", b"tar+zstd")
    repository.images.remove(built.digest)
    made = Image(worlds.digest_of(body), body, built.media_type, built.size, 1.0, tags={tag})
    made.layers = built.layers
    repository.images.put(made)


def test_by_digest_alone_it_gets_no_name(
    engine: Docker, sandbox: Sandbox, repository: Repository, services: Services
) -> None:
    built(repository, "v9")
    image = repository.images.by_tag("v9")
    assert image is not None
    known = f"{uri(sandbox, 'v9').rpartition(':')[0]}@{image.digest}"
    outcome, _ = pulled(services, f"{NAME}@{image.digest}")
    assert outcome.sentence == f"{known} is here"
    assert planned(services, f"{NAME}@{image.digest}").done_already == f"{known} is here already"
    engine.run("rmi", "-f", config_digest(repository, "v9"))
    outcome, _ = pulled(services, f"{NAME}@{image.digest}", load=True)
    assert outcome.sentence == f"{config_digest(repository, 'v9')} is here"


def test_a_public_image(engine: Docker, sandbox: Sandbox, services: Services) -> None:
    public = sandbox.world.public.open(worlds.ACCOUNT, "mine")
    repository = public.create("team/shown", sandbox.world.clock.start)
    built(repository, "v1")
    host = sandbox.world.public.host
    for load in (False, True):
        outcome, _ = pulled(services, f"{host}/mine/team/shown:v1", load=load)
        assert outcome.sentence == f"{host}/mine/team/shown:v1 is here"
        assert outcome.moved
        engine.run("rmi", "-f", config_digest(repository, "v1"))


def test_a_token_that_ran_out_is_made_anew_once(
    engine: Docker, sandbox: Sandbox, repository: Repository, services: Services
) -> None:
    class Renewed(Watch):
        def say(self, line: str) -> None:
            super().say(line)
            if "new token" in line:
                sandbox.faults.clear()

    built(repository, "v5")
    plan, watch = planned(services, f"{NAME}:v5"), Watch()
    sandbox.faults.add("expire", service="registry", path="*blobs*")
    with pytest.raises(SessionExpired):
        pull.run(services, plan, watch)
    assert [line for _, line in watch.log if "new token" in line]
    pull.run(services, plan, Renewed())
    assert not sandbox.faults.rules
    engine.run("inspect", uri(sandbox, "v5"))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox whose layers come slowly, with a large image in it."""
    world = worlds.empty_world()
    with Sandbox(world, faults=Trickle()) as sandbox:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        for name, value in sandbox.env.items():
            monkeypatch.setenv(name, value)
        built(worlds.add_repository(world, NAME), "slow", large=True)
        yield sandbox


def cancelled(services: Services, sandbox: Sandbox, **more: object) -> Watch:
    """Stop a pull when the first bytes came; answers when the registry sends nothing any more."""
    trickle = sandbox.faults
    assert isinstance(trickle, Trickle)
    plan, watch = planned(services, f"{NAME}:slow", **more), Watch()

    def stop() -> None:
        trickle.begun.wait(60)
        watch.stop()

    stopping = threading.Thread(target=stop)
    stopping.start()
    with pytest.raises(GivenUp, match="was not pulled"):
        pull.run(services, plan, watch)
    stopping.join()
    assert trickle.listened.wait(60)
    assert trickle.served < len(LARGE)
    return watch


@pytest.mark.parametrize("load", [False, True])
def test_stopping_ends_it_in_the_engine_too(
    engine: Docker, slow: Sandbox, tmp_path: Path, load: bool
) -> None:
    services = services_in(tmp_path)
    cancelled(services, slow, load=load)
    assert engine.run("images", "-q", uri(slow, "slow")) == ""
    services.close()


def test_stopping_podman(slow: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = slow.world.registry(worlds.ACCOUNT, worlds.REGION).host
    with running(insecure=host) as engine:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
        services = services_in(tmp_path)
        cancelled(services, slow)
        assert engine.run("images", "-q") == ""
        services.close()


def test_what_is_handed_over_goes_on_where_it_broke_off(
    engine: Docker, sandbox: Sandbox, repository: Repository, services: Services
) -> None:
    built(repository, "cut", large=True)
    plan, watch = planned(services, f"{NAME}:cut", load=True), Watch()
    sandbox.faults.add("cut", service="registry", path="*layer-bucket*", after=1_000_000, times=2)
    pull.run(services, plan, watch)
    assert [line for _, line in watch.log if "going on at byte" in line]
    assert json.loads(engine.run("inspect", uri(sandbox, "cut")))[0]["Id"] == plan.identities[0]


@pytest.mark.parametrize("load", [False, True])
def test_an_engine_that_is_killed_meanwhile(
    slow: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load: bool
) -> None:
    trickle = slow.faults
    assert isinstance(trickle, Trickle)
    with engines.running() as engine:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
        services = services_in(tmp_path)
        plan = planned(services, f"{NAME}:slow", load=load)

        def kill() -> None:
            trickle.begun.wait(60)
            engine.kill()

        killing = threading.Thread(target=kill)
        killing.start()
        with pytest.raises(RemoteError, match="broke off") as failed:
            pull.run(services, plan, Watch())
        killing.join()
        assert failed.value.hint
        services.close()


@pytest.mark.parametrize("load", [False, True])
def test_an_engine_whose_disk_is_full(
    sandbox: Sandbox,
    repository: Repository,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    load: bool,
) -> None:
    built(repository, "large", large=True)
    with small_disk(5) as data, engines.running("--storage-driver=vfs", data=data) as engine:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
        plan = planned(services, f"{NAME}:large", load=load)
        with pytest.raises(LocalPartMissing, match="disk is full") as failed:
            pull.run(services, plan, Watch())
        assert "no space left" in failed.value.detail
        assert engine.run("images", "-q") == ""


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A folder with so much room, in memory."""
    folder = Path(tempfile.mkdtemp(prefix="ecrtui-disk-"))
    program("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder)
    try:
        yield folder
    finally:
        program("umount", folder)
        folder.rmdir()


def test_an_engine_behind_ssh_is_handed_what_only_we_reach(
    docker: Docker,
    sandbox: Sandbox,
    repository: Repository,
    services: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built(repository, "far")
    with served(tmp_path / "far") as far:
        monkeypatch.setenv("PATH", far.path)
        monkeypatch.setenv("DOCKER_HOST", f"ssh://faraway{docker.socket}")
        plan = planned(services, f"{NAME}:far")
        assert "another machine" in dict(plan.facts)["how"]
        pull.run(services, plan, Watch())
        tunnel.close_all()
    told = json.loads(docker.run("inspect", uri(sandbox, "far")))[0]
    assert told["Id"] == config_digest(repository, "far")


@pytest.mark.parametrize(
    ("path", "load"), [("*manifests*", False), ("*layer-bucket*", False), ("*layer-bucket*", True)]
)
def test_stopping_does_not_wait_for_a_registry_that_hangs(
    engine: Docker,
    sandbox: Sandbox,
    repository: Repository,
    services: Services,
    path: str,
    load: bool,
) -> None:
    built(repository, f"hangs-{len(path)}-{load}".lower(), large=True)
    plan, watch = planned(services, f"{NAME}:hangs-{len(path)}-{load}".lower(), load=load), Watch()
    rule = sandbox.faults.add("stall", service="registry", path=path, seconds=3600.0, times=1)

    def stop() -> None:
        while rule.times:
            time.sleep(0.02)
        watch.stop()

    stopping = threading.Thread(target=stop)
    stopping.start()
    with pytest.raises(GivenUp):
        pull.run(services, plan, watch)
    stopping.join()
    assert engine.run("images", "-q", plan.local) == ""


def test_podman_pulls_where_it_may_and_is_handed_what_it_may_not(
    podman: Podman,
    sandbox: Sandbox,
    repository: Repository,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built(repository, "v6")
    config = config_digest(repository, "v6").partition(":")[2]
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    with running(insecure=host) as engine:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
        outcome, watch = pulled(services, f"{NAME}:v6")
        assert outcome.sentence.endswith("is here")
        assert {part.stage for part in watch.so_far().parts} == {Stage.DONE}
        assert config in engine.run("images", "-q", "--no-trunc")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{podman.socket}")
    outcome, watch = pulled(services, f"{NAME}:v6")
    assert "handed over" in outcome.sentence
    assert any("hands it over" in line for _, line in watch.log)
    assert config in podman.run("images", "-q", "--no-trunc", uri(sandbox, "v6"))
    assert planned(services, f"{NAME}:v6").done_already


@pytest.mark.parametrize("kind", ["oci", "oci-archive", "docker-archive"])
def test_files_are_handed_over_with_a_name(
    engine: Docker,
    sandbox: Sandbox,
    repository: Repository,
    services: Services,
    tmp_path: Path,
    kind: str,
) -> None:
    built(repository, f"file-{kind}")
    path = f"{kind}:{tmp_path / 'image'}"
    login = ["--src-tls-verify=false", "--src-creds", f"AWS:{password()}"]
    program("skopeo", "copy", *login, f"docker://{uri(sandbox, f'file-{kind}')}", path)
    with pytest.raises(UsageError, match="no name"):
        planned(services, path)
    outcome, _ = pulled(services, path, name=f"team/{kind}:v1")
    assert outcome.sentence == f"team/{kind}:v1 is here"
    told = json.loads(engine.run("inspect", f"team/{kind}:v1"))[0]
    assert told["Id"] == config_digest(repository, f"file-{kind}")


def test_another_registry(
    engine: Docker,
    sandbox: Sandbox,
    repository: Repository,
    services: Services,
    plain_registry: str,
) -> None:
    built(repository, "v7")
    pulled(services, f"{NAME}:v7")
    target = f"{plain_registry}/elsewhere/app:v7"
    engine.run("tag", uri(sandbox, "v7"), target)
    engine.run("push", target)
    engine.run("rmi", target, uri(sandbox, "v7"))
    outcome, _ = pulled(services, f"docker://{target}")
    assert outcome.sentence == f"{target} is here"
    assert json.loads(engine.run("inspect", target))[0]["Id"] == config_digest(repository, "v7")


def test_another_registry_and_podman(
    podman: Podman,
    docker: Docker,
    services: Services,
    plain_registry: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody is signed in there, which is an empty login to the engine."""
    docker.run("import", "-", f"{plain_registry}/any/thing:v1", given=tar([Item("/any")]))
    docker.run("push", f"{plain_registry}/any/thing:v1")
    with running(insecure=plain_registry) as engine:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
        outcome, _ = pulled(services, f"docker://{plain_registry}/any/thing:v1")
        assert outcome.sentence == f"{plain_registry}/any/thing:v1 is here"


def test_without_an_engine(
    repository: Repository, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(repository, "v8")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    with pytest.raises(EngineMissing):
        planned(services, f"{NAME}:v8")
