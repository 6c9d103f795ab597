"""The containers that ecrtui started: looked at, followed, stopped, restarted, removed.

The clock that counts here is the engine's: it is this machine's in the demo too.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from ecrtui import __version__
from ecrtui.errors import EcrtuiError, GivenUp, LocalPartMissing, NotFound
from ecrtui.model.running import (
    IMAGE_LABEL,
    LABEL,
    START_LABEL,
    Container,
    ContainerRow,
    LogLine,
    Usage,
)
from ecrtui.workflows.engines import line_to

if TYPE_CHECKING:  # the SDK is imported when an engine is first asked
    from ecrtui.engine.connection import Connection
    from ecrtui.engine.containers import Containers

REMOVED = "removed"
"""The state of a container that is no more."""


class Client(msgspec.Struct, frozen=True):
    """The engine's own command, which can hand a terminal to a container."""

    program: str
    """Its path."""
    options: tuple[str, ...]
    """What has to stand before anything else."""
    environment: dict[str, str]


@contextmanager
def containers() -> Iterator[Containers]:
    """The engine's containers, for one thread; raises EngineMissing."""
    from ecrtui.engine.containers import Containers

    with line_to() as line:
        yield Containers(line)


def rows(*, usage: bool = True) -> Iterator[list[ContainerRow]]:
    """All of them, the newest first, and then those that run with what they use.

    Raises EngineMissing, RemoteError.
    """
    from ecrtui.engine.containers import Containers
    from ecrtui.engine.stats import Meter

    with line_to() as line:
        found = Containers(line).all()
        yield [ContainerRow(one) for one in found]
        meter = Meter(line)
        for one in found if usage else ():
            if one.running:
                try:
                    yield [ContainerRow(one, meter.usage(one.id))]
                except NotFound:
                    continue


def get(identity: str) -> Container:
    """One of them; raises NotFound."""
    with containers() as found:
        return found.get(identity)


def stop(identity: str) -> None:
    """Ask it to end; after ten seconds it is ended."""
    with containers() as found:
        found.stop(identity)


def remove(identity: str) -> None:
    """Remove it with the volumes that have no name, running or not."""
    with containers() as found:
        found.remove(identity)


class Looking:
    """One container, as long as somebody looks at it; `hang_up` may be called from any thread.

    Every method that goes on for long ends with GivenUp then, and so does every later call.
    """

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self._lock = threading.Lock()
        self._lines: list[Connection] = []
        self._over = False

    def hang_up(self) -> None:
        """End whatever is under way."""
        with self._lock:
            self._over = True
            lines = list(self._lines)
        for line in lines:
            line.hang_up()

    def lines(self, tail: int | None = None, *, follow: bool = True) -> Iterator[list[LogLine]]:
        """What it prints, in batches, to its end: all of it, or from the last `tail` lines on."""
        from ecrtui.engine.containers import Containers
        from ecrtui.engine.logs import logs

        with self._line() as line:
            terminal = Containers(line).get(self.identity).terminal
            yield from logs(line, self.identity, terminal=terminal, tail=tail, follow=follow)

    def states(self) -> Iterator[Container]:
        """What it is, now and whenever that changes, until it does not run any more."""
        from ecrtui.engine.containers import Containers

        with self._line() as line:
            found = Containers(line)
            now = found.get(self.identity)
            yield now
            while now.running:
                code = found.wait(self.identity)
                try:
                    now = found.get(self.identity)
                except NotFound:
                    now = msgspec.structs.replace(now, state=REMOVED, exit_code=code)
                yield now

    def usage(self, seconds: float) -> Iterator[Usage]:
        """What it uses, as often as that, until it does not run any more."""
        from ecrtui.engine.stats import Meter

        with self._line() as line:
            meter = Meter(line)
            while not self._over:
                found = meter.usage(self.identity)
                if not found.processes and not found.memory:
                    return
                yield found
                time.sleep(seconds)

    @contextmanager
    def _line(self) -> Iterator[Connection]:
        with line_to() as line:
            with self._lock:
                self._lines.append(line)
                over = self._over
            if over:
                raise GivenUp
            try:
                yield line
            finally:
                with self._lock:
                    self._lines.remove(line)


def client() -> Client:
    """The command that hands a terminal over; raises LocalPartMissing where there is none."""
    from ecrtui.engine.cli import command

    with line_to() as line:
        found = command(line)
    if found is None:
        raise LocalPartMissing(
            "docker" if line.address.source else line.address.url,
            title="The engine's own command is not here",
            hint="Install docker (or podman) to have a shell; without it run detached: -d.",
        )
    return Client(*found)


def labels_of(called: str) -> dict[str, str]:
    """For a container that the engine's own command starts."""
    return {LABEL: __version__, IMAGE_LABEL: called, START_LABEL: uuid.uuid4().hex}


def remove_left(labels: Mapping[str, str], *, running: bool = False) -> None:
    """Remove what never ran of what had these labels: docker leaves it there, `--rm` or not.

    With `running` also what runs: nobody is at its terminal any more.
    """
    with containers() as found:
        for one in found.all(f"{START_LABEL}={labels[START_LABEL]}"):
            if running or one.state in ("created", "configured", "initialized"):
                found.remove(one.id)


def shell_in(identity: str) -> str:
    """The path of a shell in a container, '' when it has none; raises NotFound."""
    with containers() as found:
        return found.shell_in(identity)


def problem_of(container: Container) -> EcrtuiError | None:
    """Why a container ended badly; None for one that runs or ended well."""
    if container.out_of_memory:
        return EcrtuiError(
            container.name,
            title="It was ended because its memory was used up",
            hint="Run it with more memory.",
        )
    if container.error:
        return EcrtuiError(container.error, title="It did not start")
    return None
