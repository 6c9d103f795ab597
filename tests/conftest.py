"""Fixtures for every room: a running sandbox over an empty or a generated world."""

from __future__ import annotations

import gc
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.canaries.started.canary_forms import found
from tests.canaries.watching import pytest_configure, pytest_runtest_teardown
from tests.late import pytest_timeout_set_timer

_TESTS = itertools.count(1)
_LOOK_EVERY = 20
"""Tests: a look takes a second when there is much to let go of."""
# Python's own looks find next to nothing between those, and take a tenth of all time.
gc.set_threshold(25_000, 20, 1000)

__all__ = ["pytest_configure", "pytest_runtest_teardown", "pytest_timeout_set_timer"]

# A busy machine is slow now and then, which is no property of what is tested. The first draw of a
# run reads the whole program for constants, too: seconds, and longer than `too_slow` allows there.
settings.register_profile("ecrtui", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The pipeline has 25 minutes, and tries again with every change.
settings.register_profile("pipeline", settings.get_profile("ecrtui"), max_examples=25)
settings.load_profile("pipeline" if os.environ.get("CI") else "ecrtui")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes make no name of a test: gzip's hold the time, and workers collect the same names.
    Nor does a secret: folders are named by it."""
    if isinstance(val, bytes):
        return f"{argname} of {len(val)} bytes"
    return f"{argname} with a secret" if isinstance(val, str) and found(val) else None


@pytest.fixture(autouse=True)
def _garbage_goes() -> Iterator[None]:
    """The worlds and apps of tests so far, gigabytes in the end: the explorer freezes what there
    is, and they are few objects with much in them, for which Python does not look."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)
    if next(_TESTS) % _LOOK_EVERY == 0:
        gc.collect()


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox over `worlds.empty_world()`, with the environment set for any AWS client."""
    yield from _running(Sandbox(worlds.empty_world()), monkeypatch)


@pytest.fixture
def busy_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox over `worlds.small_world()`."""
    yield from _running(Sandbox(worlds.small_world()), monkeypatch)


@pytest.fixture
def asking_sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox over `worlds.signing_in_world()`, and a home of its own for tokens and codes."""
    monkeypatch.setenv("HOME", str(tmp_path))
    yield from _running(Sandbox(worlds.signing_in_world()), monkeypatch)


def _running(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with sandbox:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        for name, value in sandbox.env.items():
            monkeypatch.setenv(name, value)
        yield sandbox
