"""STS: who am I, and becoming a role."""

from __future__ import annotations

from ecrtui.sandbox.control.identity import denied
from ecrtui.sandbox.control.service import Call, Document, Service

sts = Service("sts")


@sts.operation("GetCallerIdentity")
def get_caller_identity(call: Call) -> Document:
    """The caller's account, ARN and id."""
    return {"UserId": call.key.user_id, "Account": call.key.account, "Arn": call.key.arn}


@sts.operation("AssumeRole")
def assume_role(call: Call) -> Document:
    """A temporary key for the role, registered with the world."""
    arn = call.params["RoleArn"]
    role = call.world.roles.get(arn)
    if role is None:
        raise denied(call.key.arn, "sts:AssumeRole", arn)
    key = role.session(call.params["RoleSessionName"], call.params.get("DurationSeconds", 3600))
    call.world.keys[key.id] = key
    return {
        "Credentials": {
            "AccessKeyId": key.id,
            "SecretAccessKey": key.secret,
            "SessionToken": key.token,
            "Expiration": key.expires,
        },
        "AssumedRoleUser": {"AssumedRoleId": key.user_id, "Arn": key.arn},
    }
