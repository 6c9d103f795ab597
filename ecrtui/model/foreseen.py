"""What a lifecycle policy would do to the images there are, as far as it is known before."""

from __future__ import annotations

import msgspec

from ecrtui.model.folding import is_index
from ecrtui.model.footprint import Footprint
from ecrtui.model.image import Image
from ecrtui.model.lifecycle import Action, Policy, Verdict
from ecrtui.model.usage import ImageUse, Unknown


class Difference(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One image that the two judge differently."""

    digest: str
    tags: tuple[str, ...] = ()
    preview: int | None = None
    """The priority of the rule that takes it by ECR's word; None where none does."""
    simulation: int | None = None
    """Likewise, here."""
    why: str = ""
    """What explains it, in words; that it is not explained, otherwise."""


class Victim(msgspec.Struct, frozen=True, kw_only=True):
    """An image that a policy would act on."""

    verdict: Verdict
    image: Image | None = None
    """Its row; None where it came after the list was read."""
    use: ImageUse | None = None
    """None where its use could not be looked at at all: it may be in use."""
    following: tuple[str, ...] = ()
    """Digests of what refers to it, which ECR removes with it within a day."""
    unsure: bool = False
    """By the simulation alone, and an index whose manifest is not known may hold it."""

    @property
    def in_use(self) -> bool:
        """Whether something was seen that runs it, or may start it."""
        return self.use is not None and self.use.in_use

    @property
    def may_go(self) -> bool:
        """Whether everything was looked at and nothing was seen."""
        return self.use is not None and self.use.may_go


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy would do if it were carried out now."""

    policy: Policy
    images: int
    """How many the repository has."""
    victims: tuple[Victim, ...] = ()
    """By ECR's word where it was asked, else by the simulation; by rule, the oldest first."""
    previewed: bool = False
    """Whether it is ECR's word."""
    why_local: str = ""
    """Why ECR was not asked, or did not say."""
    differences: tuple[Difference, ...] = ()
    """Where ECR's word and the simulation are not the same."""
    unread: int = 0
    """Indexes whose manifests were not read: what they hold is not known to the simulation."""
    later: tuple[Verdict, ...] = ()
    """What would be deleted after that, since the victims held it: an index its images. As far as
    manifests were read."""
    frees: Footprint = Footprint()
    """What all that is deleted frees, later too; what is archived frees nothing yet."""
    unknown: tuple[Unknown, ...] = ()
    """Where uses could not be looked at."""

    def acted(self, action: Action) -> tuple[Victim, ...]:
        """Those that are deleted, or archived."""
        return tuple(one for one in self.victims if one.verdict.action is action)

    @property
    def indexes(self) -> int:
        """How many of the victims are indexes: what they list goes later, where a rule takes it."""
        return sum(one.image is not None and is_index(one.image) for one in self.victims)

    @property
    def in_use(self) -> tuple[Victim, ...]:
        """Those that something runs, or may start."""
        return tuple(one for one in self.victims if one.in_use)

    @property
    def maybe_in_use(self) -> tuple[Victim, ...]:
        """Those of which nothing was seen, and not all could be looked at."""
        return tuple(one for one in self.victims if not one.in_use and not one.may_go)


class Taken(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An image that a policy took, by CloudTrail's word."""

    at: float
    """Epoch seconds, UTC."""
    digest: str
    tags: tuple[str, ...] = ()
    action: Action
    priority: int
    """Of the rule that took it; 0 where it is not told."""
