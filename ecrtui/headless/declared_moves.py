"""The commands that move images or change a registry, each with its own arguments."""

from __future__ import annotations

from ecrtui.headless.declared_run import RUN
from ecrtui.headless.parsing import IN_ECR, OUTSIDE, Command, Parser, an_image

_ANYWHERE = f"{IN_ECR}, or {OUTSIDE}"


def _pull(parser: Parser) -> None:
    an_image(parser)
    parser.add_argument(
        "--load", action="store_true", help="ecrtui reads the image and hands it to the engine"
    )
    parser.add_argument(
        "--as", dest="name", default="", metavar="NAME", help="what to call it in the engine"
    )


def _copy(parser: Parser) -> None:
    parser.add_argument("source", metavar="FROM", help=_ANYWHERE)
    parser.add_argument("target", metavar="TO", help="likewise; without a tag it gets that of FROM")
    _platforms(parser)
    _with_it(parser)
    _create(parser)
    _replace(parser)


def _push(parser: Parser) -> None:
    parser.add_argument(
        "source", metavar="LOCAL", help="an image of the engine: app:v1; or as for copy"
    )
    parser.add_argument("target", metavar="IMAGE", help=f"{IN_ECR}, docker://HOST/name:tag")
    parser.set_defaults(referrers=False, replace=False)
    _platforms(parser)
    _create(parser)


def _export(parser: Parser) -> None:
    parser.add_argument("source", metavar="IMAGE", help=_ANYWHERE)
    parser.add_argument(
        "target",
        metavar="FILE",
        help="a file that docker load takes, of one platform; oci:DIR[:ref] or"
        " oci-archive:FILE[:ref] for all of it",
    )
    parser.set_defaults(create=False)
    _platforms(parser)
    _with_it(parser)
    _replace(parser)


def _import(parser: Parser) -> None:
    parser.add_argument(
        "source", metavar="FILE", help="what export or docker save wrote, oci:DIR[:ref] ..."
    )
    parser.add_argument("target", metavar="IMAGE", help=f"{IN_ECR}, docker://HOST/name:tag")
    parser.set_defaults(replace=False)
    _platforms(parser)
    _with_it(parser)
    _create(parser)


def _platforms(parser: Parser) -> None:
    parser.add_argument(
        "--platforms",
        default="",
        metavar="OS/ARCH,...",
        help="some of an index, as a new index with a digest of its own; --platform is one image",
    )


def _with_it(parser: Parser) -> None:
    parser.add_argument(
        "--referrers", action="store_true", help="signatures, SBOMs and attestations go along"
    )


def _create(parser: Parser) -> None:
    parser.add_argument(
        "--create", action="store_true", help="make the repository where there is none"
    )


def _replace(parser: Parser) -> None:
    parser.add_argument(
        "--replace", action="store_true", help="write over an archive that is there"
    )


def _tag(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE", help=f"{IN_ECR}, docker://HOST/name:tag")
    parser.add_argument(
        "tags", metavar="TAG", nargs="+", help="what it is called too: v2, without the repository"
    )


def _stored(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE", help=IN_ECR)


def _journal(parser: Parser) -> None:
    parser.add_argument("action", nargs="?", choices=("list", "undo"), default="list")
    parser.add_argument("id", metavar="ID", nargs="?", default="", help="of the change to undo")


MOVES: tuple[Command, ...] = (
    Command("pull", "Bring an image to the engine, Docker or Podman.", _pull),
    RUN,
    Command("push", "Bring an image of the local engine to a registry.", _push),
    Command("copy", "Copy an image from anywhere to anywhere, without an engine.", _copy),
    Command("export", "Write an image to a file or an OCI layout.", _export),
    Command("import", "Bring an image from a file or an OCI layout to a registry.", _import),
    Command("tag", "Give an image in a registry more tags, or move tags to it.", _tag),
    Command("restore", "Bring an archived image back, and wait until it can be pulled.", _stored),
    Command("archive", "Move an image to the archive, where it cannot be pulled.", _stored),
    Command("journal", "What was changed in registries from here; undo takes it back.", _journal),
)
"""In the order of `--help`."""
