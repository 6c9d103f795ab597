"""One engine: asked what it holds, and for an image as an archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from ecrtui.engine.addresses import address
from ecrtui.engine.connection import SECONDS, Connection
from ecrtui.engine.naming import describe
from ecrtui.errors import RemoteError

_CHUNK = 1 << 20
_ID = re.compile(r"(sha256:)?[0-9a-f]{64}")


class Engine:
    """The engine that is meant here, asked by one thread at a time.

    Who asks from another thread, or hangs up what others go on with, makes one of its own.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        """Finds and greets it; raises EngineMissing, SettingsError for a context that is none."""
        self.address = address()
        self._seconds = seconds
        self._line = self.connect()

    def connect(self) -> Connection:
        """A connection of one's own to it, for one thread; raises EngineMissing."""
        return Connection(self.address, self._seconds)

    def version(self) -> str:
        """What answers there: `Podman Engine 4.3.1`; raises EngineMissing, RemoteError."""
        return describe(self._line)

    def identity(self, name: str) -> str:
        """The engine's id of an image by name, tag, digest or id; raises NotFound, RemoteError.

        `sha256:...` of its config, or of its manifest where containerd keeps the images.
        """
        found = self.inspect(name).get("Id")
        if not isinstance(found, str) or _ID.fullmatch(found) is None:
            raise RemoteError(f"{name} has no id", title="The engine failed")
        return found

    def inspect(self, name: str) -> dict[str, Any]:
        """All the engine says of an image; raises NotFound, RemoteError."""
        told = self._line.answered(lambda: self._line.client.inspect_image(name), name)
        return self._object(told)

    def images(self) -> list[dict[str, Any]]:
        """What the engine says of each of its images; raises RemoteError."""
        return self._objects(self._line.answered(self._line.client.images, "images"))

    def running(self) -> list[dict[str, Any]]:
        """What the engine says of each container that runs; raises RemoteError."""
        return self._objects(self._line.answered(self._line.client.containers, "containers"))

    def hang_up(self) -> None:
        """End whatever is under way, and this with it; may be called from any thread."""
        self._line.hang_up()

    def close(self) -> None:
        """Let go of its sockets."""
        self._line.close()

    def export(self, name: str) -> Iterator[bytes]:
        """The image as `docker save` writes it; raises NotFound, RemoteError."""
        with (
            self._line.streamed(name),
            closing(self._line.client.get_image(name, chunk_size=_CHUNK)) as chunks,
        ):
            yield from chunks

    def _object(self, found: Any) -> dict[str, Any]:
        """An answer that is an object; an empty one for any other."""
        return found if isinstance(found, dict) else {}

    def _objects(self, found: Any) -> list[dict[str, Any]]:
        """The objects of an answer that is a list; none of any other."""
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
