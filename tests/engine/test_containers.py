"""Containers of a real Docker and a real Podman: started, followed, measured, stopped, removed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ecrtui.engine.addresses import Address
from ecrtui.engine.connection import Connection
from ecrtui.engine.containers import Containers
from ecrtui.engine.logs import logs
from ecrtui.engine.stats import Meter
from ecrtui.errors import EcrtuiError, GivenUp, NotFound, RemoteError
from ecrtui.model.running import LogLine, RunSpec, Variable, Volume
from tests import busybox
from tests.engines import docker
from tests.podman import podman

__all__ = ["docker", "podman"]

SLEEP = ("sleep", "1000")


@pytest.fixture(scope="module", params=["docker", "podman"])
def address(request: pytest.FixtureRequest) -> Address:
    """An engine that holds a busybox, one after the other."""
    engine = request.getfixturevalue(request.param)
    put = busybox.into_docker if request.param == "docker" else busybox.into_podman
    put(engine, "ENV COLOUR=red", "CMD echo hello", "EXPOSE 8080")
    return Address(f"unix://{engine.socket}", "")


@pytest.fixture
def containers(address: Address) -> Iterator[Containers]:
    """Its containers; none is left behind."""
    found = Containers(Connection(address))
    yield found
    for one in found.all():
        found.remove(one.id)


def start(containers: Containers, *command: str, **asked: Any) -> str:
    """Start a busybox that does something, without a network."""
    image = containers.image(busybox.NAME).id
    spec = RunSpec(**{"command": command, "network": "none", **asked})
    return containers.start(image, "team/app:v1", spec, remove=False)


def printed(address: Address, identity: str) -> list[LogLine]:
    """All that a container has printed, to its end."""
    lines = logs(Connection(address), identity, terminal=False, tail=None, follow=True)
    return [line for batch in lines for line in batch if line.whole]


def test_an_image_tells_what_it_is(containers: Containers) -> None:
    image = containers.image(busybox.NAME)
    assert busybox.NAME in image.names
    assert image.ports == ("8080/tcp",)
    assert "COLOUR=red" in image.env
    assert image.platform == containers.platform()
    assert containers.shell(image.id) == "/bin/sh"
    assert not containers.all()
    with pytest.raises(NotFound):
        containers.image("localhost/lacking:1")


def test_a_shell_is_a_program_that_can_be_run(containers: Containers) -> None:
    identity = start(containers, *SLEEP)
    assert containers.shell_in(identity) == "/bin/sh"
    lacks = start(containers, "sh", "-c", "chmod 644 /bin/busybox; exec sleep 1000")
    while containers.shell_in(lacks):  # until it has done so
        time.sleep(0.05)


def test_a_container_gets_what_was_asked_for(containers: Containers, address: Address) -> None:
    environment = (Variable("COLOUR", "blue"), Variable("TEXT", "a b\nc"))
    told = 'echo $COLOUR; echo "$TEXT"; id -u; pwd; echo > /x || echo read-only; ls /v; exit 3'
    identity = start(
        containers,
        *("-c", told),
        entrypoint=("/bin/sh",),
        env=environment,
        user="1234",
        workdir="/tmp",
        memory=64 << 20,
        read_only_root=True,
        volumes=(Volume("", "/v"),),
        name="asked-for",
    )
    assert containers.wait(identity) == 3
    out = [line.text for line in printed(address, identity) if not line.error]
    assert out == ["blue", "a b", "c", "1234", "/tmp", "read-only"]
    found = containers.get(identity)
    assert (found.name, found.image, found.state) == ("asked-for", "team/app:v1", "exited")
    assert (found.exit_code, found.running) == (3, False)
    assert found.started is not None
    assert abs(found.started - time.time()) < 600
    (row,) = containers.all()
    assert (row.id, row.name, row.image, row.exit_code) == (identity, "asked-for", found.image, 3)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ({"command": ("/lacking",)}, "no such program"),
        ({"network": "lacking"}, "Choose one of the engine's networks"),
    ],
)
def test_what_does_not_start_leaves_nothing_behind(
    containers: Containers, asked: dict[str, Any], hint: str
) -> None:
    with pytest.raises(RemoteError) as refused:
        start(containers, *SLEEP, **asked)
    assert refused.value.title == "The container does not start"
    assert hint in refused.value.hint
    assert not containers.all()


def test_a_name_that_is_taken(containers: Containers) -> None:
    start(containers, *SLEEP, name="taken")
    with pytest.raises(RemoteError) as refused:
        start(containers, *SLEEP, name="taken")
    assert "another name" in refused.value.hint
    assert len(containers.all()) == 1


def test_logs_are_followed_and_hung_up_at_once(containers: Containers, address: Address) -> None:
    identity = start(containers, "sh", "-c", "echo out; echo err >&2; exec sleep 1000")
    line = Connection(address)
    found: list[LogLine] = []
    told = threading.Event()
    ended: list[EcrtuiError] = []

    def follow() -> None:
        try:
            for batch in logs(line, identity, terminal=False, tail=None, follow=True):
                found.extend(batch)
                if len(found) >= 2:
                    told.set()
        except EcrtuiError as problem:
            ended.append(problem)

    thread = threading.Thread(target=follow)
    thread.start()
    assert told.wait(30)
    line.hang_up()
    thread.join(30)
    assert [type(one) for one in ended] == [GivenUp]
    assert {(one.text, one.error) for one in found} == {("out", False), ("err", True)}
    assert containers.get(identity).running


def test_a_flood_comes_whole_and_in_order(containers: Containers, address: Address) -> None:
    many = "i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done"
    identity = start(containers, "sh", "-c", many)
    containers.wait(identity)
    assert [line.text for line in printed(address, identity)] == [f"line {n}" for n in range(5000)]


def test_a_line_longer_than_the_engine_keeps_in_one(
    containers: Containers, address: Address
) -> None:
    identity = start(containers, "sh", "-c", "head -c 40000 /dev/zero | tr '\\0' x; echo; echo end")
    containers.wait(identity)
    assert [line.text for line in printed(address, identity)] == ["x" * 40_000, "end"]


def test_stopped_restarted_measured(containers: Containers) -> None:
    identity = start(containers, *SLEEP)
    usage = Meter(containers._connection).usage(identity)
    assert usage.memory > 0
    assert usage.processes >= 1
    containers.stop(identity, 0)
    assert not containers.get(identity).running
    containers.restart(identity, 0)
    assert containers.get(identity).running
    containers.kill(identity)
    assert containers.wait(identity) == 137
    containers.remove(identity)
    containers.remove(identity)  # it is gone already: that is what was wanted
    with pytest.raises(NotFound):
        containers.get(identity)


def test_who_hangs_up_while_it_starts_leaves_nothing_behind(
    containers: Containers, address: Address
) -> None:
    line = Connection(address)
    image = containers.image(busybox.NAME).id
    spec = RunSpec(command=SLEEP, network="none")
    starting = Containers(line)
    started = line.client.start

    def hung_up(identity: str) -> None:
        started(identity)
        line.hang_up()
        starting.get(identity)  # as a call that waits would: it ends with GivenUp

    line.client.start = hung_up
    with pytest.raises(GivenUp):
        starting.start(image, "team/app:v1", spec, remove=False)
    assert not containers.all()
