"""What the checks of one image share: filled by the earlier ones, used by the later ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from ecrtui.errors import EcrtuiError, NotAllowed
from ecrtui.model.check import Check, State
from ecrtui.model.image import Image
from ecrtui.model.manifest import Manifest
from ecrtui.model.places import Registry
from ecrtui.model.policy import Caller
from ecrtui.model.repository import Repository
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks."""

    target: Target
    platform: str = ""
    """The task's; '' where its definition tells, or nobody."""
    callers: tuple[Caller, ...] = ()
    """Who pulls; none for the roles of tasks that are found, else oneself."""
    read: bool = True
    """Whether a manifest that was not read before may be: that COUNTS AS A PULL."""


@dataclass
class Known:
    """What is known so far."""

    services: Services
    question: Question
    registry: Registry
    """With its account, where that could be known."""
    repository: Repository | None = None
    image: Image | None = None
    manifest: Manifest | None = None
    """Of one platform's image, where there are several."""
    platforms: list[tuple[str, str]] = field(default_factory=list)
    """Platforms that tasks want, each with who wants it."""
    roles: list[Caller] = field(default_factory=list)
    """Execution roles of tasks that were found."""

    @property
    def target(self) -> Target:
        """The image meant."""
        return self.question.target

    @property
    def name(self) -> str:
        """The repository's name."""
        return self.target.repository

    @property
    def arn(self) -> str:
        """The repository's ARN."""
        return self.repository.repository_arn if self.repository else ""

    @property
    def profiles(self) -> list[str]:
        """The profiles at hand, whose tasks and roles may be looked at; the registry's first."""
        return list(dict.fromkeys([self.registry.profile, *self.services.options.profiles]))

    @property
    def callers(self) -> Sequence[Caller]:
        """Who is to pull: those named, else the roles of tasks; none where nobody is known."""
        return self.question.callers or self.roles


def passed(id: str, detail: str, about: str = "", fix: str = "") -> Check:  # noqa: A002
    """All is well."""
    return Check(id=id, state=State.PASSED, about=about, detail=detail, fix=fix)


def failed(id: str, detail: str, fix: str, about: str = "") -> Check:  # noqa: A002
    """This keeps the image from being pulled."""
    return Check(id=id, state=State.FAILED, about=about, detail=detail, fix=fix)


def unknown(id: str, detail: str, fix: str = "", about: str = "") -> Check:  # noqa: A002
    """Nobody can tell from here."""
    return Check(id=id, state=State.UNKNOWN, about=about, detail=detail, fix=fix)


def unreadable(id: str, problem: EcrtuiError, about: str = "") -> Check:  # noqa: A002
    """It could not be looked at."""
    missing = problem.title.partition("Not allowed: ")[2] if isinstance(problem, NotAllowed) else ""
    return Check(
        id=id,
        state=State.UNKNOWN,
        about=about,
        detail=problem.sentence,
        fix=problem.hint,
        missing=missing,
    )
