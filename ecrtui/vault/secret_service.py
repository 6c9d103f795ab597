"""A Secret Service is greeted before it is asked for anything.

gnome-keyring (42 to 50 at least) notes a new client in a callback that, once in some thousand
times, runs after the client's first request. When that asks for a collection, as secretstorage
does, the daemon aborts ("assertion 'client' failed"), and the person's keyring is locked. The list
of collections is answered to anybody; once it is, the client is known.
"""

from __future__ import annotations

from typing import Any

import secretstorage
from jeepney import DBusAddress, Properties
from keyring.errors import InitError, KeyringLocked

SERVICE = DBusAddress(
    "/org/freedesktop/secrets",
    bus_name="org.freedesktop.secrets",
    interface="org.freedesktop.Secret.Service",
)


def connected() -> Any:
    """A connection to the session bus on which the Secret Service knows this client."""
    bus = secretstorage.dbus_init()
    try:
        bus.send_and_get_reply(Properties(SERVICE).get("Collections"))
    except BaseException:
        bus.close()
        raise
    return bus  # whatever it answered: the next request tells of what is wrong


def greet(backend: Any) -> None:
    """Have keyring's backend for the Secret Service greet it first."""
    wanted = getattr(backend, "preferred_collection", None)
    backend.get_preferred_collection = lambda: _collection(wanted)


def _collection(wanted: str | None) -> Any:
    """What keyring's own method answers: the collection of that path or the default one, open."""
    bus = connected()
    try:
        found = _open(bus, wanted)
    except BaseException:
        bus.close()
        raise
    return found  # and keyring closes its connection


def _open(bus: Any, wanted: str | None) -> Any:
    try:
        if wanted is None:
            found = secretstorage.get_default_collection(bus)
        else:
            found = secretstorage.Collection(bus, wanted)
    except secretstorage.SecretStorageException as problem:
        raise InitError(f"Failed to create the collection: {problem}.") from problem
    if found.is_locked():
        found.unlock()
        if found.is_locked():
            raise KeyringLocked("Failed to unlock the collection!")
    return found
