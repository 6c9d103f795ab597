"""A thousand repositories from a cold start: on the screen, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

from bench.explore import explorer, headed, leave_at_repositories
from bench.figures import Figure, against, interleaved, require
from bench.programs import NO_AWS, aws, ecrtui, peer, seconds
from bench.scale import Scale
from bench.world import world
from tests.terminal.explorer import both, shows


def run(scale: Scale) -> list[Figure]:
    """The explorer beside the aws CLI; `repos --json` beside it and beside bare boto3."""
    wanted = scale.repositories
    with world(f"scale:{wanted},1") as environment:
        leave_at_repositories(environment)
        check = partial(_check, wanted)
        contenders = {
            "screen": lambda: _on_screen(environment, wanted),
            "headless": lambda: seconds(ecrtui("repos", "--json"), environment, check),
            "boto3": lambda: seconds(peer("bare_boto3"), environment, check),
        }
        listing = aws("ecr", "describe-repositories", "--page-size", "1000")
        if listing is not None:
            contenders["aws"] = lambda: seconds(listing, environment, check)
        took = interleaved(contenders, scale.rounds)
    name = "aws ecr describe-repositories" if "aws" in took else NO_AWS
    headless, theirs = took["headless"], took.get("aws")
    count = f"{wanted:,} repositories"
    return [
        against(
            f"{count} on the screen, from a cold start", took["screen"], name, theirs, most=0.8
        ),
        against(f"{count}: `repos --json`", headless, "bare boto3 script", took["boto3"], most=1.1),
        against(f"{count}: `repos --json`", headless, name, theirs),
    ]


def _on_screen(environment: Mapping[str, str], wanted: int) -> float:
    """The explorer, left at the repositories, until their whole count and the rows are shown."""
    with explorer(environment) as opened:
        there = both(headed(f" {wanted:,} · name"), shows("team-00/service-"))
        return opened.wait(there, f"{wanted} repositories") - opened.started


def _check(wanted: int, out: bytes) -> None:
    """The rows of any of the three: a list of ours or of the script's, the answer of the CLI."""
    document = json.loads(out)
    rows = document["repositories"] if isinstance(document, dict) else document
    names = {row["repositoryName"] for row in rows}
    require(len(names) == len(rows) == wanted, f"{len(names)} repositories, not {wanted}")
