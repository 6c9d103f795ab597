"""What must be there between a task and ECR; nobody can see it from here."""

from __future__ import annotations

from ecrtui.model.check import Check
from ecrtui.workflows.why.known import Known, unknown


def network(known: Known) -> Check:
    """The endpoints that a task needs, which are its VPC's and cannot be looked at from here."""
    region = known.registry.region
    from_regions = [one for one in known.services.options.regions if one != region]
    if from_regions:
        return unknown(
            "network",
            f"the task runs in {', '.join(from_regions)}: VPC endpoints there lead to ECR in their "
            f"own region, not to {region}",
            f"It needs a way to the internet (NAT), or a copy of the image in its own region: "
            f"replication, or ecrtui copy {known.target} ...",
        )
    return unknown(
        "network",
        "whether the task's subnet reaches ECR cannot be seen from here",
        f"With no way to the internet its VPC needs endpoints for com.amazonaws.{region}.ecr.api, "
        f"com.amazonaws.{region}.ecr.dkr (private DNS on, port 443 open) and a gateway for S3 that "
        f"lets it read arn:aws:s3:::prod-{region}-starport-layer-bucket/*; their policies must "
        "allow the role, too.",
    )
