"""Where images run or are meant to: what was seen, and what could not be looked at.

What may not be read is unknown, never unused: whoever deletes asks `standing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import msgspec

from ecrtui.model.image import LATEST, Image


class UseKind(str, Enum):
    """What uses an image."""

    ECS_TASK = "ECS task"
    ECS_SERVICE = "ECS service"
    """A service whose deployment names it, whether or not a task of it runs."""
    TASK_DEFINITION = "task definition"
    """One that is active and names it: a task may be started from it at any time."""
    LAMBDA = "Lambda function"
    CLUSTER = "cluster"
    """An ECS or EKS cluster, by Inspector's word."""
    POD = "pod"
    BEANSTALK = "Elastic Beanstalk"
    APP_RUNNER = "App Runner"
    CODEBUILD = "CodeBuild"


class Use(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One thing that uses an image. Its texts are foreign."""

    kind: UseKind
    name: str
    """Of the service, the function, the pod ..."""
    where: str = ""
    """The cluster, the namespace, the application; '' where there is none."""
    account: str = ""
    region: str = ""
    image: str
    """The reference as it is written there; '' where nobody tells."""
    digest: str = ""
    """What it resolved to when it started; '' where nobody tells."""
    running: int = 0
    """How many run now."""
    since: float | None = None
    """When the oldest of them started; epoch seconds, UTC."""
    arn: str = ""
    link: str = ""
    """Its page in AWS's console; '' where it has none."""

    @property
    def tag(self) -> str:
        """The tag of the reference; `latest` where it has neither tag nor digest."""
        return split(self.image)[0]

    @property
    def pinned(self) -> str:
        """The digest it runs by or asks for; '' where only a tag tells."""
        return self.digest or split(self.image)[1]

    @property
    def blind(self) -> bool:
        """Whether it runs by a digest that nobody tells: what its tag named then."""
        return self.running > 0 and not self.pinned


class Unknown(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A place that could not be looked at."""

    what: str
    """`ECS`, `Lambda`, `Inspector` ..."""
    account: str = ""
    region: str = ""
    why: str = ""
    """The error's sentence."""
    hint: str = ""
    denied: bool = False
    """Whether a permission is missing."""


class Usage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All that was seen of a repository's images."""

    uses: tuple[Use, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    looked: tuple[str, ...] = ()
    """Where it was looked, in words: `ECS in 111122223333 eu-west-1`."""


class Standing(str, Enum):
    """How an image stands, in the signs of a list's column."""

    RUNNING = "●"
    BEHIND = "◐"
    """Runs by a digest that the tag it was started by has left."""
    REFERENCED = "○"
    """Nothing runs, but something active names it and may start it."""
    NOT_SEEN = "·"
    UNKNOWN = "?"
    """Nothing was seen, and not everything could be looked at."""


class ImageUse(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One image's part of a usage."""

    standing: Standing
    running: int = 0
    uses: tuple[Use, ...] = ()
    maybe: tuple[Use, ...] = ()
    """What runs by a digest that nobody tells, so that it may be this one."""
    unread: bool = False
    """Unknown only because an index was not read: what is used may belong to it."""

    @property
    def in_use(self) -> bool:
        """Whether deleting it would, or may soon, break something that was seen."""
        return bool(self.uses)

    @property
    def may_go(self) -> bool:
        """Whether everything was looked at and nothing was seen."""
        return self.standing is Standing.NOT_SEEN


class Judged(msgspec.Struct, frozen=True):
    """One use, with what it is of in the list of images."""

    use: Use
    digest: str = ""
    """Of the image it runs, or would start; '' where its tag names none."""
    image: Image | None = None
    """Its row; None where the list has none."""
    behind: bool = False
    """It runs by a digest that its tag has left."""
    now: str = ""
    """What the tag it was started by names by now; '' for nothing, or where no tag was said."""

    @property
    def gone(self) -> bool:
        """Whether the list has no such image: what starts it anew would fail."""
        return self.image is None and bool(self.use.image)


def split(image: str) -> tuple[str, str]:
    """The tag and the digest of a reference as it is written somewhere; each '' where it has none.

    With neither of them a container is started from `latest`, as docker has it.
    """
    if not image:
        return "", ""
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return (tag or ("" if digest else LATEST)), digest


def clusters(uses: Iterable[Use]) -> list[str]:
    """The places of uses, each once, in their order."""
    return list(dict.fromkeys(use.where for use in uses if use.where))
