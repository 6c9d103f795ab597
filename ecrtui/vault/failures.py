"""Every way a keyring can fail, as one of our errors with words of its own.

Numbers are Apple's OSStatus (Security framework, SecBase.h) and Windows' system error codes.
What a keyring says is shown only where keyring itself or the Secret Service worded it: any other
text may hold what was to be kept.
"""

from __future__ import annotations

import re

from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

from ecrtui import errors

_INTERACTION = -25308
_AUTH_FAILED = -25293
_CANCELLED = -128
_NO_LOGON = 1312
_TOO_LONG = 1783
_DETAIL = 200
_SECRETS = "org.freedesktop.secrets"


def translate(failure: BaseException) -> errors.EcrtuiError:
    """The error for what a keyring raised. The cause is dropped: it may hold the secret."""
    if isinstance(failure, errors.EcrtuiError):
        return failure
    number = _number(failure)
    if number == _INTERACTION:
        return errors.VaultLocked(
            "no dialog can open here (-25308)",
            title="The keychain is locked",
            hint="Run: security unlock-keychain, and try again. Over SSH or in tmux macOS does "
            "not ask by itself.",
        )
    if number in (_CANCELLED, _AUTH_FAILED):
        return errors.VaultDenied(f"access was not allowed ({number})")
    if number == _NO_LOGON:
        return errors.VaultLocked(
            "this logon has no credential store (1312)",
            hint="Log on at the machine, or choose once: ecrtui credentials keep file.",
        )
    if number == _TOO_LONG:
        return errors.VaultError("an entry longer than it takes (1783)")
    return _by_kind(failure)


def _by_kind(failure: BaseException) -> errors.EcrtuiError:
    names = {kind.__name__ for one in _chain(failure) for kind in type(one).__mro__}
    if isinstance(failure, NoKeyringError):
        return errors.VaultMissing()
    if names & {"SecretServiceNotAvailableException", "ConnectionError", "EOFError"}:
        return errors.VaultMissing(
            "it went away, or its session bus did", title="The keyring is gone"
        )
    if isinstance(failure, KeyringLocked) or "LockedException" in names:
        return errors.VaultLocked("it was not unlocked: the dialog was dismissed, or none opened")
    if "PromptDismissedException" in names or _dismissed(failure):
        return errors.VaultDenied(
            "the dialog was dismissed, or none could open",
            title="The keyring's dialog was not answered",
            hint="Answer it in the desktop session, or choose once: ecrtui credentials keep file.",
        )
    if isinstance(failure, KeyringError):
        return errors.VaultError(f"{type(failure).__name__}: {str(failure)[:_DETAIL]}")
    return errors.VaultError(f"{type(failure).__name__}{_bus_name(failure)}")


def _dismissed(failure: BaseException) -> bool:
    """keyring words a dismissed dialog for a new collection as one that could not be made."""
    return isinstance(failure, InitError) and "dismissed" in str(failure).lower()


def _bus_name(failure: BaseException) -> str:
    """The D-Bus error's name, which says nothing of contents."""
    name = getattr(failure, "name", "")
    known = isinstance(name, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_.]{0,99}", name)
    return f": {name}" if known else ""


def _number(failure: BaseException) -> int | None:
    """The system's own number, of the failure or of what it was raised from."""
    for one in _chain(failure):
        number = getattr(one, "winerror", None) or next(iter(one.args), None)
        if isinstance(number, int) and not isinstance(one, OSError):
            return number
    return None


def _chain(failure: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    one: BaseException | None = failure
    while one is not None and one not in found:
        found.append(one)
        one = one.__cause__ or one.__context__
    return found
