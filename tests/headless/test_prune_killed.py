"""A clean-up that is killed, stopped or kept waiting half way: what went can be put back."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import COMMAND, answer, ecrtui

IMAGES = 250


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """More images than two batches take."""
    made = worlds.add_repository(sandbox.world, "team/app")
    for number in range(IMAGES):
        worlds.add_image(made, tags={f"pr-{number}"}, content=str(number).encode())
    return made


def tags(repository: Repository) -> dict[str, str]:
    return {tag: image.digest for image in list(repository.images) for tag in image.tags}


def wait(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    ends = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < ends
        time.sleep(0.01)


def started(home: Path) -> subprocess.Popen[str]:
    words = ["prune", "team/app", "--tags", "pr-*", "--yes"]
    return subprocess.Popen(
        [*COMMAND, *words],
        env={**os.environ, "ECRTUI_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def put_back(home: Path) -> list[dict[str, object]]:
    """Take the deed back, the cache being empty; answers the journal before that."""
    journal: list[dict[str, object]] = answer("journal", home=home)
    assert (journal[0]["kind"], journal[0]["count"]) == ("images deleted", IMAGES)
    assert ecrtui("cache", "clear", home=home).returncode == 0
    answer("journal", "undo", str(journal[0]["id"]), "--yes", home=home)
    return journal


def test_what_went_before_it_was_killed_comes_back(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    before = tags(repository)
    # The second batch is carried out, and its answer never comes: nobody could write that down.
    sandbox.faults.add("stall", operation="BatchDeleteImage", after=10, seconds=60, skip=1)
    process = started(tmp_path)
    wait(lambda: len(tags(repository)) <= IMAGES - 200, process)
    process.kill()
    process.communicate()
    sandbox.faults.clear()
    assert len(tags(repository)) == IMAGES - 200
    journal = put_back(tmp_path)
    assert sum(one["kind"] == "image deleted" for one in journal) == 100
    assert tags(repository) == before


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_what_went_before_it_was_stopped_comes_back(
    sandbox: Sandbox, repository: Repository, tmp_path: Path, how: signal.Signals
) -> None:
    before = tags(repository)
    sandbox.faults.add("stall", operation="BatchDeleteImage", seconds=2, skip=1)
    process = started(tmp_path)
    wait(lambda: len(tags(repository)) < IMAGES, process)
    process.send_signal(how)
    _, said = process.communicate(timeout=60)
    sandbox.faults.clear()
    gone = IMAGES - len(tags(repository))
    assert 0 < gone < IMAGES
    if how is signal.SIGINT:
        assert f"{gone} of {IMAGES} images were deleted before it" in said
    journal = put_back(tmp_path)
    assert sum(one["kind"] == "image deleted" for one in journal) in (gone, gone - 100)
    assert tags(repository) == before
