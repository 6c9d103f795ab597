"""A real Secret Service in every state it can be in: none of them makes us hang."""

from __future__ import annotations

import threading
import time

import pytest

from ecrtui.errors import (
    VaultDenied,
    VaultError,
    VaultLocked,
    VaultMissing,
    VaultRefused,
    VaultSilent,
)
from ecrtui.vault.limited import Limited
from ecrtui.vault.os_keyring import OsKeyring, in_use
from tests.keyrings import SecretService, secret_service

__all__ = ["secret_service"]

SHORT = 1.0
LONG = "v" * 4000


def ring(seconds: float = 20.0) -> OsKeyring:
    return OsKeyring(Limited(seconds))


def test_entries_are_kept(secret_service: SecretService) -> None:
    secret_service.start()
    keyring = ring()
    assert keyring.get("ecrtui:a", "a") is None
    keyring.set("ecrtui:a", "a", "one")
    keyring.set("ecrtui:b", "b", LONG)
    keyring.set("ecrtui:a", "a", "two")
    assert (ring().get("ecrtui:a", "a"), ring().get("ecrtui:b", "b")) == ("two", LONG)
    keyring.delete("ecrtui:a", "a")
    keyring.delete("ecrtui:a", "a")
    assert keyring.get("ecrtui:a", "a") is None


def test_which_one_is_used(secret_service: SecretService) -> None:
    secret_service.start()
    assert in_use() == "Secret Service"


def test_no_session_bus(secret_service: SecretService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    with pytest.raises(VaultMissing) as told:
        ring().get("ecrtui:a", "a")
    assert "no D-Bus session" in told.value.detail
    assert "credentials keep file" in told.value.hint
    with pytest.raises(VaultMissing):
        in_use()


def test_a_bus_without_a_keyring(secret_service: SecretService) -> None:
    secret_service.start_bus()
    with pytest.raises(VaultMissing):
        ring().set("ecrtui:a", "a", "x")
    secret_service.start()  # and when it comes, the same one finds it
    ring().set("ecrtui:a", "a", "x")


def test_one_that_comes_later_is_found(secret_service: SecretService) -> None:
    secret_service.start_bus()
    keyring = ring()
    with pytest.raises(VaultMissing):
        keyring.get("ecrtui:a", "a")
    secret_service.start()
    assert keyring.get("ecrtui:a", "a") is None


def test_locked_with_nobody_to_unlock_it(secret_service: SecretService) -> None:
    secret_service.start()
    ring().set("ecrtui:a", "a", "kept")
    secret_service.lock()
    with pytest.raises(VaultLocked) as told:
        ring().get("ecrtui:a", "a")
    assert told.value.title == "The keyring is locked"
    secret_service.kill()
    secret_service.start()
    assert ring().get("ecrtui:a", "a") == "kept"


def test_whether_it_is_locked_is_known_without_opening_it(secret_service: SecretService) -> None:
    secret_service.start()
    assert ring().locked() is False  # there is no collection yet, and none is made
    ring().set("ecrtui:a", "a", "kept")
    assert ring().locked() is False
    secret_service.lock()
    assert ring().locked() is True
    secret_service.kill()
    with pytest.raises(VaultMissing):
        ring().locked()


def test_never_used_before_and_its_dialog_not_answered(secret_service: SecretService) -> None:
    secret_service.start(unlocked=False)
    with pytest.raises((VaultDenied, VaultLocked)) as told:
        ring().set("ecrtui:a", "a", "x")
    assert "dialog" in told.value.sentence


def test_killed_half_way(secret_service: SecretService) -> None:
    secret_service.start()
    keyring = ring()
    keyring.set("ecrtui:a", "a", "x")
    secret_service.kill()
    with pytest.raises(VaultMissing):
        keyring.get("ecrtui:a", "a")
    secret_service.start()
    assert keyring.get("ecrtui:a", "a") == "x"
    secret_service.kill_bus()
    with pytest.raises(VaultError):
        keyring.get("ecrtui:a", "a")


def test_killed_while_it_is_asked(secret_service: SecretService) -> None:
    secret_service.start()
    keyring = ring()
    keyring.set("ecrtui:a", "a", "x")
    secret_service.pause()
    raised: list[VaultError] = []

    def ask() -> None:
        try:
            keyring.get("ecrtui:a", "a")
        except VaultError as failure:
            raised.append(failure)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.2)
    secret_service.kill()
    asking.join(15)
    assert len(raised) == 1


def test_one_that_hangs_is_waited_for_once(secret_service: SecretService) -> None:
    secret_service.start()
    told: list[bool] = []
    keyring = OsKeyring(Limited(SHORT, waiting=lambda: told.append(True)))
    keyring.set("ecrtui:a", "a", "x")
    secret_service.pause()
    with pytest.raises(VaultSilent) as first:
        keyring.get("ecrtui:a", "a")
    with pytest.raises(VaultSilent) as second:  # refused at once
        keyring.get("ecrtui:a", "a")
    assert told == [True]
    assert ("within" in first.value.detail, second.value.detail) == (True, "still nothing")
    secret_service.go_on()
    end = time.monotonic() + 15
    while True:  # it goes on by itself when somebody answers
        try:
            assert keyring.get("ecrtui:a", "a") == "x"
            break
        except VaultSilent:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_a_bus_that_hangs_is_told(secret_service: SecretService) -> None:
    secret_service.start()
    assert secret_service._bus is not None
    secret_service._bus.send_signal(19)  # SIGSTOP
    try:
        with pytest.raises(VaultError):
            OsKeyring(Limited(SHORT)).get("ecrtui:a", "a")
        with pytest.raises(VaultError):
            in_use()
    finally:
        secret_service._bus.send_signal(18)


def test_null_and_fail_backends_are_refused_by_name(
    secret_service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret_service.start()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with pytest.raises(VaultRefused) as told:
        ring().get("ecrtui:a", "a")
    assert "keyring.backends.null.Keyring" in told.value.detail
    assert "PYTHON_KEYRING_BACKEND" in told.value.hint
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with pytest.raises(VaultMissing):
        ring().get("ecrtui:a", "a")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Backend")
    with pytest.raises(VaultRefused):
        ring().get("ecrtui:a", "a")


def test_plain_text_is_never_chosen(
    secret_service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """keyrings.alt is installed here: keyring itself would take its plain text file."""
    plain = "keyrings.alt.file.PlaintextKeyring"
    secret_service.start_bus()
    with pytest.raises(VaultMissing):
        ring().set("ecrtui:a", "a", "x")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", plain)
    for keyring in (ring(), OsKeyring(Limited(20.0), [plain])):
        with pytest.raises(VaultRefused) as told:
            keyring.set("ecrtui:a", "a", "x")
        assert plain in told.value.detail


def test_a_backend_that_is_trusted_on_purpose(
    secret_service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret_service.start_bus()
    mine = "tests.vault.own_backend.Own"
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", mine)
    with pytest.raises(VaultRefused) as told:
        ring().get("ecrtui:a", "a")
    assert f'keyring_backends = ["{mine}"]' in told.value.hint
    assert in_use([mine]) == mine
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    keyring = OsKeyring(Limited(20.0), [mine])
    keyring.set("ecrtui:a", "a", "x")
    assert keyring.get("ecrtui:a", "a") == "x"
