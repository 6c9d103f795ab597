"""The commands about the registry itself: its settings, its backfills."""

from __future__ import annotations

from ecrtui.headless.parsing import Command, Parser


def _settings(parser: Parser) -> None:
    parser.add_argument(
        "what",
        metavar="WHAT",
        nargs="?",
        default="",
        help="a repository, an image, or public for the public registry; none is the registry",
    )
    parser.add_argument("--get", default="", metavar="NAME", help="print one value, as JSON")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set it: a word, JSON, @FILE, - for stdin; NAME.ITEM=VALUE for one tag or rule",
    )
    parser.add_argument(
        "--unset", action="append", default=[], metavar="NAME", help="remove it, or NAME.ITEM"
    )


SETTINGS: tuple[Command, ...] = (
    Command("settings", "What is set of a registry or a repository; and changing it.", _settings),
)
"""In the order of `--help`."""
