"""The OS keyring: what the desktop keeps, unlocked by the person's login."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from ecrtui.errors import EcrtuiError, VaultSilent
from ecrtui.vault.limited import Limited

T = TypeVar("T")

_LOOK_SECONDS = 3.0
_PAUSES = (0.05, 0.2)


class OsKeyring:
    """Entries of the OS keyring. Every call is limited in time, and none runs in the caller's
    thread. Cheap to make: keyring is imported by the first call."""

    def __init__(self, limited: Limited, added: Collection[str] = ()) -> None:
        self._limited = limited
        self._added = added
        self._backend: Any = None

    def get(self, service: str, user: str) -> str | None:
        """An entry; None when there is none."""
        found: str | None = self._call(lambda ring: ring.get_password(service, user))
        return found

    def set(self, service: str, user: str, secret: str) -> None:
        """Put an entry."""
        self._call(lambda ring: ring.set_password(service, user, secret))

    def delete(self, service: str, user: str) -> None:
        """Remove an entry that may be gone already."""

        def remove(ring: Any) -> None:
            if ring.get_password(service, user) is not None:
                ring.delete_password(service, user)

        self._call(remove)

    def locked(self) -> bool:
        """Of a Secret Service, which tells; others unlock by themselves, or tell when they are
        used."""
        return Limited(_LOOK_SECONDS).call(lambda: _is_locked(self._added))

    def _call(self, work: Callable[[Any], T]) -> T:
        def run() -> T:
            from ecrtui.vault.failures import translate

            try:
                if self._backend is None:
                    from ecrtui.vault.backends import choose

                    self._backend, _ = choose(self._added)
                return _again(lambda: work(self._backend))
            except Exception as failure:  # noqa: BLE001 - backends raise what their system does
                raise translate(failure) from None

        try:
            return self._limited.call(run)
        except EcrtuiError:
            self._backend = None  # it may be another, or there again, the next time
            raise


def _again(work: Callable[[], T]) -> T:
    """What `work` answers, at the third try at last.

    Another program may remove an entry between its being found and its being read, and on a
    machine that is busy the session bus may drop who connects (it is given a second).
    """
    for pause in _PAUSES:
        try:
            return work()
        except Exception as failure:
            if not _passing(failure):
                raise
        time.sleep(pause)
    return work()


def _passing(failure: BaseException) -> bool:
    """Whether it may be over in a moment."""
    names = {kind.__name__ for kind in type(failure).__mro__}
    return bool(names & {"ItemNotFoundException", "SecretServiceNotAvailableException", "OSError"})


def _is_locked(added: Collection[str]) -> bool:
    from ecrtui.vault.backends import choose
    from ecrtui.vault.failures import translate

    try:
        if "SecretService" not in type(choose(added)[0]).__module__:
            return False
        return _service_is_locked()
    except Exception as failure:  # noqa: BLE001 - it raises what the bus does
        raise translate(failure) from None


def _service_is_locked() -> bool:
    """What its default collection says; it is not opened, nor made where there is none."""
    import secretstorage

    from ecrtui.vault.secret_service import connected

    with contextlib.closing(connected()) as bus:
        try:
            return bool(secretstorage.Collection(bus).is_locked())
        except secretstorage.ItemNotFoundException:
            return False


def in_use(added: Collection[str] = ()) -> str:
    """What the keyring that would be used is called; opens none. Raises VaultError."""

    def look() -> str:
        from ecrtui.vault.backends import choose

        return choose(added)[1]

    try:
        return Limited(_LOOK_SECONDS).call(look)
    except VaultSilent:
        raise VaultSilent("the session bus does not answer") from None
