"""The arguments of `ecrtui run`: named as docker's, so that fingers find them."""

from __future__ import annotations

from ecrtui.headless.parsing import Command, Parser, an_image

_VALUES = (
    ("--name", "NAME", "the container's name"),
    ("--network", "NAME", "one of the engine's networks, host, or none"),
    ("--user", "NAME[:GROUP]", "run as this user"),
    ("--workdir", "PATH", "start in this folder"),
    ("--memory", "SIZE", "no more memory than this: 512m"),
    ("--entrypoint", "PROGRAM", "instead of the image's own"),
)
_LISTS = (
    ("-e", "--env", "K[=V]", "a variable; K alone has the value it has here"),
    ("", "--env-file", "FILE", "variables, a line each"),
    ("-p", "--publish", "[[IP:]PORT:]PORT", "a port of the container, reached from outside"),
    ("-v", "--volume", "SRC:DST[:ro]", "a folder or a volume"),
)
_SWITCHES = (
    ("-d", "--detach", "go on in the background, print the container's id"),
    ("-i", "--interactive", "give it this terminal (with -t, by the docker or podman command)"),
    ("-t", "--tty", "the same"),
    ("", "--rm", "remove the container when it has ended"),
    ("", "--read-only-root", "its file system cannot be written (docker's --read-only)"),
    ("", "--aws-credentials", "lend it the credentials of the profile; nothing else does"),
)


def _arguments(parser: Parser) -> None:
    an_image(parser)
    for short, long, metavar, text in _LISTS:
        names = [short, long] if short else [long]
        parser.add_argument(*names, action="append", default=[], metavar=metavar, help=text)
    for name, metavar, text in _VALUES:
        parser.add_argument(name, default="", metavar=metavar, help=text)
    for short, long, text in _SWITCHES:
        names = [short, long] if short else [long]
        parser.add_argument(*names, action="store_true", help=text)


RUN = Command(
    "run",
    "Run an image; after -- the command and its arguments. Exits as the container does.",
    _arguments,
    passes_on=True,
)
