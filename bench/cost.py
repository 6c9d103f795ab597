"""What a thousand repositories of a hundred images each cost: read, summed, judged."""

from __future__ import annotations

import json
from functools import partial

from bench.figures import Figure, against, interleaved, require
from bench.programs import ecrtui, measured, peer, seconds
from bench.scale import WHOLE, Scale
from bench.world import world

IMAGES = 100


def run(scale: Scale) -> list[Figure]:
    """`cost --json`, with the ten largest savings, beside a script that only adds sizes up."""
    wanted = scale.repositories if scale == WHOLE else scale.repositories // 4
    with world(f"scale:{wanted},{IMAGES}") as environment:
        sums: dict[str, int] = {}
        ours, theirs = ecrtui("cost", "--json"), peer("sizes_boto3")
        took = interleaved(
            {
                "ours": lambda: seconds(ours, environment, partial(_check, sums, wanted)),
                "boto3": lambda: seconds(theirs, environment, partial(_check, sums, wanted)),
            },
            scale.rounds,
        )
        _, memory = measured(ours, environment)
    what = f"cost of {wanted:,} repositories x {IMAGES} images, with the ten largest savings"
    return [
        against(what, took["ours"], "boto3 script that adds sizes up", took["boto3"], most=0.8),
        Figure(f"{what}: memory", memory, "MB", most=200),
    ]


def _check(sums: dict[str, int], wanted: int, out: bytes) -> None:
    """Both must come to the same bytes of the same repositories."""
    document = json.loads(out)
    rows = document["repositories"] if isinstance(document, dict) else document
    found = {
        row["repositoryName"]: row["standard"]["bound"] if "standard" in row else row["bytes"]
        for row in rows
    }
    require(len(found) == wanted, f"{len(found)} repositories, not {wanted}")
    require(all(row["images"] == IMAGES for row in rows), f"not {IMAGES} images in each")
    sums.update(sums or found)
    require(sums == found, "the sums differ")
    if isinstance(document, dict):
        require(len(document["savings"]) == 10, "not ten savings")
