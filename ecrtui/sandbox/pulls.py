"""What counts as a pull, and whose pulls are not recorded."""

from __future__ import annotations

import re

from ecrtui.sandbox.registry import Registry
from ecrtui.sandbox.shelf import Image

_SESSION = re.compile(r"arn:(aws[\w-]*):sts::(\d{12}):assumed-role/(.+)/[^/]+")


def record_pull(registry: Registry, image: Image, principal: str, now: float) -> None:
    """Move the image's pull time, unless the principal is excluded from recording.

    ECR refreshes it "at least once every 24 hours"; this one does so at every pull, which that
    allows and which lets a test see it.
    """
    if principal_of(principal) not in registry.settings.exclusions:
        image.last_pull = now


def principal_of(arn: str) -> str:
    """The user's or role's ARN behind a caller's: a session's is its role's."""
    session = _SESSION.fullmatch(arn)
    if session is None:
        return arn
    return f"arn:{session[1]}:iam::{session[2]}:role/{session[3]}"
