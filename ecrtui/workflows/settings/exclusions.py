"""Whose pulls are not recorded: reading a manifest counts as one, also when a person browses."""

from __future__ import annotations

from ecrtui.errors import NotAllowed, NotFound, RemoteError, UsageError
from ecrtui.model.places import Registry
from ecrtui.workflows import places
from ecrtui.workflows.services import Services

SETTING = "pull-time-exclusions"


def own_principal(services: Services, registry: Registry) -> str:
    """The ARN to exclude so that looking counts as no pull: of the role, never of its session.

    ECR takes roles and users alone (API model, PrincipalArn). A session's ARN leaves the path of
    its role out; IAM tells it where one may ask, and only roles of IAM Identity Center have one
    for sure. Raises UsageError for what is neither role nor user, and where the path is missing.
    """
    from ecrtui.aws.identity import role_arn

    who = places.identity(services, registry.profile)
    kind, _, name = who.arn.rpartition(":")[2].partition("/")
    if kind == "user":
        return who.arn
    if kind != "assumed-role":
        raise UsageError(who.arn, title="ECR excludes roles and users only", hint=_HINT)
    role = name.partition("/")[0]
    try:
        return role_arn(services.sessions, registry.profile, who.partition, role)
    except (NotAllowed, NotFound, RemoteError):
        if role.startswith("AWSReservedSSO_"):
            raise UsageError(
                f"{role}: iam:GetRole would tell it",
                title="The role's path is not known",
                hint=_HINT,
            ) from None
        return f"arn:{who.partition}:iam::{who.account}:role/{role}"


_HINT = "Name one yourself: ecrtui settings --set pull-time-exclusions.ARN="
