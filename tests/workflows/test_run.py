"""What is run gets what a person named for it: a network, ports, credentials, and no more."""

from __future__ import annotations

import io
import socket
import tarfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ecrtui.engine.containers import Containers
from ecrtui.errors import NotFound, UsageError
from ecrtui.model.image import ImageId
from ecrtui.model.places import Outside
from ecrtui.model.reference import Transport
from ecrtui.model.running import Container, RunRequest
from ecrtui.render.docker_line import docker_line
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.locate import Target
from ecrtui.workflows.running import containers, run
from ecrtui.workflows.running import image as run_image
from ecrtui.workflows.running.containers import Looking
from ecrtui.workflows.running.ports import proposals
from ecrtui.workflows.running.run import RunOutcome
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import busybox
from tests.engines import Docker, docker

__all__ = ["docker"]

replace = msgspec.structs.replace

IMAGE = Target(Outside(Transport.DAEMON), "localhost/busybox", ImageId(image_tag="1"))
BARE = Target(Outside(Transport.DAEMON), "localhost/bare", ImageId(image_tag="1"))


@pytest.fixture(autouse=True)
def _engine(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    busybox.into_docker(docker, "CMD echo hello", "EXPOSE 8080")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    yield
    left = docker.run("ps", "-aq").split()
    if left:
        docker.run("rm", "-f", *left)


def started(services: Services, *command: str, **asked: object) -> RunOutcome:
    """A container that was asked for."""
    request = RunRequest(command=command, **asked)  # type: ignore[arg-type]
    return run.run(services, run.plan(services, IMAGE, request), Watch())


def ended(outcome: RunOutcome) -> tuple[Container, str]:
    """What became of it, and all it printed."""
    looking = Looking(outcome.container)
    lines = [line.text for batch in looking.lines() for line in batch if line.whole]
    return [*looking.states()][-1], "\n".join(lines)


def test_credentials_are_lent_on_purpose_and_stand_in_no_line(
    sandbox: Sandbox, services: Services
) -> None:
    request = RunRequest(command=("env",), network="none", aws=True)
    plan = run.plan(services, IMAGE, request)
    keys = {one.name: one.value for one in plan.spec.lent}
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"} <= keys.keys()
    assert any("docker inspect" in warning for warning in plan.warnings)
    line = docker_line(plan.spec, plan.ready.name)
    secrets = [keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"]]
    for shown in (line.text, line.note, repr(plan), repr(request), str(plan.facts)):
        assert not any(str(secret) in shown for secret in secrets)
    _, printed = ended(run.run(services, plan, Watch()))
    assert all(f"{name}={value}" in printed.splitlines() for name, value in keys.items())
    assert run.credentials_end(services, IMAGE) is None
    _, without = ended(started(services, "env", network="none"))
    assert "AWS" not in without


def test_a_container_reaches_another_on_a_network(docker: Docker, services: Services) -> None:
    docker.run("network", "create", "back")
    try:
        started(services, "httpd", "-f", "-p", "80", "-h", "/etc", network="back", name="database")
        fetched = "busybox wget -qO- http://database/hosts"
        found, printed = ended(started(services, "sh", "-c", fetched, network="back"))
        assert found.exit_code == 0, printed
        assert "localhost" in printed
    finally:
        docker.run("rm", "-f", *docker.run("ps", "-aq").split())
        docker.run("network", "rm", "back")


def test_a_port_is_reached_from_here(docker: Docker, services: Services) -> None:
    docker.run("network", "create", "front")
    try:
        (free,) = run_image.prepare(services, IMAGE).ports
        command = ("httpd", "-f", "-p", "8080", "-h", "/etc")
        outcome = started(services, *command, network="front", ports=(str(free),))
        assert containers.get(outcome.container).ports == (f"127.0.0.1:{free.outside}->8080/tcp",)
        assert b"localhost" in _fetched(f"http://127.0.0.1:{free.outside}/hosts")
    finally:
        docker.run("rm", "-f", *docker.run("ps", "-aq").split())
        docker.run("network", "rm", "front")


def _fetched(url: str) -> bytes:
    """What answers there, as soon as something does."""
    ends = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url) as answer:
                return bytes(answer.read())
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.02)


