"""What tags were seen to name, repository by repository: enough to tell later when they moved.

A tag's moves are kept, not every look. Looks may come in late, from another process that began to
read before: what was seen at a later moment always stands.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

MOVES = 40
"""Of one tag, the last ones."""
TAGS = 4000
"""Of one repository: those that moved, then those seen last. One takes some 120 bytes."""


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """A tag was first seen to name this at this moment."""

    at: float
    """Epoch seconds, UTC."""
    digest: str
    """'' for nothing."""


class TagSeen(msgspec.Struct, frozen=True):
    """One tag."""

    moves: tuple[Seen, ...]
    """The oldest first; two that follow each other differ."""
    last: float = 0.0
    """When it was last looked at alone."""


class Observed(msgspec.Struct, frozen=True):
    """One repository."""

    tags: dict[str, TagSeen] = {}
    looked: float = 0.0
    """When all of it was last looked at."""

    @property
    def latest(self) -> float:
        """When anything of it was last looked at."""
        return max([self.looked, *(tag.last for tag in self.tags.values())])


def merged(before: Observed, tags: Mapping[str, str], at: float, *, whole: bool) -> Observed:
    """What is known after one more look at `tags`, digests by tag; a whole look saw all there are.

    The tags that are new should come in the order of their worth: what is too much is left out
    from the end.
    """
    known = dict(before.tags)
    gone = {tag: "" for tag in known if tag not in tags} if whole else {}
    for tag, digest in (*tags.items(), *gone.items()):
        seen = known.get(tag)
        if seen is None:
            if digest and at >= before.looked and len(known) < 2 * TAGS:
                known[tag] = TagSeen((Seen(at, digest),), 0.0 if whole else at)
        elif at >= max(seen.last, before.looked, seen.moves[-1].at):
            known[tag] = _seen_again(seen, digest, at, whole=whole)
    looked = max(before.looked, at) if whole else before.looked
    return Observed(_bounded(known), looked)


def _seen_again(seen: TagSeen, digest: str, at: float, *, whole: bool) -> TagSeen:
    moved = seen.moves[-1].digest != digest
    moves = (*seen.moves, Seen(at, digest))[-MOVES:] if moved else seen.moves
    return TagSeen(moves, seen.last if whole else at)


def _bounded(tags: dict[str, TagSeen]) -> dict[str, TagSeen]:
    if len(tags) <= TAGS:
        return tags

    def worth(item: tuple[str, TagSeen]) -> tuple[bool, float]:
        return len(item[1].moves) == 1, -item[1].moves[-1].at

    return dict(sorted(tags.items(), key=worth)[:TAGS])
