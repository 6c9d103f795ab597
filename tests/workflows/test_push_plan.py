"""The plan of a push from an engine: told while it is worked out, and stopped."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from random import Random

import pytest

from ecrtui.errors import GivenUp, NotFound
from ecrtui.model.moving import Stage
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.locate import locate
from ecrtui.workflows.moving.copy import CopyPlan, CopyRequest, plan, run
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.engines import Docker, docker
from tests.held import Held, held
from tests.oci.layers.made import files as tar_of

__all__ = ["docker"]
IMAGE = "made.example/app:v1"
SIZE = 3_000_000


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """Where it is pushed to."""
    return worlds.add_repository(sandbox.world, "team/copy")


@pytest.fixture
def engine(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """An engine with one image, whose export is held."""
    docker.run("import", "-", IMAGE, given=tar_of("one", contents=Random(1).randbytes(SIZE)))
    with held(docker.socket) as standing:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{standing.at}")
        yield standing
    docker.run("rmi", IMAGE)


class Planning:
    """A plan that is worked out in a thread."""

    def __init__(self, services: Services, target: str = "team/copy:v1") -> None:
        self.watch = Watch()
        self.made: CopyPlan | None = None
        self.problem: Exception | None = None
        request = CopyRequest(
            locate(services, f"docker-daemon:{IMAGE}"), locate(services, target), kind="push"
        )
        self._thread = threading.Thread(target=self._work, args=(services, request), daemon=True)
        self._thread.start()

    def _work(self, services: Services, request: CopyRequest) -> None:
        try:
            self.made = plan(services, request, self.watch)
        except Exception as problem:  # noqa: BLE001 - the test looks at it
            self.problem = problem

    def end(self) -> None:
        """Wait for it."""
        self._thread.join(30)
        assert not self._thread.is_alive()


def spooled() -> int:
    """Files without a name that this process holds."""
    found = 0
    for handle in os.listdir("/proc/self/fd"):
        try:
            found += "(deleted)" in os.readlink(f"/proc/self/fd/{handle}")
        except OSError:
            continue
    return found


def until(so: Callable[[], object]) -> None:
    ended = threading.Event()
    for _ in range(600):
        if so():
            return
        ended.wait(0.05)
    raise AssertionError("it never came so far")


def test_bytes_are_told_and_then_what_is_packed(
    services: Services, repository: Repository, engine: Held
) -> None:
    planning = Planning(services)
    assert engine.held.wait(30)
    until(lambda: planning.watch.so_far().bytes)
    moment = planning.watch.so_far()
    assert (moment.parts[0].stage, moment.total) == (Stage.MOVING, 0)
    assert 0 < moment.bytes < SIZE
    engine.go_on.set()
    planning.end()
    assert planning.made is not None
    moment = planning.watch.so_far()
    assert {part.stage for part in moment.parts} == {Stage.DONE}
    assert moment.bytes == moment.total > SIZE  # the layer, a plain tar
    outcome = run(services, planning.made, Watch())
    assert outcome.digest == planning.made.digest
    assert engine.exports == 1


def test_stopped_while_it_is_exported_nothing_is_left(
    services: Services, repository: Repository, engine: Held
) -> None:
    before = spooled()
    planning = Planning(services)
    assert engine.held.wait(30)
    waiting = Planning(services, "team/copy:v2")  # for the same export
    until(lambda: planning.watch.so_far().bytes)
    waiting.watch.stop()
    waiting.end()
    assert isinstance(waiting.problem, GivenUp)
    planning.watch.stop()
    planning.end()
    assert isinstance(planning.problem, GivenUp)
    assert engine.left.wait(30)
    assert spooled() == before
    assert not repository.uploads
    assert not list(repository.images)
    engine.go_on.set()
    again = Planning(services)
    again.end()
    assert again.made is not None
    assert again.made.to_move > SIZE


def test_what_the_registry_lacks_is_told_before_anything_is_exported(
    services: Services, engine: Held
) -> None:
    planning = Planning(services, "team/none:v1")
    planning.end()
    assert isinstance(planning.problem, NotFound)
    assert engine.exports == 0


def test_an_export_for_the_run_is_told_and_stopped(
    services: Services, repository: Repository, engine: Held, tmp_path: object
) -> None:
    """What is kept tells the plan; the bytes have to be exported anew in another process."""
    engine.go_on.set()
    first = Planning(services)
    first.end()
    services.close()
    engine.go_on.clear()
    engine.left.clear()
    second = Planning(services)
    second.end()
    assert second.made is not None
    assert engine.exports == 1
    watch, problems = Watch(), []

    def carry() -> None:
        try:
            run(services, second.made, watch)  # type: ignore[arg-type]
        except GivenUp as problem:
            problems.append(problem)

    running = threading.Thread(target=carry, daemon=True)
    running.start()
    assert engine.held.wait(30)
    until(lambda: watch.so_far().bytes)
    assert watch.so_far().total == 0
    watch.stop()
    running.join(30)
    assert problems
    assert engine.left.wait(30)
    assert not repository.uploads
