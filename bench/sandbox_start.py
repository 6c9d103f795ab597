"""From starting a sandbox to the line that says where it is."""

from __future__ import annotations

from functools import partial

from bench.figures import Figure, interleaved
from bench.scale import Scale
from bench.world import seconds_to_serve


def run(scale: Scale) -> list[Figure]:
    """The demo's world, and one of a million images."""
    seeds = {"demo": "demo", "a million images": "scale:10,100000"}
    contenders = {name: partial(seconds_to_serve, seed) for name, seed in seeds.items()}
    took = interleaved(contenders, scale.rounds)
    return [Figure(f"sandbox serves: {name}", value, most=0.5) for name, value in took.items()]
