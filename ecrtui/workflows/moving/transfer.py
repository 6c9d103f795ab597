"""Images from a source to a sink, whatever either is: a registry, a layout, an archive, an engine.

    load = weigh(cargo, sink)                    # what would have to be moved
    carry(cargo, source, sink, watch)

Some blobs at a time pass from one end to the other in chunks, on no disk and never whole in
memory, each verified by the sink. A source that breaks off is asked for the rest. Manifests follow
when all blobs are there, the tag at the very end: what fails before leaves nothing to be seen.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import msgspec

from ecrtui.errors import (
    Corrupt,
    GivenUp,
    NotAllowed,
    NotFound,
    RemoteError,
    SignInError,
)
from ecrtui.model.manifest import Descriptor, RawManifest
from ecrtui.model.ports import BlobSink, BlobSource, OpenAt
from ecrtui.workflows.moving.cargo import Cargo, Lot
from ecrtui.workflows.watch import Watch

T = TypeVar("T")
AT_ONCE = 6
"""Blobs under way together. Tried with 60 ms to the registry and 25 blobs of 1.5 MB: 3.2 s with 2,
1.9 s with 4, 1.5 s with 6, 1.3 s with 8; large blobs fill the line with fewer."""
_TRIES = 5
"""Of reading on where a source broke off, without a byte in between."""
_PAUSE = 0.5
"""Seconds before the first of them; twice as long before each other one."""
_GRACE = 1.0
"""Seconds for blobs under way to end in order when all is stopped."""
_LOOK = 0.05
_FINAL = (Corrupt, NotAllowed, NotFound, SignInError, GivenUp)
"""What trying again does not mend."""


class Load(msgspec.Struct, frozen=True):
    """What of a cargo has to be moved."""

    move: tuple[Descriptor, ...]
    mount: tuple[Descriptor, ...] = ()
    """At the target's registry, in another repository: no byte of them has to be moved."""
    there: tuple[Descriptor, ...] = ()

    @property
    def to_move(self) -> int:
        """Bytes that have to be moved."""
        return sum(blob.size for blob in self.move)

    @property
    def saved(self) -> int:
        """Bytes that need not be."""
        return sum(blob.size for blob in (*self.mount, *self.there))


class Moved(msgspec.Struct, frozen=True):
    """What came of it, in bytes."""

    moved: int
    there: int


def weigh(cargo: Cargo, sink: BlobSink | None, *, mounts: bool = False) -> Load:
    """What a sink lacks; a new one, None, has nothing.

    Where it `mounts`, another repository of the same registry has it all, and nothing has to be
    moved; a registry that then refuses gets it all the same.
    """
    present = sink.present([blob.digest for blob in cargo.blobs]) if sink and cargo.blobs else set()
    there = tuple(blob for blob in cargo.blobs if blob.digest in present)
    missing = tuple(blob for blob in cargo.blobs if blob.digest not in present)
    return Load((), missing, there) if mounts else Load(missing, (), there)


def carry(
    cargo: Cargo,
    source: BlobSource,
    sink: BlobSink,
    watch: Watch,
    *,
    mount_from: str = "",
    ask: Callable[[Lot], None] = lambda _: None,
    put: Callable[[Lot], None] = lambda _: None,
) -> Moved:
    """Bring all that a sink lacks by now; raises GivenUp, and what source and sink raise.

    What another repository of the sink's registry has, `mount_from`, is mounted if that is allowed.
    `ask` is called before each manifest is put, and may raise; `put` is told of each that is there.
    """
    load = weigh(cargo, sink)
    for blob in cargo.blobs:
        watch.expect(blob.digest, short(blob), blob.size)
    for number, lot in enumerate(cargo.lots):
        watch.expect(_step(number), f"tag {lot.tag}" if lot.tag else f"manifest {short(lot.raw)}")
    for blob in load.there:
        watch.skip(blob.digest, "already there")
    mounted: list[int] = []

    def bring(blob: Descriptor, halted: Callable[[], bool]) -> None:
        if mount_from and sink.mount(blob.digest, mount_from):
            mounted.append(blob.size)
            watch.skip(blob.digest, "mounted")
            return
        sink.put_blob(blob.digest, blob.size, steadily(source, blob, watch, halted))
        watch.finish(blob.digest)

    at_once(bring, sorted(load.move, key=lambda blob: -blob.size), watch)  # the largest first
    for number, lot in enumerate(cargo.lots):
        watch.check()
        ask(lot)
        sink.put_manifest(lot.raw, lot.tag)
        watch.finish(_step(number))
        put(lot)
    return Moved(cargo.bytes - sum(mounted) - load.saved, sum(mounted) + load.saved)


