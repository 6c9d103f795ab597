"""What tags pointed to in the past, and who knows it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from enum import Enum
from itertools import pairwise

import msgspec


class Witness(str, Enum):
    """Who says so, who knows most first."""

    CLOUDTRAIL = "CloudTrail"
    JOURNAL = "changed by ecrtui"
    SEEN = "seen by ecrtui"
    """It named the image when ecrtui looked; it may have named others between two looks."""
    NOW = "now"


class TagMove(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A tag began to name an image, or to name nothing."""

    tag: str
    digest: str
    """'' when it named nothing from then on."""
    at: float
    """Epoch seconds, UTC."""
    witness: Witness
    by: str = ""
    """The principal, where CloudTrail tells."""


class LastGood(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The image that was named, or ran, before the present one."""

    digest: str
    why: str
    """How that is known, in words: `v2 named it until then` ..."""
    since: float
    """From when on it was so; epoch seconds, UTC."""
    until: float | None = None
    """When it ended; None while it still runs somewhere."""
    witness: Witness | None = None
    """Who says it of a tag; None where ECS does."""
    there: bool | None = None
    """Whether the repository still has it; None where that was not looked at."""


_STRENGTH = {one: rank for rank, one in enumerate(Witness)}
SKEW = 300.0
"""Seconds: clocks differ by less, for AWS refuses requests that are more off."""


def ordered(
    moves: Iterable[TagMove], tags: Container[str] | None = None, skew: float = SKEW
) -> list[TagMove]:
    """Moves of all tags, or of some, the newest first, without what repeats the one before it.

    Of several who say the same the first stands, for who looks later saw what was so already; and
    of those about the same time, within `skew` seconds, who knows most. Where times are equal the
    order given counts.
    """
    by_tag: dict[str, list[TagMove]] = {}
    for move in moves:
        if tags is None or move.tag in tags:
            by_tag.setdefault(move.tag, []).append(move)
    kept: list[TagMove] = []
    for each in by_tag.values():
        own: list[TagMove] = []
        for move in sorted(_caused(each, skew), key=lambda move: move.at):
            if move.digest != (own[-1].digest if own else ""):
                own.append(move)
            elif own and _knows_more(move, own[-1], skew):
                own[-1] = move
        kept += reversed(own)
    return sorted(kept, key=lambda move: -move.at)


def _caused(moves: list[TagMove], skew: float) -> list[TagMove]:
    """Moves of one tag without looks that seem to come before the very put that they saw: clocks
    differ, and a tag is not put on what it names already."""
    puts: dict[str, list[float]] = {}
    for move in moves:
        if move.witness is Witness.CLOUDTRAIL:
            puts.setdefault(move.digest, []).append(move.at)
    return [
        move
        for move in moves
        if move.witness is not Witness.SEEN
        or not any(0 <= at - move.at <= skew for at in puts.get(move.digest, ()))
    ]


def _knows_more(move: TagMove, kept: TagMove, skew: float) -> bool:
    near = move.at - kept.at <= skew
    return near and _STRENGTH[move.witness] < _STRENGTH[kept.witness]


def before(moves: Sequence[TagMove], tag: str, digest: str = "") -> tuple[TagMove, TagMove] | None:
    """The move by which a tag began to name another image before its present one (or before
    `digest`), and the move that ended that. Moves are the newest first."""
    own = [move for move in moves if move.tag == tag]
    present = digest or (own[0].digest if own else "")
    past = False
    for later, move in pairwise(own):
        past = past or later.digest == present
        if past and move.digest and move.digest != present:
            return move, later
    return None
