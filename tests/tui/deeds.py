"""Deeds whose every step a test decides about: they move a file, chunk by chunk.

deed = Deed(tmp_path, b"...")
propose(person.place, deed.plan, deed.run)     # in the explorer
deed.let(3)                                    # three chunks may pass
deed.let_all()
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from ecrtui.errors import EcrtuiError, GivenUp
from ecrtui.model.journal import Change
from ecrtui.model.places import Home
from ecrtui.model.plan import Outcome, Plan
from ecrtui.workflows.watch import Watch

CHUNK = 1000


class DeedPlan(Plan, frozen=True, kw_only=True):
    """A plan that knows where it acts."""

    at: tuple[Home, str] | None = None

    @property
    def place(self) -> tuple[Home, str] | None:
        """Where it acts."""
        return self.at


class Deed:
    """One file, copied to another as the test lets it."""

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "one",
        chunks: int = 4,
        changes: tuple[Change, ...] = (),
        warnings: tuple[str, ...] = (),
        changes_registry: bool = False,
    ) -> None:
        self.source = folder / f"{name}.source"
        self.source.write_bytes(bytes(range(250)) * 4 * chunks)
        self.target = folder / f"{name}.target"
        self.chunks = chunks
        self.problem: EcrtuiError | None = None
        """What the next run ends with, at its next chunk."""
        self.plan_problem: EcrtuiError | None = None
        self.planned = self.ran = 0
        self.changes = changes
        self.warnings = warnings
        self.changes_registry = changes_registry
        self.planning: Watch | None = None
        """That of the last plan."""
        self.may_plan = threading.Event()
        self.may_plan.set()
        self._room = threading.Semaphore(0)

    def let(self, chunks: int = 1) -> None:
        """Let so many chunks pass."""
        for _ in range(chunks):
            self._room.release()

    def let_all(self) -> None:
        """Let all pass."""
        self.let(self.chunks)

    def plan(self, watch: Watch | None = None) -> Plan:
        """What is going to be done."""
        if watch is not None:
            self.planning = watch
        assert self.may_plan.wait(30)
        self.planned += 1
        if self.plan_problem is not None:
            raise self.plan_problem
        changed = next(iter(self.changes), None)
        return DeedPlan(
            at=(changed.home, changed.repository) if changed is not None else None,
            kind="copy",
            source=self.source.name,
            target=self.target.name,
            facts=(("try", str(self.planned)),),
            warnings=self.warnings,
            to_move=self.chunks * CHUNK,
            changes=self.changes_registry,
            production=self.changes_registry,
        )

    def run(self, plan: Plan, watch: Watch) -> Outcome:
        """Do it."""
        self.ran += 1
        size = self.chunks * CHUNK
        watch.expect("file", plan.source, size)
        watch.say(f"reading {plan.source}")
        with watch.on_stop(self._room.release), self.target.open("wb") as target:
            for chunk in watch.counted("file", self._chunks(watch)):
                target.write(chunk)
        watch.finish("file")
        for change in self.changes:
            watch.changed(change)
        return Outcome(sentence=f"{plan.target} is there", moved=size)

    def _chunks(self, watch: Watch) -> Iterator[bytes]:
        with self.source.open("rb") as source:
            while chunk := source.read(CHUNK):
                assert self._room.acquire(timeout=30)
                if watch.stopped:
                    self.target.unlink()
                    raise GivenUp
                if self.problem is not None:
                    raise self.problem
                yield chunk
