"""An engine that says nothing: at work, or gone."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ecrtui.engine.addresses import Address
from ecrtui.engine.connection import Connection
from ecrtui.engine.watchdog import Watchdog
from ecrtui.errors import GivenUp, RemoteError
from tests.oci.hostile_host import Answer, host

GREETING = json.dumps({"ApiVersion": "1.41", "MinAPIVersion": "1.12"}).encode()
BRIEF = 0.2


class Engine:
    """Answers greetings while it is `there`, and everything else when it is `done`."""

    def __init__(self) -> None:
        self.there = threading.Event()
        self.there.set()
        self.done = threading.Event()

    def answer(self, path: str) -> Answer:
        waiting = self.there if path.endswith("/version") else self.done
        waiting.wait(60)
        return 200, {}, GREETING


@contextmanager
def line_to(engine: Engine) -> Iterator[Connection]:
    with host(engine.answer) as running:
        line = Connection(Address(f"tcp://{running.netloc}", ""))
        try:
            yield line
        finally:
            engine.there.set()
            engine.done.set()
            line.close()


def test_one_that_is_at_work_is_waited_for() -> None:
    engine, said = Engine(), []

    def silent(line: str) -> None:
        said.append(line)
        engine.done.set()

    with line_to(engine) as line, Watchdog(line, silent, BRIEF, BRIEF):
        assert line.answered(line.client.info, "info")
    assert "said nothing" in said[0]


def test_one_that_is_gone_is_left() -> None:
    engine = Engine()
    with line_to(engine) as line:
        engine.there.clear()
        with (
            pytest.raises(RemoteError, match="does not answer any more") as failed,
            Watchdog(line, silence=BRIEF, answer=BRIEF),
        ):
            line.answered(line.client.info, "info")
        assert not isinstance(failed.value, GivenUp)
        assert failed.value.hint
