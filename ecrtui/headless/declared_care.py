"""The commands of triage and care: what is vulnerable, what runs, what may go, what it costs."""

from __future__ import annotations

from ecrtui.headless.parsing import IN_ECR, Command, Parser, age, count, seconds

SEVERITIES = ("critical", "high", "medium", "low", "informational", "any")
"""What a gate may be told; `any` also fails on what nobody judged."""


def _findings(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE", nargs="?", default="", help=IN_ECR)
    parser.add_argument(
        "--cve", default="", metavar="ID", help="only this one; without IMAGE: all images with it"
    )
    parser.add_argument(
        "--fail-on",
        choices=SEVERITIES,
        default="",
        metavar="SEVERITY",
        help=f"exit with 1 for such a finding or a worse one, and when not scanned:"
        f" {', '.join(SEVERITIES)}",
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="ID",
        help="does not count for --fail-on; repeatable",
    )
    parser.add_argument(
        "--only-fixed", action="store_true", help="only those with a fix count for --fail-on"
    )
    parser.add_argument(
        "--wait", type=seconds, default=0.0, metavar="SECONDS", help="so long for a scan to end"
    )
    parser.add_argument(
        "--scan",
        action="store_true",
        help="start a basic scan first, of each platform of an index, and follow it",
    )


def _usage(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE|REPO", help=f"{IN_ECR}; or a repository")
    parser.add_argument(
        "--pods",
        default="",
        metavar="FILE",
        help="what `kubectl get pods -A -o json` printed; - reads it from stdin",
    )
    parser.add_argument(
        "--cluster", default="", metavar="NAME", help="the EKS cluster that --pods is of"
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


def _roll(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE", help=IN_ECR)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--service", default="", metavar="CLUSTER/NAME", help="a service of ECS, or its ARN"
    )
    what.add_argument(
        "--function", default="", metavar="NAME", help="a function of Lambda, or its ARN"
    )
    parser.add_argument(
        "--container", default="", metavar="NAME", help="of the task; else that of this repository"
    )


LIFECYCLE_ACTIONS = ("show", "check", "preview", "put", "delete", "history")


def _lifecycle(parser: Parser) -> None:
    parser.add_argument("action", choices=LIFECYCLE_ACTIONS)
    parser.add_argument(
        "repository", metavar="REPO", nargs="?", default="", help="name, URI or ARN of a repository"
    )
    parser.add_argument(
        "--policy",
        default="",
        metavar="FILE",
        help="the policy meant, JSON; - for stdin; without it the repository's own",
    )
    parser.add_argument(
        "--text", action="store_true", help="show prints the policy as it is, to be edited"
    )
    parser.add_argument(
        "--local", action="store_true", help="simulate only: no preview is started at ECR"
    )
    parser.add_argument(
        "--fail-in-use",
        action="store_true",
        help="exit with 1, and put nothing, when it takes an image that is or may be in use",
    )


def _prune(parser: Parser) -> None:
    parser.add_argument("repository", metavar="REPO", help="name, URI or ARN of a repository")
    parser.add_argument("--untagged", action="store_true", help="images that have no tag")
    _several(parser, "--tags", "PATTERN", "images all of whose tags match: 'pr-*'; repeatable")
    _several(parser, "--keep", "PATTERN", "never those with such a tag: prod; repeatable")
    parser.add_argument("--older-than", type=age, metavar="AGE", help="pushed before: 90d, 2y")
    parser.add_argument(
        "--keep-newest",
        type=count,
        metavar="N",
        help="all but the N pushed last: of each pattern, else of tagged and untagged ones",
    )
    parser.add_argument("--never-pulled", action="store_true", help="nobody pulled them yet")
    parser.add_argument(
        "--not-pulled-for", type=age, metavar="AGE", help="neither pulled nor pushed since: 90d"
    )
    parser.add_argument("--archived", action="store_true", help="those in the archive")
    _several(parser, "--leave", "DIGEST|TAG", "this one stays; repeatable")
    parser.add_argument(
        "--archive", action="store_true", help="into the archive instead (90 days are charged)"
    )
    _going(parser)


def _delete(parser: Parser) -> None:
    parser.add_argument("images", metavar="IMAGE", nargs="+", help=f"{IN_ECR}, of one repository")
    parser.add_argument(
        "--untag", action="store_true", help="only the tags; the image stays while it has others"
    )
    parser.add_argument(
        "--repository", action="store_true", help="IMAGE is a repository, which is deleted if empty"
    )
    parser.add_argument(
        "--with-images",
        default="",
        metavar="NAME",
        help="its images too; say the repository's name again",
    )
    parser.set_defaults(archive=False)
    _going(parser)


def _going(parser: Parser) -> None:
    _several(
        parser, "--include", "DIGEST|TAG", "this one too, though in use or unknown; repeatable"
    )
    parser.add_argument(
        "--read-manifests",
        action="store_true",
        help="read indexes to know what they list: counts as a pull",
    )
    _several(
        parser, "--not-in", "PLACE", "no use in a place nobody could look into: Lambda; repeatable"
    )
    parser.add_argument(
        "--no-undo", action="store_true", help="keep no manifests: it cannot be put back then"
    )


def _several(parser: Parser, name: str, metavar: str, told: str) -> None:
    parser.add_argument(name, action="append", default=[], metavar=metavar, help=told)


def _cost(parser: Parser) -> None:
    parser.add_argument(
        "repository", metavar="REPO", nargs="?", default="", help="this one alone; else all"
    )
    parser.add_argument(
        "--keep-newest",
        type=count,
        default=10,
        metavar="N",
        help="so many tagged and untagged images are wanted (10)",
    )
    parser.add_argument(
        "--not-pulled-for",
        type=age,
        default=90 * 86400.0,
        metavar="AGE",
        help="without a pull or a push for so long nobody seems to want it (90d)",
    )
    _several(
        parser, "--not-in", "PLACE", "no use in a place nobody could look into: Lambda; repeatable"
    )
    parser.add_argument(
        "--savings", type=count, default=10, metavar="N", help="so many savings at most (10)"
    )


CARE: tuple[Command, ...] = (
    Command("findings", "What scanning found in an image, or which images have a CVE.", _findings),
    Command("usage", "Where an image, or a repository's images, run or are named.", _usage),
    Command("roll", "Make a service of ECS, or a function of Lambda, run an image.", _roll),
    Command("lifecycle", "A repository's lifecycle policy, and whom it takes.", _lifecycle),
    Command("prune", "Delete images by rules: nothing in use, all that belongs to them.", _prune),
    Command("delete", "Delete images with what belongs to them, tags, or a repository.", _delete),
    Command("cost", "What storage costs, how it grew, and the largest savings.", _cost),
)
"""In the order of `--help`."""
