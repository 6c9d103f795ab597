"""The commands of triage and care: what is used, and how it is looked after."""

from __future__ import annotations

from ecrtui.headless.parsing import IN_ECR, Command, Parser


def _usage(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE|REPO", help=f"{IN_ECR}; or a repository")
    parser.add_argument(
        "--pods",
        default="",
        metavar="FILE",
        help="what `kubectl get pods -A -o json` printed; - reads it from stdin",
    )
    parser.add_argument(
        "--kubectl", action="store_true", help="ask the cluster of kubectl's current context too"
    )
    parser.add_argument(
        "--unused",
        action="store_true",
        help="exit with 1 unless nothing uses it and all could be looked at",
    )
    parser.add_argument(
        "--behind", action="store_true", help="exit with 1 when something runs behind its tag"
    )


CARE: tuple[Command, ...] = (
    Command("usage", "Where an image, or a repository's images, run or are named.", _usage),
)
"""In the order of `--help`."""
