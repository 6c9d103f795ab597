"""Keys that several threads wait for: one asks, all get what came of it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

from botocore.credentials import DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from ecrtui import errors

T = TypeVar("T")
UNREADABLE = (LookupError, AttributeError, TypeError, ValueError, ArithmeticError)
"""What comes of an answer that is not as it should be."""


class Flights:
    """One doing of each key at a time; who comes meanwhile gets its result, or its failure."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flying: dict[Hashable, Future[Any]] = {}

    def join(self, key: Hashable, make: Callable[[], T]) -> T:
        """Do it, unless somebody does: then wait for what comes of that. A deed that was stopped
        meanwhile is its own alone: who waited for it does it then."""
        mine: Future[Any] = Future()
        while True:
            with self._lock:
                flight = self._flying.setdefault(key, mine)
            if flight is mine:
                break
            with contextlib.suppress(errors.GivenUp):
                result: T = flight.result()
                return result
        try:
            made = make()
            mine.set_result(made)
            return made
        except BaseException as failure:
            mine.set_exception(failure)
            raise
        finally:
            with self._lock:
                del self._flying[key]

    def busy(self, key: Hashable) -> bool:
        """Whether somebody does it at this moment."""
        return key in self._flying


def in_words(method: str, make: Callable[[], T]) -> Callable[[], T]:
    """Providers trust files and endpoints: a token's file that is missing, a time that is none."""

    def guarded() -> T:
        try:
            return make()
        except ParamValidationError:
            raise _unusable(f"{method} gives what the service cannot take") from None
        except (BotoCoreError, ClientError, errors.EcrtuiError):
            raise
        except OSError as failure:
            named = f"{failure.filename}: " if failure.filename else ""
            raise _unusable(f"{named}{failure.strerror or type(failure).__name__}") from None
        except UNREADABLE as failure:
            raise _unusable(
                f"{method} gives what nobody can read ({type(failure).__name__})"
            ) from None

    return guarded


def _unusable(why: str) -> errors.SignInError:
    return errors.SignInError(why, title="Credentials could not be had")


class SharedCredentials(DeferredRefreshableCredentials):  # type: ignore[misc]
    """Keys that renew themselves, once for all threads, whose failure is everybody's too.

    With botocore's own each of twenty regions would ask for a code anew after a person gave up.
    Those that a person `lasting`ly stands behind are renewed at their very end, not ten minutes
    before it.
    """

    def __init__(
        self, refresh_using: Callable[[], dict[str, Any]], method: str, *, lasting: bool = False
    ) -> None:
        super().__init__(in_words(method, refresh_using), method)
        self._flights = Flights()
        if lasting:
            self._advisory_refresh_timeout = self._mandatory_refresh_timeout = _END

    def _refresh(self) -> None:
        if not self.refresh_needed(self._advisory_refresh_timeout):
            return
        mandatory = self.refresh_needed(self._mandatory_refresh_timeout)
        if mandatory or not self._flights.busy(""):
            self._flights.join("", self._renew)

    def _renew(self) -> None:
        if self.refresh_needed(self._advisory_refresh_timeout):
            mandatory = self.refresh_needed(self._mandatory_refresh_timeout)
            self._protected_refresh(is_mandatory=mandatory)


_END = 5
"""Seconds before their end from which keys are not used any more."""
