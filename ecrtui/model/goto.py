"""The go-to line (`:`): one line that leads anywhere, parsed without asking anybody.

registries  credentials  bookmarks  help  quit  -  places with a name, and back
region eu-west-1     profile work                 the same place elsewhere
repo team/api        settings team/api            a repository, its settings
settings                                          the registry's settings
prune team/api                                    what may go from it, by rules
team/api:v1  HOST/team/api@sha256:...             an image
9f31c2  sha256:9f31c2                             a digest by its first digits, at least four
cve-2026-1234  ghsa-...                           the images that have it
anything else                                     a search
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

import msgspec

from ecrtui.errors import InvalidReference, UsageError
from ecrtui.model.finding import called
from ecrtui.model.reference import Reference, Transport, parse

_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{4,64})", re.IGNORECASE)
_CVE = re.compile(r"cve-\d{4}-\d{4,}|ghsa(-[0-9a-z]{4}){3}", re.IGNORECASE)
_HALF = re.compile(r"cve-\d*(-\d*)?", re.IGNORECASE)


class Destination(str, Enum):
    """Where a line leads."""

    REGISTRIES = "registries"
    CREDENTIALS = "credentials"
    BOOKMARKS = "bookmarks"
    HELP = "help"
    QUIT = "quit"
    BACK = "back"
    REGION = "region"
    PROFILE = "profile"
    REPOSITORY = "repo"
    SETTINGS = "settings"
    PRUNE = "prune"
    IMAGE = "image"
    DIGEST = "digest"
    SEARCH = "search"
    AFFECTED = "affected"
    """The images that have a vulnerability."""


class GoTo(msgspec.Struct, frozen=True):
    """A parsed line: where to, and with what."""

    destination: Destination
    argument: str = ""
    """The region, profile, repository, digest prefix or search text."""
    reference: Reference | None = None
    """The image or repository, when that is where the line leads."""


_PLAIN = {
    "registries": Destination.REGISTRIES,
    "accounts": Destination.REGISTRIES,
    "credentials": Destination.CREDENTIALS,
    "bookmarks": Destination.BOOKMARKS,
    "help": Destination.HELP,
    "?": Destination.HELP,
    "quit": Destination.QUIT,
    "q": Destination.QUIT,
    "-": Destination.BACK,
    "back": Destination.BACK,
}
_WITH_ARGUMENT = {
    "region": Destination.REGION,
    "profile": Destination.PROFILE,
    "repo": Destination.REPOSITORY,
    "settings": Destination.SETTINGS,
    "prune": Destination.PRUNE,
    "search": Destination.SEARCH,
}
WORDS = tuple(sorted({*_PLAIN, *_WITH_ARGUMENT} - {"?", "q", "accounts", "back", "-"}))
"""The words to complete."""


def parse_goto(line: str) -> GoTo:
    """Where a line leads; raises UsageError when it is empty, half, or not understood yet."""
    text = line.strip().removeprefix(":").strip()
    if not text:
        raise UsageError(
            "an empty line",
            title="Nowhere to go",
            hint="Type a repository, repo:tag, a digest, or a word such as registries.",
        )
    if text.lower() in _PLAIN:
        return GoTo(_PLAIN[text.lower()])
    word, _, rest = text.partition(" ")
    destination = _WITH_ARGUMENT.get(word.lower())
    if destination is not None:
        return _with_argument(destination, word, rest.strip())
    digest = _DIGEST.fullmatch(text)
    if digest:  # `cafe` may be a name too: whoever looks for a digest looks at names as well
        return GoTo(Destination.DIGEST, digest[1].lower())
    if _CVE.fullmatch(text):
        return GoTo(Destination.AFFECTED, called(text))
    _refuse(text, word.lower(), rest)
    return _image_or_search(text)


def _refuse(text: str, word: str, rest: str) -> None:
    """Raise UsageError for what is neither an image nor a text one would search for."""
    if _HALF.fullmatch(text):
        raise UsageError(text, title="Not a CVE", hint="Write all of it: CVE-2026-1234.")
    if word == "diff" and rest:  # searching for it would be a wrong answer
        raise UsageError(
            text, title="No place", hint="Stand on an image: d compares it, v with what you name."
        )
    if text.lower().startswith("sha256:"):
        raise UsageError(
            text, title="Not a digest", hint="Write at least 4 hexadecimal digits of it."
        )


def _with_argument(destination: Destination, word: str, rest: str) -> GoTo:
    if not rest and destination is Destination.SETTINGS:
        return GoTo(destination)  # the registry's own
    if not rest:
        raise UsageError(word, title=f"{word} of what?", hint=f"Write {word} NAME.")
    if destination in _OF_REPOSITORY:
        return GoTo(destination, rest, parse(rest))
    return GoTo(destination, rest)


_OF_REPOSITORY = (Destination.REPOSITORY, Destination.SETTINGS, Destination.PRUNE)


def _image_or_search(text: str) -> GoTo:
    try:
        reference = parse(text)
    except InvalidReference:
        return GoTo(Destination.SEARCH, text)
    if reference.tag or reference.digest or reference.transport not in _IN_ECR:
        return GoTo(Destination.IMAGE, text, reference)
    if reference.host or "/" in text:
        return GoTo(Destination.REPOSITORY, reference.name, reference)
    return GoTo(Destination.SEARCH, text)


_IN_ECR = (Transport.ECR, Transport.PUBLIC)


def completions(line: str, names: Iterable[str], *, most: int = 50) -> list[str]:
    """Whole lines that begin as this one does: words first, then known names, in their order."""
    typed = line.lstrip().removeprefix(":")
    word, space, rest = typed.partition(" ")
    if space and word.lower() in _WITH_ARGUMENT:
        return [f"{word} {name}" for name in names if name.startswith(rest) and name != rest][:most]
    if not typed:
        return []
    found = [known for known in WORDS if known.startswith(typed)]
    found += [name for name in names if name.startswith(typed)]
    return [line for line in dict.fromkeys(found) if line != typed][:most]
