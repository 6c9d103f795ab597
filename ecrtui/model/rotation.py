"""A user's access keys as IAM tells of them, and how far the rotation of one has come.

What is known of a rotation is kept in the credential's own value, beside the key it signs with. The
rest is IAM's own word: whoever was stopped between any two steps finds by both where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import msgspec

from ecrtui.model.hidden import Hidden


class KeyPair(Hidden, frozen=True, rename="camel"):
    """A key's two halves. It shows neither."""

    access_key_id: str
    secret_access_key: str

    def shown(self) -> dict[str, str]:
        """Nothing of them."""
        return {}

    def as_given(self) -> dict[str, str]:
        """By the names that AWS's SDKs take them under."""
        return {
            "aws_access_key_id": self.access_key_id,
            "aws_secret_access_key": self.secret_access_key,
        }


class Rotation(Hidden, frozen=True, rename="camel", omit_defaults=True):
    """A rotation that is under way."""

    began: float
    """Epoch seconds, UTC, like every time here."""
    before: tuple[str, ...]
    """The ids of all keys the user had then."""
    other: KeyPair | None = None
    """The key that is not signed with: the new one, until it is `taken`; then the old one."""
    taken: bool = False
    deactivated: float | None = None

    def shown(self) -> dict[str, str]:
        """How far it is."""
        return {"taken": str(self.taken)}

    @property
    def told(self) -> str:
        """How far it is, for a list: `begun`, or `waits` for its end."""
        return "waits" if self.deactivated else "begun"


class AccessKey(msgspec.Struct, frozen=True):
    """One of a user's keys, as IAM lists it."""

    id: str
    active: bool
    created: float | None = None


class LastUse(msgspec.Struct, frozen=True):
    """When IAM last saw a key sign; it tells with some delay."""

    at: float | None = None
    """None for never."""
    service: str = ""
    region: str = ""


class Stage(Enum):
    """How far a rotation has come."""

    NONE = "none"
    BEGUN = "begun"
    """A new key may have been made whose secret nobody has, or is kept and gone by now."""
    MADE = "made"
    """The new key is kept beside the old one, which is signed with."""
    TAKEN = "taken"
    """The new key is signed with; the old one is as active as before."""
    ROTATED = "rotated"
    """The old key is deactivated."""
    ENDED = "ended"
    """The old key is gone; nothing but what is kept of it is left."""


def stage_of(rotation: Rotation | None, listed: Sequence[AccessKey]) -> Stage:
    """How far it is, by what is kept and by what IAM lists."""
    if rotation is None:
        return Stage.NONE
    if rotation.other is None:
        return Stage.BEGUN
    other = next((key for key in listed if key.id == rotation.other.access_key_id), None)
    if not rotation.taken:
        return Stage.BEGUN if other is None else Stage.MADE
    if other is None:
        return Stage.ENDED
    return Stage.TAKEN if other.active else Stage.ROTATED


def strangers(
    rotation: Rotation | None, in_use: str, listed: Sequence[AccessKey]
) -> tuple[AccessKey, ...]:
    """The user's keys that are neither signed with nor kept beside it."""
    kept = {in_use}
    if rotation is not None and rotation.other is not None:
        kept.add(rotation.other.access_key_id)
    return tuple(key for key in listed if key.id not in kept)


_SKEW = 900.0
"""Seconds that two clocks may differ where AWS takes signatures at all, and some more."""


def left_behind(rotation: Rotation | None, key: AccessKey, use: LastUse | None) -> bool:
    """Whether a key is one that this rotation made and was stopped before it was kept.

    `use` is None where nobody may ask for it.
    """
    if rotation is None or rotation.other is not None or key.id in rotation.before:
        return False
    late = key.created is None or key.created >= rotation.began - _SKEW
    return late and (use is None or use.at is None)
