"""An engine is given an image as the tar that `docker save` writes, while that is made."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator

from docker.errors import APIError

from ecrtui.engine.connection import Connection
from ecrtui.engine.events import Failed, of_objects
from ecrtui.engine.told import told
from ecrtui.engine.watchdog import Watchdog
from ecrtui.errors import EcrtuiError
from ecrtui.model.pulling import PullEvent


def loaded(
    line: Connection,
    chunks: Generator[bytes, None, None],
    what: str,
    silent: Callable[[str], None] = lambda _: None,
) -> Iterator[PullEvent]:
    """Send a tar and tell what the engine says of it, which is not before it has all of it.

    The chunks are closed when it ends. Raises what they raise, GivenUp when the line is hung up,
    what `told` makes of the engine's words, RemoteError when the engine ends in between. What
    breaks off leaves no image.
    """
    sent = _Sent(chunks)
    with line.streamed(what), Watchdog(line, silent) as watchdog:
        sent.fed = watchdog.fed
        try:
            # Unpacking takes as long as it takes: the watchdog tells whether the engine is there.
            line.client.timeout = None
            for event in of_objects(line.client.load_image(sent)):
                watchdog.fed()
                yield event
        except APIError as failure:
            raise told(str(failure.explanation or failure)) from None
        except Failed as failure:
            raise told(str(failure)) from None
        except Exception:
            if sent.problem is not None:
                raise sent.problem from None
            raise
        finally:
            chunks.close()


class _Sent:
    """The chunks; what they raise is kept, for the SDK would make another failure of it."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.problem: EcrtuiError | None = None
        self.fed: Callable[[], None] = lambda: None

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._chunks:
                if chunk:  # an empty one would end the request
                    yield chunk
                    self.fed()
        except EcrtuiError as problem:
            self.problem = problem
            raise
