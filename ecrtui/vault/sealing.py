"""The encrypted file's format: scrypt makes a key of a passphrase, AES-256-GCM seals with it.

A JSON document: what the key is derived with, a nonce, and what is sealed. The first three are
authenticated with it, so that nobody can weaken them unseen. scrypt's cost is OWASP's
recommendation (N=2^17, r=8, p=1: 128 MiB, a quarter of a second). A nonce is random and used
once: 96 bits are enough for four thousand million writings (NIST SP 800-38D, 8.3).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ecrtui.errors import VaultDamaged, WrongPassphrase
from ecrtui.model.typed import decoded

FORMAT = "ecrtui vault"
VERSION = 1
_KEY_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12
_MOST_MEMORY = 1 << 30
"""Bytes that deriving may take: the file says how costly it is, and may be anybody's."""
_LARGEST = 16 << 20
_NEWER = "It may be of a newer ecrtui. Move it away to begin anew; what is in it is not lost then."


class Derivation(msgspec.Struct, frozen=True):
    """How the key comes from the passphrase."""

    salt: str
    """Base64."""
    n: int = 1 << 17
    r: int = 8
    p: int = 1

    @classmethod
    def fresh(cls) -> Derivation:
        """With a salt of its own."""
        return cls(_text(os.urandom(_SALT_BYTES)))

    @property
    def fingerprint(self) -> str:
        """Tells keys apart without telling anything of them: the salt is random."""
        return hashlib.sha256(f"{self.salt}|{self.n}|{self.r}|{self.p}".encode()).hexdigest()

    def key(self, passphrase: str) -> bytes:
        """The key; takes 128 MiB and a quarter of a second. Raises VaultDamaged."""
        sane = self.n > 1 and not self.n & (self.n - 1) and self.r > 0 and 0 < self.p <= 16
        if not sane or 128 * self.n * self.r > _MOST_MEMORY:
            raise VaultDamaged("the encrypted file asks for too much memory", hint=_NEWER)
        salt = _bytes(self.salt)
        scrypt = Scrypt(salt=salt, length=_KEY_BYTES, n=self.n, r=self.r, p=self.p)
        return scrypt.derive(passphrase.encode("utf-8", "surrogateescape"))


class _File(msgspec.Struct, frozen=True):
    format: str
    version: int
    scrypt: Derivation
    nonce: str
    sealed: str

    @property
    def authenticated(self) -> bytes:
        """What is not secret and must not be changed either."""
        one = self.scrypt
        return f"{self.format}|{self.version}|{one.salt}|{one.n}|{one.r}|{one.p}".encode()


def derivation(data: bytes) -> Derivation:
    """How the key of this file is derived; raises VaultDamaged."""
    return _parsed(data).scrypt


def seal(plain: bytes, key: bytes, how: Derivation) -> bytes:
    """The file's bytes."""
    nonce = os.urandom(_NONCE_BYTES)
    file = _File(FORMAT, VERSION, how, _text(nonce), "")
    sealed = AESGCM(key).encrypt(nonce, plain, file.authenticated)
    return msgspec.json.encode(msgspec.structs.replace(file, sealed=_text(sealed))) + b"\n"


def unseal(data: bytes, key: bytes) -> bytes:
    """What was sealed; raises WrongPassphrase (also for bytes that were changed), VaultDamaged."""
    file = _parsed(data)
    try:
        return AESGCM(key).decrypt(_bytes(file.nonce), _bytes(file.sealed), file.authenticated)
    except InvalidTag:
        raise WrongPassphrase("or the encrypted file was changed") from None
    except ValueError:
        raise VaultDamaged("the encrypted file cannot be read", hint=_NEWER) from None


def _parsed(data: bytes) -> _File:
    try:
        if len(data) > _LARGEST:
            raise ValueError
        file = decoded(data, _File)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise VaultDamaged("the encrypted file cannot be read", hint=_NEWER) from None
    if (file.format, file.version) != (FORMAT, VERSION):
        raise VaultDamaged(f"the encrypted file has version {file.version}", hint=_NEWER)
    return file


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise VaultDamaged("the encrypted file cannot be read", hint=_NEWER) from None
