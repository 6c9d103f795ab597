"""The commands that tell what was before, and why an image cannot be pulled."""

from __future__ import annotations

from ecrtui.headless.parsing import IN_ECR, Command, Parser


def _history(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE|REPO", help=f"{IN_ECR}; or a repository")
    parser.add_argument(
        "--no-trail", action="store_true", help="do not ask CloudTrail, which is slow"
    )


def _why(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE", nargs="?", default="", help=IN_ECR)
    parser.add_argument(
        "--from",
        dest="callers",
        action="append",
        default=[],
        metavar="WHO",
        help="who pulls: an account, or the ARN of a role; repeatable (the roles of its ECS tasks)",
    )
    parser.add_argument(
        "--no-read",
        action="store_true",
        help="do not read a manifest that was not read before: reading counts as a pull",
    )
    parser.add_argument(
        "--event",
        default="",
        metavar="TEXT",
        help="explain what ECS, a runtime or kubectl said; - reads it from stdin",
    )


TIME: tuple[Command, ...] = (
    Command(
        "history", "What a tag named before and who moved it; a repository's pushes.", _history
    ),
    Command("why", "Why a task cannot pull an image: each check, and what to do.", _why),
)
"""In the order of `--help`."""