def _step(number: int) -> str:
    return f"manifest {number}"


def steadily(
    source: BlobSource, blob: Descriptor, watch: Watch, halted: Callable[[], bool] = lambda: False
) -> OpenAt:
    """A blob of a source that may break off; the watch is told, and stops it, at every chunk."""

    def opened(offset: int) -> Iterator[bytes]:
        at, tries = offset, 0
        watch.at(blob.digest, at)
        while True:
            problem: RemoteError
            began = at
            try:
                for chunk in source.blob(blob.digest, offset=at):
                    at, tries = at + len(chunk), 0 if chunk else tries
                    if halted():
                        raise GivenUp
                    watch.at(blob.digest, at)
                    yield chunk
                if at >= blob.size:
                    return
                problem = Corrupt(f"{blob.digest} ends after {at:,} of {blob.size:,} bytes")
                if at == began:
                    raise problem  # asked for more, it ends in order without any: that is all
            except _FINAL:
                raise
            except RemoteError as failure:
                problem = failure
            if at == blob.size:
                return  # it broke off behind its last byte
            tries += 1
            if tries > _TRIES:
                raise problem
            watch.say(f"{problem.sentence}; going on at byte {at:,}")
            watch.pause(_PAUSE * 2 ** (tries - 1))

    return opened


def at_once(
    work: Callable[[T, Callable[[], bool]], None],
    items: Sequence[T],
    watch: Watch,
    count: int = AT_ONCE,
) -> None:
    """Do something with every item, some at a time; the first failure ends them all.

    `work` gets an item and a question: whether it should end, since another failed. Raises that
    failure, and GivenUp soon after the watch was stopped, whatever blocks.
    """
    waiting, lock = list(reversed(items)), threading.Lock()
    failures: list[BaseException] = []
    halt = threading.Event()

    def run() -> None:
        while not halt.is_set():
            with lock:
                if not waiting:
                    return
                item = waiting.pop()
            try:
                work(item, halt.is_set)
            except BaseException as failure:  # noqa: BLE001 - carried to the thread that waits
                failures.append(failure)
                halt.set()

    threads = [
        threading.Thread(
            target=contextvars.copy_context().run, args=(run,), daemon=True, name="transfer"
        )
        for _ in range(min(count, len(items)))
    ]
    for thread in threads:
        thread.start()
    _wait(threads, watch, halt)
    watch.check()
    if failures:
        raise _told(failures)


def _wait(threads: Sequence[threading.Thread], watch: Watch, halt: threading.Event) -> None:
    """Until all have ended, or until those that block have had their time."""
    ends = float("inf")
    for thread in threads:
        while thread.is_alive() and time.monotonic() < ends:
            thread.join(_LOOK)
            if ends == float("inf") and (watch.stopped or halt.is_set()):
                halt.set()
                ends = time.monotonic() + _GRACE


def _told(failures: Sequence[BaseException]) -> BaseException:
    """The failure that began it: those after it are of what it stopped."""
    return next((one for one in failures if not isinstance(one, GivenUp)), failures[0])


def short(blob: Descriptor | RawManifest) -> str:
    """What a person calls a blob: its start, or what it is."""
    if "config" in blob.media_type:
        return "config"
    return blob.digest.partition(":")[2][:12]
