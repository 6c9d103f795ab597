"""From starting the explorer to its first whole frame in a terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from bench.explore import SIZE
from bench.figures import Figure, against, interleaved
from bench.programs import NO_AWS, aws, ecrtui, peer, seconds
from bench.scale import Scale
from bench.watch import Watched
from bench.world import world
from tests.terminal.explorer import shows
from tests.terminal.program import Seen

_FRAME = shows("┌ Accounts and regions", "└", "ctrl+p")
"""The list's frame and the keys below it."""


def run(scale: Scale) -> list[Figure]:
    """The explorer beside the smallest Textual app, and beside `aws --version`."""
    with world("scale:1,1") as environment:
        contenders = {
            "ours": lambda: _first(ecrtui(), environment, _FRAME),
            "Textual": lambda: _first(peer("smallest_app"), environment, shows("it is there")),
        }
        if (theirs := aws("--version")) is not None:
            contenders["aws"] = lambda: seconds(theirs, os.environ, lambda _: None)
        took = interleaved(contenders, scale.rounds)
    ours, what = took["ours"], "first frame of the explorer"
    name = "aws --version" if "aws" in took else NO_AWS
    return [
        against(what, ours, "the smallest Textual app", took["Textual"], most=1.25),
        against(what, ours, name, took.get("aws"), most=0.7),
    ]


def _first(command: Sequence[str], environment: Mapping[str, str], frame: Seen) -> float:
    with Watched(command, environment, size=SIZE) as program:
        return program.wait(frame, "its first frame") - program.started
