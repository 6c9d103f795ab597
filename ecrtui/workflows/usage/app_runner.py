"""Uses in AWS App Runner, which tells by which reference a service was made, and no digest."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.model.usage import Use, UseKind
from ecrtui.workflows.services import Services
from ecrtui.workflows.usage.links import page, part
from ecrtui.workflows.usage.spots import Seen, Spot

_IDLE = ("PAUSED", "CREATE_FAILED", "DELETE_FAILED")


def look(services: Services, spot: Spot) -> Iterator[Seen]:
    """All services in one account and region. Raises where they cannot be listed."""
    from ecrtui.aws import app_runner

    for one in app_runner.services(services.sessions, spot.profile, spot.region):
        if one.image:
            yield Use(
                kind=UseKind.APP_RUNNER,
                name=one.name,
                account=spot.account,
                region=spot.region,
                image=one.image,
                running=0 if one.status in _IDLE else 1,
                arn=one.arn,
                link=page(
                    one.arn,
                    spot.region,
                    f"apprunner/home?region={{}}#/services/dashboard?service_arn={part(one.arn)}",
                ),
            )
