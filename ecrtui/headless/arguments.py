"""What may stand on the command line: options, commands, and how they are read.

Common options are read first, wherever they stand; so they work before and after the command.
"""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable, Sequence
from typing import NoReturn

from ecrtui import __version__
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
    """A command's name, its one line of help, and the arguments that are its own."""

    def __init__(
        self, name: str, summary: str, arguments: Callable[[Parser], None] | None = None
    ) -> None:
        self.name = name
        self.help = summary
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


def _repository(parser: Parser) -> None:
    parser.add_argument("repository", metavar="REPO", help="name, URI or ARN of a repository")


def _image(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE", help=f"{_IN_ECR}, or {_OUTSIDE}")


_IN_ECR = "repo:tag, repo@sha256:..., a full URI"
_OUTSIDE = (
    "docker://HOST/name:tag, docker-daemon:name:tag, oci:DIR[:ref], oci-archive:FILE[:ref],"
    " docker-archive:FILE[:ref]"
)


def _layers(parser: Parser) -> None:
    _image(parser)
    parser.add_argument(
        "--max-wasted", type=_size, metavar="SIZE", help="exit with 1 when more is wasted: 50MB"
    )
    parser.add_argument(
        "--min-efficiency", type=_share, metavar="SHARE", help="exit with 1 below this: 0.95"
    )
    _whole(parser)


def _files(parser: Parser) -> None:
    _image(parser)
    which = parser.add_mutually_exclusive_group()
    _path(which)
    which.add_argument("--cat", type=_file, metavar="PATH", help="print one file's contents")
    _whole(parser)
    _show_secrets(parser)


def _path(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--path", type=_glob, default="", metavar="GLOB", help="only such paths: '/etc/*'"
    )


def _whole(parser: Parser) -> None:
    parser.add_argument(
        "--whole", action="store_true", help="trust no layer's table of contents, read every byte"
    )


def _show_secrets(parser: Parser) -> None:
    parser.add_argument(
        "--show-secrets", action="store_true", help="do not mask what looks secret in contents"
    )


def _diff(parser: Parser) -> None:
    parser.add_argument("before", metavar="FROM", help="an image, as for inspect")
    parser.add_argument("after", metavar="TO", help="the image to compare it with")
    parser.add_argument(
        "--exit-code", action="store_true", help="exit with 1 when anything differs"
    )
    parser.add_argument(
        "--level",
        choices=("config", "layers", "files", "contents"),
        default="files",
        help="how deep to look, the cheapest first (files)",
    )
    _path(parser)
    parser.add_argument(
        "--deep", action="store_true", help="read shared layers too until nothing is unsure"
    )
    parser.add_argument("--mtime", action="store_true", help="times of files count too")
    _whole(parser)
    _show_secrets(parser)
    parser.add_argument(
        "--all-platforms", action="store_true", help="each platform that either index has"
    )
    for side in ("from", "to"):
        parser.add_argument(
            f"--{side}-platform", default="", metavar="OS/ARCH", help=f"of {side.upper()} alone"
        )


def _search(parser: Parser) -> None:
    parser.add_argument("text", metavar="TEXT", help="part of a name or tag, or a digest's start")


def _wait(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE", help=_IN_ECR)
    parser.add_argument(
        "--timeout", type=_seconds, default=0.0, metavar="SECONDS", help="give up then (never)"
    )
    parser.add_argument(
        "--interval", type=_seconds, default=5.0, metavar="SECONDS", help="between two looks (5)"
    )


def _completion(parser: Parser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell to complete in")


def _cache(parser: Parser) -> None:
    parser.add_argument("action", choices=("show", "clear"), nargs="?", default="show")


def _size(text: str) -> float:
    from ecrtui.model.quantities import parse_size

    size = parse_size(text)
    if size is None:
        raise argparse.ArgumentTypeError(f"{text} is no size: write 500kB or 1.5GB")
    return size


def _file(text: str) -> str:
    """A path as it is; none is refused, since it would list all files."""
    if not text:
        raise argparse.ArgumentTypeError("name a file: /etc/os-release")
    return text


def _glob(text: str) -> str:
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


def _share(text: str) -> float:
    share = _number(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} does not lie between 0 and 1")
    return share


def _seconds(text: str) -> float:
    seconds = _number(text)
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds")
    return seconds


COMMANDS = (
    Command("regions", "The registries at hand: accounts, regions, numbers of repositories."),
    Command("repos", "Repositories of a registry."),
    Command("images", "Images of a repository, one for each digest.", _repository),
    Command("inspect", "Everything about one image. Counts as a pull when first read.", _image),
    Command("layers", "Layers of an image: sizes, commands, wasted space.", _layers),
    Command("files", "All files of an image, as a container would see them.", _files),
    Command("diff", "What changed from one image to another: config, layers, files.", _diff),
    Command("search", "Find a tag, a digest or a name in every registry at hand.", _search),
    Command("wait", "Wait until an image appears; never pulls.", _wait),
    Command("sandbox", "Serve a local ECR until interrupted."),
    Command("doctor", "What is here, what is missing, what that costs and how to mend it."),
    Command("keys", "The explorer's keys."),
    Command("completion", "Print a completion script for a shell.", _completion),
    Command("cache", "What is stored of manifests and configs; or forget it.", _cache),
)
BY_NAME = {command.name: command for command in COMMANDS}


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
    rest += after
    named = next((word for word in rest if not word.startswith("-")), None)
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
    _whole(parser)
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
