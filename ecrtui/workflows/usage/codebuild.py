"""Uses in AWS CodeBuild: each build of a project pulls the image that its project names then."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.model.usage import Use, UseKind
from ecrtui.workflows.services import Services
from ecrtui.workflows.usage.links import page, part
from ecrtui.workflows.usage.spots import Seen, Spot


def look(services: Services, spot: Spot) -> Iterator[Seen]:
    """All projects in one account and region. Raises where they cannot be listed."""
    from ecrtui.aws import codebuild

    for one in codebuild.projects(services.sessions, spot.profile, spot.region):
        path = f"codesuite/codebuild/{spot.account}/projects/{part(one.name)}?region={{}}"
        yield Use(
            kind=UseKind.CODEBUILD,
            name=one.name,
            account=spot.account,
            region=spot.region,
            image=one.image,
            arn=one.arn,
            link=page(one.arn, spot.region, path),
        )
