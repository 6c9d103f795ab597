"""What a person asked to be gone, and the plan that came of it."""

from __future__ import annotations

import msgspec

from ecrtui.model.image import ImageId
from ecrtui.model.places import Home, Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.model.prune import Fate, Rules
from ecrtui.model.pruning import Relations
from ecrtui.model.usage import Unknown


class PruneRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Images of one repository: by rules, by name, or all of them with their repository."""

    registry: Registry
    repository: str
    rules: Rules | None = None
    images: tuple[ImageId, ...] = ()
    with_repository: bool = False
    """The repository itself, if it is empty."""
    with_images: bool = False
    """And if it is not, with all that is in it."""
    include: tuple[str, ...] = ()
    """Digests or tags of images that go although they are in use, or nobody could look."""
    leave: tuple[str, ...] = ()
    """Digests or tags of images that stay."""
    not_in: tuple[str, ...] = ()
    """Places that could not be looked into and are said not to use any: `Lambda`."""
    archive: bool = False
    read_manifests: bool = False
    """Read indexes that were not read before, to know what they list: COUNTS AS A PULL."""
    undoable: bool = True
    """Keep the manifests before anything goes, so that it can be put back."""

    @property
    def kind(self) -> str:
        """The command that does it."""
        if self.archive:
            return "archive"
        return "prune" if self.rules is not None else "delete"


class PrunePlan(Plan, frozen=True, kw_only=True):
    """What goes and what stays, worked out."""

    request: PruneRequest
    fates: tuple[Fate, ...] = ()
    """Of every image of the repository, in the order of the list."""
    order: tuple[tuple[str, ...], ...] = ()
    """The digests that go, in waves: each needs what is before it to be gone."""
    related: Relations
    unread: int = 0
    """Indexes that stay and were not read: what they list is not known."""
    unknown: tuple[Unknown, ...] = ()
    """Where nobody could look for uses."""
    copies: tuple[str, ...] = ()
    """The registries in which replication deletes what goes, too: `111122223333 us-east-1`."""
    undo: bool = True
    """Whether what goes can be put back."""

    @property
    def place(self) -> tuple[Home, str]:
        """Whose images it changes."""
        return self.request.registry, self.request.repository

    @property
    def going(self) -> tuple[Fate, ...]:
        """What goes, in the order of the list."""
        return tuple(fate for fate in self.fates if fate.goes)

    @property
    def staying(self) -> tuple[Fate, ...]:
        """What stays, likewise."""
        return tuple(fate for fate in self.fates if not fate.goes)


class Left(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An image that was to go and is still there."""

    image_digest: str
    image_tags: tuple[str, ...] = ()
    why: str
    """A sentence; foreign text may be in it."""
    failed: bool = False
    """Whether the registry did not do it; otherwise it was left on purpose."""


class PruneOutcome(Outcome, frozen=True, kw_only=True):
    """What went, and what did not."""

    gone: int = 0
    left: tuple[Left, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the registry did not do all of it."""
        return any(one.failed for one in self.left)
