"""What may stand on the command line: options, commands, and how they are read.

Common options are read first, wherever they stand; so they work before and after the command.
"""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence

from ecrtui import __version__
from ecrtui.errors import UsageError
from ecrtui.headless.declared import BY_NAME, COMMANDS, whole
from ecrtui.headless.parsing import EXPLORE, PROGRAM, Parser


def common_parser(*, add_help: bool = False) -> Parser:
    """The options that go with every command."""
    parser = Parser(prog=PROGRAM, add_help=add_help, allow_abbrev=False)
    places = parser.add_argument_group("where to look")
    places.add_argument(
        "--profile", action="append", default=[], metavar="NAME", help="AWS profile; repeatable"
    )
    places.add_argument(
        "--region", action="append", default=[], metavar="NAME", help="AWS region; repeatable"
    )
    places.add_argument("--all-regions", action="store_true", help="every enabled region")
    places.add_argument("--endpoint-url", default="", metavar="URL", help="instead of AWS's own")
    places.add_argument(
        "--platform", default="", metavar="OS/ARCH", help="of a multi-platform image"
    )
    places.add_argument(
        "--demo", action="store_true", help="a local ECR for this run; nothing of yours is touched"
    )
    output = parser.add_argument_group("what to print")
    formats = output.add_mutually_exclusive_group()
    for name, text in _FORMATS:
        formats.add_argument(
            f"--{name}", action="store_const", const=name, dest="format", help=text
        )
    how = parser.add_argument_group("how")
    for name, text in _SWITCHES:
        how.add_argument(f"--{name}", action="store_true", help=text)
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    return parser


_FORMATS = (
    ("json", "one JSON document"),
    ("jsonl", "one JSON element a line, as pages arrive"),
    ("plain", "tab-separated lines, the default when stdout is no terminal"),
    ("markdown", "a Markdown table"),
)
_SWITCHES = (
    ("read-only", "refuse whatever would change a registry or an account"),
    ("yes", "confirm every change; needed where nobody can be asked"),
    ("dry-run", "say what would be done and do nothing"),
    ("no-cache", "neither read nor write the stored manifests"),
    ("debug", "write a log without secrets and say where"),
)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options, `command` and its arguments; raises UsageError, or exits for --help."""
    words, after = _split(list(arguments))
    options, rest = common_parser().parse_known_args(words)
    named = next((word for word in [*rest, *after] if not word.startswith("-")), None)
    if named in BY_NAME and BY_NAME[named].passes_on:
        options.arguments = after[1:]
    else:
        rest += after
    if named in BY_NAME and rest[0] == named:
        options.command = named
        if named == "sandbox":  # its options are its own: the sandbox knows none of our rooms
            options.rest = rest[1:]
            return options
        return BY_NAME[named].parser().parse_args(rest[1:], options)
    options.command = EXPLORE
    if named is not None and not looks_like_image(named):
        raise unknown_command(named)
    return main_parser().parse_args(rest, options)


def main_parser() -> Parser:
    """The parser of `ecrtui [IMAGE]`, whose help is that of the whole program."""
    parser = Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [options] [IMAGE]\n       {PROGRAM} [options] COMMAND ...",
        description="The terminal explorer for Amazon ECR.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common_parser()],
        epilog="commands:\n" + "\n".join(f"  {c.name:<12}{c.help}" for c in COMMANDS),
        allow_abbrev=False,
    )
    parser.add_argument("image", metavar="IMAGE", nargs="?", default="", help="open it at once")
    whole(parser)
    return parser


def looks_like_image(word: str) -> bool:
    """Whether a word is meant as an IMAGE: a bare name could be a mistyped command as well."""
    return any(mark in word for mark in "/:@")


def unknown_command(word: str) -> UsageError:
    """The error for a word that is neither a command nor an image."""
    near = difflib.get_close_matches(word, BY_NAME, n=1)
    if near:
        hint = f"Did you mean {PROGRAM} {near[0]}?"
    else:
        hint = f"For a repository of that name: {PROGRAM} images {word}"
    return UsageError(word, title="No such command", hint=hint)


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What stands before `--`, and the rest with it: common options are not read there."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at:]
