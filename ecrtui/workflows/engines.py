"""A line to the engine for as long as a piece of work takes. The SDK is imported on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecrtui.engine.addresses import Address
    from ecrtui.engine.connection import Connection


@contextmanager
def line_to(where: Address | None = None) -> Iterator[Connection]:
    """A connection for this thread to an engine, the one that is meant here unless one is given.

    Raises EngineMissing, SettingsError for a context that is none.
    """
    from ecrtui.engine.addresses import address
    from ecrtui.engine.connection import Connection

    line = Connection(where or address())
    try:
        yield line
    finally:
        line.close()
