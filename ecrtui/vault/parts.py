"""A value of any length in entries that are short enough for every keyring.

Windows' store takes 2,560 bytes, which are 1,280 characters (CRED_MAX_CREDENTIAL_BLOB_SIZE; keyring
writes UTF-16). A value is Base64 in parts; a manifest, written after them, tells their number and
the checksum of the whole. An entry is never overwritten while it is needed: keyrings remove one
before they add it anew (macOS) or move it aside (Windows). So manifests have two places that take
turns, the higher number counts, and the parts of each writing have names of their own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets

import msgspec

from ecrtui.model.kept import Generation
from ecrtui.model.ports import SecretStore
from ecrtui.model.typed import decoded

LONGEST = 1280
"""Characters of an entry."""
_MOST_PARTS = 64
_PLACES = ("", "!")


class Manifest(msgspec.Struct, frozen=True, rename="camel"):
    """What is known of a value without its parts."""

    number: int
    """The higher one is the newer."""
    generation: str
    parts: int
    sha256: str
    version: int = 1

    @property
    def as_generation(self) -> Generation:
        """What the index keeps of it."""
        return Generation(self.generation, self.parts)


def split(value: str, number: int) -> tuple[Manifest, list[str]]:
    """A new writing of a value: its manifest and its parts. Raises ValueError for one too long."""
    text = base64.b64encode(value.encode("utf-8", "surrogatepass")).decode()
    parts = [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)] or [""]
    if len(parts) > _MOST_PARTS:
        raise ValueError(len(value))
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return Manifest(number, secrets.token_hex(4), len(parts), checksum), parts


def joined(manifest: Manifest, parts: list[str | None]) -> str | None:
    """The value; None when a part is missing or is another's."""
    whole = [part for part in parts if part is not None]
    text = "".join(whole)
    if len(whole) != manifest.parts or hashlib.sha256(text.encode()).hexdigest() != manifest.sha256:
        return None
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "surrogatepass")
    except (binascii.Error, ValueError):
        return None


class Entries:
    """The entries of one name: two places for manifests, and parts.

    Every entry is a service of its own, since Windows' store has no users below a service.
    """

    def __init__(self, store: SecretStore, name: str, room: str = "ecrtui") -> None:
        self._store = store
        self._name = name
        self._room = f"{room}:{name}"

    def manifests(self) -> list[tuple[int, Manifest]]:
        """Place and manifest, the newest first; damaged ones are left out."""
        found = []
        for place, mark in enumerate(_PLACES):
            text = self._store.get(f"{self._room}{mark}", self._name)
            manifest = None if text is None else _manifest(text)
            if manifest is not None:
                found.append((place, manifest))
        return sorted(found, key=lambda one: one[1].number, reverse=True)

    def put_manifest(self, place: int, manifest: Manifest) -> None:
        """Write a manifest into one of the two places."""
        text = msgspec.json.encode(manifest).decode()
        self._store.set(f"{self._room}{_PLACES[place]}", self._name, text)

    def drop_manifest(self, place: int) -> None:
        """Empty one of the two places."""
        self._store.delete(f"{self._room}{_PLACES[place]}", self._name)

    def value(self, manifest: Manifest) -> str | None:
        """The value of a manifest; None when it cannot be put together."""
        named = manifest.as_generation
        parts = [self._store.get(self._part(named, at), self._name) for at in range(named.parts)]
        return joined(manifest, parts)

    def put_parts(self, generation: Generation, parts: list[str]) -> None:
        """Write the parts of a generation."""
        for at, part in enumerate(parts):
            self._store.set(self._part(generation, at), self._name, part)

    def drop_parts(self, generation: Generation) -> None:
        """Remove the parts of a generation."""
        for at in range(min(generation.parts, _MOST_PARTS)):
            self._store.delete(self._part(generation, at), self._name)

    def _part(self, generation: Generation, at: int) -> str:
        return f"{self._room}:{generation.name}:{at}"


def _manifest(text: str) -> Manifest | None:
    try:
        found = decoded(text, Manifest)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    return found if 0 < found.parts <= _MOST_PARTS and found.version == 1 else None
