"""`ecrtui sandbox`: serve a world until interrupted, and say on one line where it is."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from ecrtui.errors import UsageError
from ecrtui.sandbox.faults import Faults
from ecrtui.sandbox.seed import make_world
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.world import World


def run(argv: list[str]) -> int:
    """Parse `ecrtui sandbox`'s options, print the JSON line and serve; the exit code.

    Ends at SIGINT, SIGTERM or, with --with-parent, when stdin closes, which it does when the
    process that started this one ends in whatever way.
    """
    options = _parser().parse_args(argv)
    world = _world(options.seed)
    if options.session_seconds is not None:
        world.shorten_sessions(options.session_seconds)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    sandbox = Sandbox(
        world,
        host=options.host,
        port=options.port,
        faults=_faults(options.faults),
        latency=options.latency / 1000,
    )
    try:
        sandbox.start()
    except OSError as error:
        raise UsageError(str(error), title=f"Cannot listen on {options.host}") from error
    try:
        print(sandbox.announcement(), flush=True)
        if options.with_parent:
            threading.Thread(target=_watch_parent, args=(stopped,), daemon=True).start()
        stopped.wait()
    finally:
        sandbox.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ecrtui sandbox",
        description="Serve a local ECR until interrupted; prints one JSON line about it.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        "--port", type=int, default=0, help="port of the control plane; 0 takes a free one"
    )
    parser.add_argument("--seed", default="demo", help="demo, empty or scale:REPOS,IMAGES")
    parser.add_argument(
        "--latency", type=float, default=0.0, metavar="MS", help="wait before every answer"
    )
    parser.add_argument(
        "--session-seconds",
        type=float,
        metavar="S",
        help="end sessions, tokens and their keys so soon; keys of users do not end",
    )
    parser.add_argument("--faults", type=Path, metavar="FILE", help="fault rules, see the docs")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    return parser


def _world(seed: str) -> World:
    try:
        return make_world(seed)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _faults(file: Path | None) -> Faults:
    try:
        return Faults(file=file)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(str(error), title="The faults file cannot be used") from error


def _watch_parent(stopped: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stopped.set()
