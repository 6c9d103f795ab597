"""The commands that tell what was before, and why an image cannot be pulled."""

from __future__ import annotations

from ecrtui.headless.parsing import IN_ECR, Command, Parser


def _history(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE|REPO", help=f"{IN_ECR}; or a repository")
    parser.add_argument(
        "--no-trail", action="store_true", help="do not ask CloudTrail, which is slow"
    )


TIME: tuple[Command, ...] = (
    Command(
        "history", "What a tag named before and who moved it; a repository's pushes.", _history
    ),
)
"""In the order of `--help`."""
