"""The commands that only look, each with its own arguments; those that move are beside it."""

from __future__ import annotations

import argparse

from ecrtui.headless.declared_care import CARE
from ecrtui.headless.declared_credentials import CREDENTIALS
from ecrtui.headless.declared_moves import MOVES
from ecrtui.headless.declared_settings import SETTINGS
from ecrtui.headless.declared_time import TIME
from ecrtui.headless.parsing import (
    IN_ECR,
    Command,
    Parser,
    an_image,
    file,
    glob,
    seconds,
    share,
    size,
)


def _repository(parser: Parser) -> None:
    parser.add_argument("repository", metavar="REPO", help="name, URI or ARN of a repository")


def _layers(parser: Parser) -> None:
    an_image(parser)
    parser.add_argument(
        "--max-wasted", type=size, metavar="SIZE", help="exit with 1 when more is wasted: 50MB"
    )
    parser.add_argument(
        "--min-efficiency", type=share, metavar="SHARE", help="exit with 1 below this: 0.95"
    )
    whole(parser)


def _files(parser: Parser) -> None:
    an_image(parser)
    which = parser.add_mutually_exclusive_group()
    _path(which)
    which.add_argument("--cat", type=file, metavar="PATH", help="print one file's contents")
    whole(parser)
    _show_secrets(parser)


def _path(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--path", type=glob, default="", metavar="GLOB", help="only such paths: '/etc/*'"
    )


def whole(parser: Parser) -> None:
    """Whether tables of contents are trusted."""
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
    whole(parser)
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
    parser.add_argument("image", metavar="IMAGE", help=IN_ECR)
    parser.add_argument(
        "--timeout", type=seconds, default=0.0, metavar="SECONDS", help="give up then (never)"
    )
    parser.add_argument(
        "--interval", type=seconds, default=5.0, metavar="SECONDS", help="between two looks (5)"
    )


def _completion(parser: Parser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell to complete in")


def _cache(parser: Parser) -> None:
    parser.add_argument("action", choices=("show", "clear"), nargs="?", default="show")


COMMANDS = (
    Command("regions", "The registries at hand: accounts, regions, numbers of repositories."),
    Command("repos", "Repositories of a registry."),
    Command("images", "Images of a repository, one for each digest.", _repository),
    Command("inspect", "Everything about one image. Counts as a pull when first read.", an_image),
    Command("layers", "Layers of an image: sizes, commands, wasted space.", _layers),
    Command("files", "All files of an image, as a container would see them.", _files),
    Command("diff", "What changed from one image to another: config, layers, files.", _diff),
    Command("search", "Find a tag, a digest or a name in every registry at hand.", _search),
    Command("wait", "Wait until an image appears; never pulls.", _wait),
    *CARE,
    *TIME,
    *MOVES,
    *SETTINGS,
    *CREDENTIALS,
    Command("sandbox", "Serve a local ECR until interrupted."),
    Command("doctor", "What is here, what is missing, what that costs and how to mend it."),
    Command("keys", "The explorer's keys."),
    Command("completion", "Print a completion script for a shell.", _completion),
    Command("cache", "What is stored of manifests and configs; or forget it.", _cache),
)
BY_NAME = {command.name: command for command in COMMANDS}
