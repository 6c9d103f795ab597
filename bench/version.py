"""Asking for the version: what every start costs at least."""

from __future__ import annotations

import os
from collections.abc import Callable

from bench.figures import Figure, against, interleaved, require
from bench.programs import NO_AWS, aws, ecrtui, seconds
from bench.scale import Scale


def run(scale: Scale) -> list[Figure]:
    """`ecrtui --version` beside `aws --version`."""
    contenders = {"ours": lambda: seconds(ecrtui("--version"), os.environ, _is("ecrtui "))}
    if (theirs := aws("--version")) is not None:
        contenders["aws"] = lambda: seconds(theirs, os.environ, _is("aws-cli/"))
    took = interleaved(contenders, scale.rounds)
    peer = "aws --version" if "aws" in took else NO_AWS
    return [against("`ecrtui --version`", took["ours"], peer, took.get("aws"), most=0.25)]


def _is(start: str) -> Callable[[bytes], None]:
    return lambda out: require(out.decode().startswith(start), f"this is no version: {out!r}")
