"""Every image of a large repository, streamed headless."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bench.figures import Figure, against, interleaved, require
from bench.programs import NO_AWS, aws, ecrtui, seconds
from bench.scale import Scale
from bench.world import REPOSITORY, world


def run(scale: Scale) -> list[Figure]:
    """`images --jsonl` beside the aws CLI on the same sandbox; both must tell the same digests."""
    with world(f"scale:1,{scale.images}") as environment:
        found: dict[str, set[str]] = {}
        contenders = {"ours": lambda: _ours(environment, found)}
        listing = aws("ecr", "describe-images", "--repository-name", REPOSITORY, *_PAGES)
        if listing is not None:
            contenders["aws"] = lambda: seconds(
                listing, environment, lambda out: _theirs(out, found)
            )
        # The peer takes ten seconds a round.
        took = interleaved(contenders, min(scale.rounds, 5))
    for name, digests in found.items():
        require(len(digests) == scale.images, f"{name} told {len(digests)} digests")
    require(len({frozenset(digests) for digests in found.values()}) == 1, "digests differ")
    name = "aws ecr describe-images" if "aws" in took else NO_AWS
    what = f"{scale.images:,} images: `images --jsonl`"
    return [against(what, took["ours"], name, took.get("aws"), most=0.25)]


_PAGES = ("--page-size", "1000")
"""The CLI at its best: its default of 100 a page takes it ten times the requests."""


def _ours(environment: Mapping[str, str], found: dict[str, set[str]]) -> float:
    def check(out: bytes) -> None:
        found["ours"] = {json.loads(line)["imageDigest"] for line in out.splitlines()}

    return seconds(ecrtui("images", REPOSITORY, "--jsonl"), environment, check)


def _theirs(out: bytes, found: dict[str, set[str]]) -> None:
    found["aws"] = {row["imageDigest"] for row in json.loads(out)["imageDetails"]}
