"""The commands about the registry itself: its settings, its backfills."""

from __future__ import annotations

from ecrtui.headless.parsing import Command, Parser, share


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
    _besides(parser)


def _besides(parser: Parser) -> None:
    """What is done beside showing and setting."""
    parser.add_argument(
        "--create",
        action="store_true",
        help="make the repository WHAT; --set takes mutability, encryption, scan-on-push, tags",
    )
    parser.add_argument(
        "--exclude-me",
        action="store_true",
        help="leave the pulls of your own role unrecorded: to look at manifests is one too",
    )
    parser.add_argument(
        "--check-caches",
        action="store_true",
        help="have ECR sign in by each pull-through cache rule; exit with 1 when one fails",
    )
    parser.add_argument(
        "--quotas",
        action="store_true",
        help="what may be had and what is used; images are counted, which is no pull",
    )
    parser.add_argument(
        "--max-used",
        type=share,
        metavar="SHARE",
        help="the quotas, and exit with 1 when more of one is used: 0.8",
    )


def _backfill(parser: Parser) -> None:
    parser.add_argument(
        "action", choices=("list", "start", "stop", "results"), nargs="?", default="list"
    )
    parser.add_argument(
        "which",
        metavar="REGION|ID",
        nargs="?",
        default="",
        help="start: the region to copy to; stop and results: of which backfill",
    )
    parser.add_argument(
        "--account", default="", metavar="ID", help="start: the account to copy to (your own)"
    )
    parser.add_argument(
        "--failed", action="store_true", help="results: only images that were not copied"
    )


SETTINGS: tuple[Command, ...] = (
    Command("settings", "What is set of a registry or a repository; and changing it.", _settings),
    Command(
        "backfill", "Copy what was there before the replication rules; follow, stop.", _backfill
    ),
)
"""In the order of `--help`."""
