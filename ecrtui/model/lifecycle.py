"""A lifecycle policy: its rules as values, the problems of a text, what a rule decides.

Sources: ECR's user guide, "Lifecycle policy properties", "Examples of lifecycle policies" and
"Automate the cleanup of images by using lifecycle policies" (2026), and the service model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum

import msgspec

SHORTEST, LONGEST = 100, 30_720
"""Characters of a policy's text (service model)."""
MOST_RULES = 50
"""Of one policy (service quotas, "Rules per lifecycle policy")."""
MOST_WILDCARDS = 4
"""In one pattern."""
LEAST_DAYS_ARCHIVED = 90
"""Before a rule may delete what is archived."""


class StorageClass(str, Enum):
    """Which images a rule is about: those that can be pulled, or those in the archive."""

    STANDARD = "standard"
    ARCHIVE = "archive"


class TagStatus(str, Enum):
    """Which images a rule is about, by their tags."""

    TAGGED = "tagged"
    UNTAGGED = "untagged"
    ANY = "any"


class Count(str, Enum):
    """What a rule counts."""

    MORE_THAN = "imageCountMoreThan"
    PUSHED = "sinceImagePushed"
    PULLED = "sinceImagePulled"
    TRANSITIONED = "sinceImageTransitioned"


class Action(str, Enum):
    """What happens to an image that a rule takes."""

    EXPIRE = "expire"
    """It is deleted."""
    ARCHIVE = "transition"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, as it is once it was found right. Its texts are foreign."""

    priority: int
    """The smaller is applied first."""
    tag_status: TagStatus
    count: Count
    number: int
    """Of images to keep, or of days."""
    action: Action
    description: str = ""
    patterns: tuple[str, ...] = ()
    """Each must fit a tag of the image; `*` is any text, nothing else is special."""
    prefixes: tuple[str, ...] = ()
    """Each must begin a tag of the image."""
    storage_class: StorageClass = StorageClass.STANDARD

    def selects(self) -> Callable[[Collection[str]], bool]:
        """What tells whether it is about an image of its storage class, by the image's tags: its
        age or rank decides afterwards. Made once, for a hundred thousand images."""
        if self.tag_status is TagStatus.UNTAGGED:
            return lambda tags: not tags
        if self.tag_status is TagStatus.ANY:
            return lambda _: True
        # A star in a prefix is no wildcard.
        fitting = [*map(fits, self.patterns), *map(_begins, self.prefixes)]
        if len(fitting) == 1:
            only = fitting[0]
            return lambda tags: any(map(only, tags))
        return lambda tags: bool(tags) and all(any(map(one, tags)) for one in fitting)


class Policy(msgspec.Struct, frozen=True):
    """All rules of a policy, by their priority."""

    rules: tuple[Rule, ...] = ()

    def rule(self, priority: int) -> Rule | None:
        """The rule of a priority."""
        return next((rule for rule in self.rules if rule.priority == priority), None)


class Level(str, Enum):
    """How bad a problem is."""

    ERROR = "error"
    """ECR refuses the policy."""
    NOTE = "note"
    """It is taken, and probably not what was meant."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One thing that is wrong with a policy's text."""

    level: Level
    path: str
    """Where in the document: `rules[0].selection.tagStatus`; '' for all of it."""
    line: int
    column: int
    """Both from 1 on, in characters."""
    what: str
    fix: str


class Checked(msgspec.Struct, frozen=True):
    """A text that was looked through."""

    policy: Policy | None = None
    """None while there is an error."""
    problems: tuple[Problem, ...] = ()
    """In the order of the text."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What ECR would refuse."""
        return tuple(one for one in self.problems if one.level is Level.ERROR)


class Kept(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The policy that a repository has."""

    text: str
    evaluated_at: float | None = None
    """When ECR last carried it out; epoch seconds, UTC."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An image that a policy would act on now, and by which rule."""

    digest: str
    tags: tuple[str, ...] = ()
    pushed_at: float | None = None
    action: Action
    priority: int


class PreviewPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what ECR itself says that a policy would do."""

    status: str
    """IN_PROGRESS, COMPLETE, EXPIRED, FAILED; verdicts are there once it is COMPLETE."""
    text: str
    """The policy that was tried."""
    verdicts: tuple[Verdict, ...] = ()
    next_page: str = ""
    """Of the next page; '' for the last."""
    expiring: int = 0
    """How many images would be deleted, by ECR's own count."""


def fits(pattern: str) -> Callable[[str], bool]:
    """What tells whether a tag fits a pattern; `*` is any text, nothing else is special.

    It takes time in the length of both, whatever the pattern.
    """
    first, *others = pattern.split("*")
    if not others:
        return lambda tag: tag == pattern
    *middle, last = others
    if not middle and not last:
        return _begins(first)

    def fitting(tag: str) -> bool:
        if not tag.startswith(first) or not tag.endswith(last):
            return False
        at, end = len(first), len(tag) - len(last)
        for part in middle:
            found = tag.find(part, at, max(end, at))
            if found < 0:
                return False
            at = found + len(part)
        return at <= end

    return fitting


def _begins(prefix: str) -> Callable[[str], bool]:
    return lambda tag: tag.startswith(prefix)
