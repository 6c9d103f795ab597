"""An engine pulls an image by its digest, and says how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from docker.errors import APIError

from ecrtui.engine.connection import Connection
from ecrtui.engine.events import Failed, events
from ecrtui.engine.told import told
from ecrtui.engine.watchdog import Watchdog
from ecrtui.model.pulling import PullEvent


def pulled(
    line: Connection,
    repository: str,
    digest: str,
    auth: Mapping[str, str],
    platform: str = "",
    silent: Callable[[str], None] = lambda _: None,
) -> Iterator[PullEvent]:
    """Pull `repository@digest`, telling each thing as the engine tells it.

    `auth` is what this one request is signed in with (`username` and `password`, or
    `identitytoken`), empty for nobody: it goes to the engine, and neither of us keeps it.
    Whoever hangs the line up ends the pull in the engine too. Raises GivenUp then; else what
    `told` makes of the engine's words, EngineCannotReach where it does not get to the registry,
    and RemoteError when the engine ends in between. That this ends proves nothing yet: see
    whether the image is there.
    """
    with line.streamed(f"the pull of {repository}"), Watchdog(line, silent) as watchdog:
        try:
            chunks = line.client.pull(
                repository,
                tag=digest,
                stream=True,
                decode=False,
                auth_config=dict(auth),
                platform=platform or None,
            )
            for event in events(chunks):
                watchdog.fed()
                yield event
        except APIError as failure:
            raise told(str(failure.explanation or failure)) from None
        except Failed as failure:
            raise told(str(failure)) from None
