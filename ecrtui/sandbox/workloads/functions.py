"""What Lambda has: functions whose code is an image, with the versions that were published."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Code:
    """A function's code: an image as it was given, what Lambda made of it then, and when.

    Both are '' for a function whose code is a zip.
    """

    image: str
    digest: str
    modified: float


@dataclass
class Function:
    """A function; `code` is that of $LATEST, `versions` the published ones by number."""

    name: str
    arn: str
    code: Code
    role: str
    architecture: str = "x86_64"
    update_status: str = "Successful"
    revision: str = ""
    versions: dict[str, Code] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    """The version that each leads to."""
    tags: dict[str, str] = field(default_factory=dict)
