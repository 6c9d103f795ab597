"""What may go from a repository: rules as values, and each image's fate with its reason."""

from __future__ import annotations

import re
from enum import Enum
from fnmatch import translate
from functools import lru_cache

import msgspec

from ecrtui.model.image import Image
from ecrtui.model.usage import ImageUse, UseKind

_REFERRING_TAG = re.compile(r"sha256-([0-9a-f]{64})(\.(sig|att|sbom))?")
"""cosign's tags (its SIGNATURE_SPEC.md), and the tag of a list of referrers (OCI distribution)."""


class Rules(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Which images are meant. All that is given must hold; times are seconds.

    `untagged` and `tags` say which images are looked at, together both; all where neither is given.
    """

    untagged: bool = False
    tags: tuple[str, ...] = ()
    """Patterns (`pr-*`). An image goes with all its tags, so each of them must be named by one."""
    keep: tuple[str, ...] = ()
    """Patterns: an image with such a tag stays whatever else is said."""
    older_than: float | None = None
    """Since it was pushed."""
    newest: int | None = None
    """So many stay, the ones pushed last: for each pattern of `tags`, else of all that have a tag
    and of all that have none."""
    never_pulled: bool = False
    not_pulled_for: float | None = None
    """Since it was pulled last, or pushed, where it never was."""
    archived: bool = False

    @property
    def say_something(self) -> bool:
        """Whether they choose at all: without any, every image would be meant."""
        return msgspec.structs.replace(self, keep=()) != Rules()

    @property
    def about_pulls(self) -> bool:
        """Whether they need to know when an image was pulled."""
        return self.never_pulled or self.not_pulled_for is not None


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked for, by digests."""

    rules: Rules | None = None
    named: frozenset[str] = frozenset()
    everything: bool = False
    include: frozenset[str] = frozenset()
    """Taken in by name although they are in use, or nobody could look."""
    leave: frozenset[str] = frozenset()
    """Left out of what would go."""
    archive: bool = False
    """Into the archive instead."""


class Why(str, Enum):
    """Why an image goes, or stays; the words of its value are for machines."""

    RULES = "chosen by the rules"
    NAMED = "named"
    EVERYTHING = "the repository goes"
    CHILD = "child of an index that goes"
    REFERRER = "refers to an image that goes"

    IN_USE = "in use"
    UNKNOWN = "use unknown"
    HELD = "listed by an index that stays"
    PART = "part of an index that stays"
    MAY_BELONG = "may belong to an index that was not read"
    MAY_REFER = "may refer to an image that stays"
    SUBJECT_STAYS = "refers to an image that stays"
    LEFT_OUT = "left out"
    KEPT_TAG = "a tag that is kept"
    OTHER_TAG = "a tag that no pattern names"
    OWN_TAG = "a tag of its own"
    NEWEST = "among the newest"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    YOUNG = "pushed lately"
    PULLED = "pulled"
    NOT_ARCHIVED = "not archived"
    NOT_NAMED = "not named"
    ARCHIVED = "archived already"


MATTERS = frozenset(
    {
        Why.IN_USE,
        Why.UNKNOWN,
        Why.HELD,
        Why.MAY_BELONG,
        Why.MAY_REFER,
        Why.LEFT_OUT,
        Why.KEPT_TAG,
        Why.OTHER_TAG,
    }
)
"""Why something stays that a person may have expected to go."""


class Fate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One image: does it go, and why."""

    image: Image
    goes: bool
    why: Why
    of: tuple[str, ...] = ()
    """The digests that explain it: parents, the subject."""
    tag: str = ""
    """The tag that decided."""
    use: ImageUse | None = None
    unsure: bool = False
    """It goes unless an index that was not read lists it and stays."""

    @property
    def digest(self) -> str:
        """Of the image."""
        return self.image.image_digest

    @property
    def to_be_named(self) -> bool:
        """Whether it stays for its use alone, and goes once it is taken in by name."""
        return self.why in (Why.IN_USE, Why.UNKNOWN)

    @property
    def taken_in(self) -> bool:
        """Whether it goes although it is in use, or nobody could look."""
        return self.goes and self.use is not None and not self.use.may_go


def used_by(use: ImageUse) -> str:
    """`ECS service checkout and 2 more`: what people know before what it is made of."""
    first = min(use.uses, key=lambda one: one.kind in _PARTS)
    more = f" and {len(use.uses) - 1} more" if len(use.uses) > 1 else ""
    return f"{first.kind.value} {first.name}{more}"


_PARTS = (UseKind.ECS_TASK, UseKind.TASK_DEFINITION)


def subject_of(row: Image) -> str:
    """The digest an image refers to, by its manifest or by the only tags it has; '' for none."""
    if row.subject_manifest_digest:
        return row.subject_manifest_digest
    named = {_REFERRING_TAG.fullmatch(tag) for tag in row.image_tags}
    digests = {match[1] for match in named if match is not None}
    return f"sha256:{digests.pop()}" if len(digests) == 1 and None not in named else ""


def own_tags(row: Image) -> tuple[str, ...]:
    """The tags that people gave it: not those that only say what it refers to."""
    return tuple(tag for tag in row.image_tags if _REFERRING_TAG.fullmatch(tag) is None)


def matches(tag: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of the patterns names the whole tag: `*` any letters, `?` one, `[ab]` one of."""
    return any(_compiled(pattern).fullmatch(tag) for pattern in patterns)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))
