"""The encrypted file: nobody reads it without the passphrase, and no writing loses it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ecrtui.errors import VaultDamaged, WrongPassphrase
from ecrtui.sandbox.made import MARK
from ecrtui.vault import sealing
from ecrtui.vault.sealed_file import SealedFile

PASSPHRASE = "correct horse " + MARK


class Bytes:
    """A file in memory."""

    def __init__(self) -> None:
        self.data: bytes | None = None

    def read(self) -> bytes | None:
        return self.data

    def update(self, change: Callable[[bytes | None], bytes]) -> None:
        self.data = change(self.data)


class Asked:
    """Answers for a passphrase, and remembers whether a new one was asked for."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.new: list[bool] = []

    def __call__(self, new: bool) -> str:
        self.new.append(new)
        return self._answers.pop(0)


def filled() -> Bytes:
    file = Bytes()
    SealedFile(file, Asked(PASSPHRASE)).set("service", "user", "the secret")
    return file


def test_entries_are_kept_and_the_passphrase_is_asked_for_once() -> None:
    file, asked = Bytes(), Asked(PASSPHRASE)
    one = SealedFile(file, asked)
    assert one.get("service", "user") is None
    assert asked.new == []  # there is nothing to open
    one.set("service", "user", "first")
    one.set("service", "user", "second")
    one.set("other", "user", "third")
    one.delete("other", "user")
    one.delete("other", "user")
    assert asked.new == [True]
    again = Asked(PASSPHRASE)
    assert SealedFile(file, again).get("service", "user") == "second"
    assert again.new == [False]


def test_nothing_of_it_is_readable() -> None:
    data = filled().data
    assert data is not None
    for word in (b"the secret", b"service", b"user", PASSPHRASE.encode()):
        assert word not in data


def test_each_writing_has_a_nonce_of_its_own() -> None:
    file = Bytes()
    one = SealedFile(file, Asked(PASSPHRASE))
    nonces = set()
    for _ in range(5):
        one.set("service", "user", "same")
        nonces.add(json.loads(file.data or b"")["nonce"])
    assert len(nonces) == 5


def test_a_wrong_passphrase_is_told_and_asked_for_again() -> None:
    one = SealedFile(filled(), Asked("wrong", "wrong too", PASSPHRASE))
    with pytest.raises(WrongPassphrase):
        one.get("service", "user")
    with pytest.raises(WrongPassphrase):
        one.set("service", "user", "lost")
    assert one.get("service", "user") == "the secret"


@pytest.mark.parametrize("member", ["nonce", "sealed", "salt", "n"])
def test_no_bit_can_be_changed_unseen(member: str) -> None:
    file = filled()
    document = json.loads(file.data or b"")
    inside = document["scrypt"] if member in ("salt", "n") else document
    value = inside[member]
    inside[member] = value // 2 if member == "n" else ("A" if value[0] != "A" else "B") + value[1:]
    file.data = json.dumps(document).encode()
    with pytest.raises(WrongPassphrase):
        SealedFile(file, Asked(PASSPHRASE)).get("service", "user")


def damaged(**change: object) -> bytes:
    document = json.loads(filled().data or b"")
    document.update(change)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"format": "another"},
        {"sealed": "not base64!"},
        {"nonce": ""},
        {"scrypt": {"salt": "AAAA", "n": 1 << 40, "r": 8, "p": 1}},
        {"scrypt": {"salt": "AAAA", "n": 3, "r": 8, "p": 1}},
        {"scrypt": {"salt": "AAAA", "n": 2, "r": -1, "p": 1}},
        {"scrypt": {"salt": "AAAA", "n": 2, "r": 8, "p": 10_000}},
    ],
)
def test_a_file_that_is_none_is_told_and_left_as_it_is(change: dict[str, object]) -> None:
    file = Bytes()
    file.data = before = damaged(**change)
    one = SealedFile(file, Asked(PASSPHRASE, PASSPHRASE))
    with pytest.raises(VaultDamaged):
        one.get("a", "b")
    with pytest.raises(VaultDamaged):
        one.set("a", "b", "c")
    assert file.data == before


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b"x" * (17 << 20)])
def test_bytes_that_are_no_such_file(data: bytes) -> None:
    with pytest.raises(VaultDamaged):
        sealing.derivation(data)
