"""Which keyring is used: of an allow-list, by class. What keeps secrets unprotected is refused.

keyring itself takes the backend with the highest priority of all that are installed; with
keyrings.alt among them, and no desktop, that is a file in plain text. So we choose.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from importlib import import_module
from typing import Any

import keyring.core
from keyring.backends import chainer, fail

from ecrtui.errors import VaultMissing, VaultRefused

KNOWN = {
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Manager",
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.libsecret.Keyring": "Secret Service (libsecret)",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "KWallet 4",
}
_ALONE = {
    "darwin": "keyring.backends.macOS.Keyring",
    "win32": "keyring.backends.Windows.WinVaultKeyring",
}
_REFUSED = (
    ("keyring.backends.null.", "it keeps nothing"),
    ("keyrings.alt.", "it keeps secrets unprotected, or asks on the terminal"),
)
_UNSET = "Unset PYTHON_KEYRING_BACKEND, or take default-keyring out of keyringrc.cfg."
_LOCAL = "local machine"


def choose(added: Collection[str] = ()) -> tuple[Any, str]:
    """The backend to use and what to call it. `added` are classes a person trusts on purpose.

    The one that PYTHON_KEYRING_BACKEND or keyringrc.cfg names, when it is allowed, else the best
    that works here. Asks no one for a password, but may ask the session bus: needs a time limit.
    Raises VaultRefused, VaultMissing.
    """
    backend = _named() or _best(added)
    name = _name(backend)
    _check(name)
    if name not in KNOWN and name not in added:
        raise _refusal(name)
    if name == "keyring.backends.SecretService.Keyring":
        from ecrtui.vault.secret_service import greet

        greet(backend)
    if name == "keyring.backends.Windows.WinVaultKeyring":
        backend.persist = _LOCAL  # else it roams to other machines of the domain
    return backend, KNOWN.get(name, name)


def _named() -> Any:
    """What the person chose in keyring's own way; None when they chose nothing."""
    try:
        backend = keyring.core.load_env() or keyring.core.load_config()
    except Exception as failure:  # noqa: BLE001 - it imports whatever is named
        raise VaultRefused(
            f"the one that is named cannot be loaded ({type(failure).__name__})", hint=_UNSET
        ) from None
    if isinstance(backend, fail.Keyring):
        raise VaultMissing("keyring is switched off (its fail backend is chosen)")
    return None if isinstance(backend, chainer.ChainerBackend) else backend


def _best(added: Collection[str]) -> Any:
    found: list[tuple[float, Any]] = []
    reasons: list[str] = []
    for name in (*_here(), *added):
        _check(name)
        try:
            module, _, attribute = name.rpartition(".")
            kind = getattr(import_module(module), attribute)
            found.append((_priority(kind), kind))
        except Exception as failure:  # noqa: BLE001 - each for a system of its own, or missing
            if name in added or "SecretService" in name:
                reasons.append(_reason(failure))
    if not found:
        raise VaultMissing("; ".join(reasons))
    return max(found, key=lambda one: one[0])[1]()


def _priority(kind: Any) -> float:
    """How much a backend recommends itself; raises whatever keeps it from working."""
    try:
        return float(kind.priority)
    except OSError:  # the session bus of a busy machine did not answer within its second
        return float(kind.priority)


def _here() -> list[str]:
    """Those for this system: only to import the Mac's starts a compiler elsewhere."""
    if sys.platform in _ALONE:
        return [_ALONE[sys.platform]]
    return [name for name in KNOWN if name not in _ALONE.values()]


def _reason(failure: Exception) -> str:
    """Why it does not work here, in keyring's words; they stand before any secret is known."""
    text = str(failure).removeprefix("Unable to initialize SecretService: ")
    if "DBUS_SESSION_BUS_ADDRESS" in text:
        return "no D-Bus session"
    return text[:200]


def _check(name: str) -> None:
    if name.startswith(tuple(start for start, _ in _REFUSED)):
        raise _refusal(name)


def _refusal(name: str) -> VaultRefused:
    for start, why in _REFUSED:
        if name.startswith(start):
            return VaultRefused(f"{name}: {why}", hint=_UNSET)
    hint = f'To trust it, add keyring_backends = ["{name}"] to the settings; or: {_UNSET}'
    return VaultRefused(f"{name} is not known", hint=hint)


def _name(backend: Any) -> str:
    kind = type(backend)
    return f"{kind.__module__}.{kind.__qualname__}"
