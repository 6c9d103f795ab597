"""A sandbox in a process of its own, and an environment that knows nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.programs import ecrtui

REPOSITORY = "team-00/service-0000"
"""The first repository of every `scale:` world."""


@contextmanager
def world(seed: str, *options: str) -> Iterator[dict[str, str]]:
    """The environment in which every AWS client talks to a sandbox with this seed, and to no
    other; ecrtui's own files are in a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="ecrtui-bench-") as home:
        environment = without_aws(os.environ) | {"ECRTUI_HOME": home, "HOME": home}
        process, announced = start(seed, *options, environment=environment)
        try:
            yield environment | announced["env"]
        finally:
            stop(process)


@contextmanager
def fresh_home(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment with nothing remembered from runs before: places, orders, caches."""
    with tempfile.TemporaryDirectory(prefix="ecrtui-bench-") as home:
        yield {**environment, "ECRTUI_HOME": home}


def start(
    seed: str, *options: str, environment: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], dict[str, dict[str, str]]]:
    """A sandbox that serves, and what it announced."""
    command = ecrtui("sandbox", "--seed", seed, "--with-parent", *options)
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def stop(process: subprocess.Popen[bytes]) -> None:
    """End it by what ends it when its parent is gone: a closed stdin."""
    process.communicate()


def seconds_to_serve(seed: str) -> float:
    """From starting a sandbox to its JSON line."""
    started = time.perf_counter()
    process, announced = start(seed, environment=without_aws(os.environ))
    took = time.perf_counter() - started
    stop(process)
    assert announced["env"]["AWS_ENDPOINT_URL"]
    return took


def without_aws(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment that knows no account."""
    return {name: value for name, value in environment.items() if not name.startswith("AWS_")}
