"""What a command line is made of: parsers, commands, and the kinds of values."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NoReturn

from ecrtui.errors import UsageError

PROGRAM = "ecrtui"
EXPLORE = "explore"
"""The command meant when none is named."""


class Parser(argparse.ArgumentParser):
    """argparse whose mistakes are our errors, so that all narration looks alike."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError instead of exiting."""
        hint = "" if self.prog == PROGRAM else f"{self.prog} --help lists what it takes."
        raise UsageError(message, title="Wrong usage", hint=hint or f"Try {PROGRAM} --help.")


class Command:
    """A command's name, its one line of help, and the arguments that are its own.

    With `passes_on` what stands after `--` is somebody else's: `arguments` of the options.
    """

    def __init__(
        self,
        name: str,
        summary: str,
        arguments: Callable[[Parser], None] | None = None,
        *,
        passes_on: bool = False,
    ) -> None:
        self.name = name
        self.help = summary
        self.passes_on = passes_on
        self._arguments = arguments

    def parser(self) -> Parser:
        """A parser of this command's own arguments."""
        parser = Parser(
            prog=f"{PROGRAM} {self.name}", description=self.help, allow_abbrev=False, epilog=EPILOG
        )
        if self._arguments is not None:
            self._arguments(parser)
        return parser


EPILOG = f"Common options work here too: {PROGRAM} --help lists them."


def size(text: str) -> float:
    """Bytes of `500kB` or `1.5GB`."""
    from ecrtui.model.quantities import parse_size

    found = parse_size(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text} is no size: write 500kB or 1.5GB")
    return found


def file(text: str) -> str:
    """A path as it is; none is refused, since it would list all files."""
    if not text:
        raise argparse.ArgumentTypeError("name a file: /etc/os-release")
    return text


def glob(text: str) -> str:
    """A glob as it is; one that no path can match is refused, since nothing found misleads."""
    if text and text[0] not in "/*?[":
        raise argparse.ArgumentTypeError(f"paths begin with /: write '/{text}' or '*/{text}'")
    return text


def _number(text: str) -> float:
    """Not a number for what is none, so that no comparison with it holds."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def share(text: str) -> float:
    """A number from 0 to 1."""
    found = _number(text)
    if not 0 <= found <= 1:
        raise argparse.ArgumentTypeError(f"{text} does not lie between 0 and 1")
    return found


def seconds(text: str) -> float:
    """A number of seconds."""
    found = _number(text)
    if not 0 <= found < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds")
    return found


def lifetime(text: str) -> int:
    """Whole seconds of `8h` or `30m`."""
    from ecrtui.model.quantities import parse_duration

    found = parse_duration(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text} is no time: write 8h or 30m")
    return int(found)


def age(text: str) -> float:
    """Seconds of `90d` or `2y`."""
    from ecrtui.model.quantities import parse_duration

    found = parse_duration(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text} is no age: write 90d, 12h or 2y")
    return found


def count(text: str) -> int:
    """A whole number, none of them below zero."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no whole number: write 10")
    return int(text)


IN_ECR = "repo:tag, repo@sha256:..., a full URI, ecs://CLUSTER/SERVICE, lambda://NAME"
OUTSIDE = (
    "docker://HOST/name:tag, docker-daemon:name:tag, oci:DIR[:ref], oci-archive:FILE[:ref],"
    " docker-archive:FILE[:ref]"
)


def an_image(parser: Parser) -> None:
    """IMAGE, wherever it is."""
    parser.add_argument("image", metavar="IMAGE", help=f"{IN_ECR}, or {OUTSIDE}")
