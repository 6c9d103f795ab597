"""Each way a keyring fails has words of its own, and none of them tells a secret."""

from __future__ import annotations

import pytest
from keyring.errors import KeyringError, KeyringLocked, PasswordSetError

from ecrtui.errors import VaultDenied, VaultError, VaultLocked, VaultMissing
from ecrtui.vault.failures import translate


class Status(Exception):
    """As keyring's macOS backend raises Apple's status: a number and a text."""


def raised_from(failure: Exception, cause: Exception) -> Exception:
    failure.__cause__ = cause
    return failure


def test_a_mac_over_ssh() -> None:
    failure = KeyringError("Can't get password from keychain: (-25308, 'Unknown Error')")
    told = translate(raised_from(failure, Status(-25308, "Unknown Error")))
    assert isinstance(told, VaultLocked)
    assert "security unlock-keychain" in told.hint


@pytest.mark.parametrize("number", [-128, -25293])
def test_a_mac_whose_owner_said_no(number: int) -> None:
    failure = raised_from(KeyringLocked("Can't get password"), Status(number, "Denied"))
    assert isinstance(translate(failure), VaultDenied)


def test_windows() -> None:
    class OfWindows(Exception):
        winerror = 1312

    assert isinstance(translate(OfWindows(1312, "CredRead", "no logon")), VaultLocked)
    too_long = translate(Status(1783, "CredWrite", "The stub received bad data"))
    assert "1783" in too_long.detail


def test_what_nobody_knows_is_told_by_its_kind_alone() -> None:
    told = translate(ValueError("the secret itself"))
    assert isinstance(told, VaultError)
    assert "the secret itself" not in f"{told.sentence}{told.hint}{told!r}"


def test_what_keyring_words_is_told() -> None:
    assert "not enough room" in translate(PasswordSetError("not enough room")).detail


def test_a_connection_that_broke() -> None:
    for failure in (ConnectionResetError(), EOFError(), BrokenPipeError()):
        assert isinstance(translate(failure), VaultMissing)