def test_who_has_too_little_memory_is_told_so(services: Services) -> None:
    grows = ("sh", "-c", "busybox tail /dev/zero")
    found, _ = ended(started(services, *grows, memory="16m", network="none"))
    assert found.memory == 16 << 20
    assert found.exit_code
    if found.out_of_memory:  # where the kernel ends the child, not every engine hears of it
        problem = containers.problem_of(found)
        assert problem is not None
        assert "memory" in problem.title


def test_an_image_without_a_shell_says_so_in_advance(docker: Docker, services: Services) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("nothing"), io.BytesIO())
    docker.run("import", "-", "localhost/bare:1", given=out.getvalue())
    ready = run_image.prepare(services, BARE)
    assert ready.shell == ""
    plan = run.plan(services, BARE, RunRequest(interactive=True), ready)
    assert any("no shell" in warning for warning in plan.warnings)
    assert run_image.prepare(services, IMAGE).shell == "/bin/sh"
    assert docker.run("ps", "-aq") == ""


def test_an_image_for_another_machine_is_told(services: Services) -> None:
    ready = run_image.prepare(services, IMAGE)
    assert not ready.foreign
    os, _, machine = ready.engine_platform.partition("/")
    other = f"{os}/{'arm64' if machine == 'amd64' else 'amd64'}"
    foreign = replace(ready, image=replace(ready.image, platform=other))
    assert other in foreign.foreign
    assert other in run.plan(services, IMAGE, RunRequest(), foreign).warnings[0]


def test_an_image_that_the_engine_does_not_have(services: Services) -> None:
    lacking = Target(Outside(Transport.DAEMON), "localhost/lacking", ImageId(image_tag="1"))
    with pytest.raises(NotFound):
        run_image.prepare(services, lacking)


def test_what_to_beware_of(services: Services, tmp_path: Path) -> None:
    request = RunRequest(
        env=("NOT_SET_HERE",),
        volumes=(f"{tmp_path}/lacking:/x",),
        network="none",
        ports=("8080:80",),
    )
    plan = run.plan(services, IMAGE, request)
    assert not plan.spec.ports
    told = " ".join(plan.warnings)
    for text in ("publishes no ports", "NOT_SET_HERE", f"There is no {tmp_path}/lacking"):
        assert text in told
    told = " ".join(run.plan(services, IMAGE, RunRequest(network="lacking")).warnings)
    assert "no network lacking" in told


def test_env_files_that_cannot_be_read(services: Services, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("A=1\nexport B=2\n")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff=1\n")
    for path, told in ((tmp_path / "lacking", "No env-file"), (wrong, "line 2"), (binary, "UTF-8")):
        with pytest.raises(UsageError, match=told):
            run.plan(services, IMAGE, RunRequest(env_files=(str(path),)))


def test_ports_that_are_taken_are_not_proposed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number = taken.getsockname()[1]
        (one,) = proposals((f"{number}/tcp",), here=True)
        assert one.inside == number
        assert one.outside not in (number, None)
    one, two = proposals(("80/tcp", "80/udp"), here=True)
    assert all(port.outside is not None and port.outside >= 1024 for port in (one, two))
    (elsewhere,) = proposals(("80/tcp",), here=False)
    assert elsewhere.outside is None
    assert not [*proposals(("x/tcp", "80/what", f"{'9' * 5_000}/tcp"), here=True)]


def test_who_stops_it_when_it_has_started_is_told_of_it(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs: that it was given up would be no true word, and nobody would look after it."""
    watch = Watch()
    start = Containers.start

    def stopped_then(self: Containers, *told: object, **more: object) -> str:
        identity = start(self, *told, **more)  # type: ignore[arg-type]
        watch.stop()
        return identity

    monkeypatch.setattr(Containers, "start", stopped_then)
    request = RunRequest(command=("sleep", "60"))
    outcome = run.run(services, run.plan(services, IMAGE, request), watch)
    assert containers.get(outcome.container).running
    containers.remove(outcome.container)
