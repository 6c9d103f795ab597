"""Settings as they are seen: a registry's, a text in the editor, a plan, a repository's form."""

from __future__ import annotations

import json

from ecrtui.sandbox.world import World
from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import ENTER, ESCAPE, READ, lacks, shows
from tests.terminal.test_snapshots import SIZES, Size, Walk

_CLEAR = "\x1b[18~\x1b[3~"
"""F7 marks all of a text, Delete takes it away."""
_SAVE = "\x13"


def set_up_world() -> World:
    """A registry in which much is set."""
    world = worlds.empty_world()
    repository = worlds.add_repository(world, "team/app")
    repository.tags, repository.mutability = {"team": "shop"}, "IMMUTABLE"
    settings = world.registry(worlds.ACCOUNT, worlds.REGION).settings
    there = {"region": worlds.OTHER_REGION, "registryId": worlds.OTHER_ACCOUNT}
    filters = [{"filter": "team/", "filterType": "PREFIX_MATCH"}]
    settings.replication = [{"destinations": [there], "repositoryFilters": filters}]
    settings.pull_through["quay"] = {
        "ecrRepositoryPrefix": "quay",
        "upstreamRegistryUrl": "quay.io",
        "upstreamRegistry": "quay",
    }
    settings.policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Replicas",
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{worlds.OTHER_ACCOUNT}:root"},
                    "Action": ["ecr:CreateRepository", "ecr:ReplicateImage"],
                    "Resource": "*",
                }
            ],
        }
    )
    return world


@SIZES
def test_settings(serve: Serve, size: Size) -> None:
    with serve(set_up_world()).start("--region", worlds.REGION, size=size) as terminal:
        walk = Walk(terminal, "settings", size)
        walk.past("", READ)
        walk.past(ENTER, READ, shows("Repositories"))
        walk.to("n", "new-repository", shows("New repository", "plan it"))
        walk.past(ESCAPE, lacks("plan it"))
        walk.to("i", "repository", READ, shows("Tag mutability"))
        walk.to("i", "registry", READ, shows("Pull-through cache rules"))
        walk.to("G", "quotas", shows("counts images"))
        walk.to("g" + ENTER, "editor", shows("ctrl+s", "as it would be", "to us-east-1"))
        walk.to(_CLEAR + '{"rules": [', "wrong", shows("not yet right", "line 1"))
        walk.to(ESCAPE, "leaving", shows("esc again"))
        walk.past(ESCAPE, lacks("ctrl+s"))
        walk.to("D", "plan", shows("PutReplicationConfiguration", "Cancel"))
