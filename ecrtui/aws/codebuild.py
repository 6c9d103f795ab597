"""AWS CodeBuild: projects and the images that their builds run in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ecrtui.aws import following
from ecrtui.aws.sessions import Sessions

_AT_ONCE = 100


class Project(NamedTuple):
    """A project of CodeBuild."""

    name: str
    arn: str
    image: str


def projects(sessions: Sessions, profile: str, region: str) -> Iterator[Project]:
    """All projects of an account in a region. Raises NotAllowed."""
    calls = sessions.calls("codebuild", profile, region)
    names = following.rows(calls, "ListProjects", "projects")
    while batch := list(islice(names, _AT_ONCE)):
        for row in calls.call("BatchGetProjects", names=batch).get("projects") or ():
            image = (row.get("environment") or {}).get("image", "")
            yield Project(str(row.get("name", "")), str(row.get("arn", "")), str(image))
