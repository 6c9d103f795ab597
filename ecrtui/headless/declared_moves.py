"""The commands that move images or change a registry, each with its own arguments."""

from __future__ import annotations

from ecrtui.headless.declared_run import RUN
from ecrtui.headless.parsing import Command, Parser, an_image


def _pull(parser: Parser) -> None:
    an_image(parser)
    parser.add_argument(
        "--load", action="store_true", help="ecrtui reads the image and hands it to the engine"
    )
    parser.add_argument(
        "--as", dest="name", default="", metavar="NAME", help="what to call it in the engine"
    )


MOVES: tuple[Command, ...] = (
    Command("pull", "Bring an image to the engine, Docker or Podman.", _pull),
    RUN,
)
"""In the order of `--help`."""
