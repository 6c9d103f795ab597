"""A real engine whose exports stop half-way until a test lets them go on.

with held(docker.socket, tmp_path) as engine:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.at}")
    ...
    engine.held.wait(30)      # some bytes of an export have passed, and no more do
    engine.go_on.set()        # or: engine.left.wait(30), who read it has hung up
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PASS = 100_000
"""Bytes of an export that pass at first."""
_CHUNK = 1 << 14
_EXPORT = re.compile(rb"GET /[^ ]*/get[? ]")


@dataclass
class Held:
    """The socket to ask, and what has come of it."""

    at: Path
    engine: Path
    held: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)
    exports: int = 0

    def serve(self, listener: socket.socket) -> None:
        """Every connection, until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                asking, _ = listener.accept()
                threading.Thread(target=self._connect, args=(asking,), daemon=True).start()

    def _connect(self, asking: socket.socket) -> None:
        exporting = threading.Event()
        with socket.socket(socket.AF_UNIX) as answering, asking:
            answering.connect(str(self.engine))
            back = threading.Thread(
                target=self._answer, args=(answering, asking, exporting), daemon=True
            )
            back.start()
            with contextlib.suppress(OSError):
                while chunk := asking.recv(_CHUNK):
                    if _EXPORT.match(chunk):
                        self.exports += 1
                        exporting.set()
                    answering.sendall(chunk)
            if exporting.is_set():
                self.left.set()
            with contextlib.suppress(OSError):
                answering.shutdown(socket.SHUT_RDWR)
            back.join(30)

    def _answer(
        self, answering: socket.socket, asking: socket.socket, exporting: threading.Event
    ) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while chunk := answering.recv(_CHUNK):
                asking.sendall(chunk)
                passed += len(chunk) if exporting.is_set() else 0
                if passed > _PASS and not self.go_on.is_set():
                    self.held.set()
                    while not (self.go_on.wait(0.05) or self.left.is_set()):
                        pass
            asking.shutdown(socket.SHUT_RDWR)


@contextmanager
def held(engine: Path) -> Iterator[Held]:
    """Stand between an engine's socket and who asks it."""
    folder = Path(tempfile.mkdtemp(prefix="ecrtui-held-"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
        listener.listen()
        standing = Held(folder / "socket", engine)
        serving = threading.Thread(target=standing.serve, args=(listener,), daemon=True)
        serving.start()
        try:
            yield standing
        finally:
            standing.go_on.set()
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            serving.join(30)
            shutil.rmtree(folder, ignore_errors=True)
