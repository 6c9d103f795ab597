"""Two images compared that share nearly all: what is fetched, and how long it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Any

from bench.figures import Figure, require
from bench.pairs import CHANGED
from bench.programs import ROOT, ecrtui, seconds
from bench.scale import Scale
from bench.world import fresh_home, without_aws

_OVERHEAD = 20_000
"""Bytes of manifests and configs."""


def run(scale: Scale) -> list[Figure]:
    """A pair that shares a gigabyte, and one of eStargz layers that shares nothing."""
    figures: list[Figure] = []
    with _pairs() as (environment, sizes):
        for name, what in (
            ("app", "diff of two images of 1 GB that differ in a layer of 2 MB"),
            ("lazy", "diff of two images of 100 MB in eStargz"),
        ):
            took, fetched = _measured(environment, name, scale.rounds)
            whole = sizes[name]
            most = whole + _OVERHEAD if name == "app" else whole // 5
            require(fetched["bytes"] <= most, f"{fetched['bytes']:,} bytes were fetched")
            figures += [
                Figure(what, took, most=1.0),
                Figure(
                    f"{what}: fetched, in {fetched['requests']} requests",
                    fetched["bytes"] / 1000,
                    "kB",
                    peer="the layers that differ",
                    theirs=whole / 1000,
                ),
            ]
    return figures


def _measured(
    environment: Mapping[str, str], name: str, rounds: int
) -> tuple[float, dict[str, int]]:
    """The median of runs with nothing stored, and what the last one fetched."""
    fetched: dict[str, int] = {}
    command = ecrtui("diff", f"team/{name}:v1", f"team/{name}:v2", "--json")
    times = []
    for _ in range(rounds):
        with fresh_home(environment) as home:
            times.append(seconds(command, home, partial(_check, fetched)))
    return median(times), fetched


def _check(fetched: dict[str, int], out: bytes) -> None:
    document: dict[str, Any] = json.loads(out)
    rows = [row for row in document["files"] if row["path"].startswith("/srv/")]
    changed = sum(row["change"] == "modified" for row in rows)
    # Where a layer below is not read, nobody knows that both images replace its files.
    own = changed or len(rows) // 2
    require(own == CHANGED, f"{own} files differ, not {CHANGED}")
    fetched.update(document["fetched"])


@contextmanager
def _pairs() -> Iterator[tuple[dict[str, str], dict[str, int]]]:
    """The environment of a sandbox with the pairs, and the sizes of the layers that differ."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.pairs"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline())
        yield without_aws(os.environ) | told["env"], told["sizes"]
    finally:
        process.communicate()
