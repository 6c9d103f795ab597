"""IAM: a user's own access keys, the account's alias, and what a principal's policies allow.

A user's keys are those with its ARN. Names of other users are not looked up: whoever asks here asks
about themselves.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.refusal import Refusal

iam = Service("iam")
_MOST_KEYS = 2
"""AccessKeysPerUser (IAM user guide, quotas), which cannot be raised."""


@iam.operation("ListAccountAliases")
def list_account_aliases(call: Call) -> Document:
    """The account's one alias, or none."""
    alias = call.world.accounts[call.key.account].alias
    return {"AccountAliases": [alias] if alias else [], "IsTruncated": False}


@iam.operation("GetUser")
def get_user(call: Call) -> Document:
    """The user who calls, as old as the first of its keys."""
    return {
        "User": {
            "Path": "/",
            "UserName": _user(call),
            "UserId": call.key.user_id,
            "Arn": call.key.arn,
            "CreateDate": min(key.created_at for key in _keys(call)),
        }
    }


@iam.operation("GetRole")
def get_role(call: Call) -> Document:
    """A role of the account, by its name."""
    name = call.params["RoleName"]
    found = (one for one in call.world.roles.values() if one.account == call.key.account)
    role = next((one for one in found if one.name == name), None)
    if role is None:
        raise Refusal("NoSuchEntity", f"The role with name {name} cannot be found.", status=404)
    return {
        "Role": {
            "Path": role.path,
            "RoleName": role.name,
            "RoleId": role.role_id,
            "Arn": role.full_arn,
            "CreateDate": call.world.clock.start,
        }
    }


@iam.operation("ListAccessKeys")
def list_access_keys(call: Call) -> Document:
    """The user's keys, without their secrets."""
    rows = [
        {
            "UserName": _user(call),
            "AccessKeyId": key.id,
            "Status": _status(key),
            "CreateDate": key.created_at,
        }
        for key in _keys(call)
    ]
    return {"AccessKeyMetadata": rows, "IsTruncated": False}


@iam.operation("CreateAccessKey")
def create_access_key(call: Call) -> Document:
    """A new key of the user, whose secret is told this once."""
    user = _user(call)
    if len(_keys(call)) >= _MOST_KEYS:
        raise Refusal(
            "LimitExceeded",
            f"Cannot exceed quota for AccessKeysPerUser: {_MOST_KEYS}",
            status=409,
        )
    key = call.world.new_key(call.key)
    return {
        "AccessKey": {
            "UserName": user,
            "AccessKeyId": key.id,
            "Status": _status(key),
            "SecretAccessKey": key.secret,
            "CreateDate": key.created_at,
        }
    }


@iam.operation("UpdateAccessKey")
def update_access_key(call: Call) -> Document:
    """Activate a key or deactivate it; it is itself again after the world's lag."""
    key = _key(call)
    active = call.params["Status"] == "Active"
    if active and not key.active:
        call.world.spread(key)
    key.active = active
    return {}


@iam.operation("DeleteAccessKey")
def delete_access_key(call: Call) -> Document:
    """Remove a key for good, active or not."""
    del call.world.keys[_key(call).id]
    return {}


@iam.operation("GetAccessKeyLastUsed")
def get_access_key_last_used(call: Call) -> Document:
    """When a key of the account signed last, and for what."""
    key = call.world.keys.get(call.params["AccessKeyId"])
    if key is None or key.account != call.key.account:
        # Assumed: IAM refuses to speak of keys it has not.
        raise Refusal("AccessDeniedException", f"User: {call.key.arn} is not authorized")
    used: Document = {"ServiceName": "N/A", "Region": "N/A"}
    if key.used is not None:
        at, service, region = key.used
        used = {"LastUsedDate": at, "ServiceName": service, "Region": region}
    return {"UserName": key.arn.rpartition("/")[2], "AccessKeyLastUsed": used}


@iam.operation("SimulatePrincipalPolicy")
def simulate_principal_policy(call: Call) -> Document:
    """What a role's or a user's own policies let it call, by the patterns this world gave it."""
    arn = call.params["PolicySourceArn"]
    roles = call.world.roles.values()
    role = next((one for one in roles if arn in (one.arn, one.full_arn)), None)
    users = [key for key in call.world.keys.values() if key.arn == arn and not key.token]
    if arn.split(":")[4:5] != [call.key.account] or (role is None and not users):
        raise Refusal(
            "NoSuchEntity", f"The role or user with ARN {arn} cannot be found.", status=404
        )
    allow = role.allow if role is not None else users[0].allow
    return {
        "EvaluationResults": [
            {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": "allowed" if _allows(allow, action) else "implicitDeny",
            }
            for action in call.params["ActionNames"]
            for resource in call.params.get("ResourceArns", ["*"])
        ],
        "IsTruncated": False,
    }


def _allows(patterns: tuple[str, ...], action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def _user(call: Call) -> str:
    """The name of the user who calls, and who alone may be meant."""
    if call.key.token is not None:
        raise Refusal(
            "ValidationError", "Must specify userName when calling with non-User credentials"
        )
    name = call.key.arn.rpartition("/")[2]
    wanted = call.params.get("UserName", name)
    if wanted != name:
        raise Refusal("NoSuchEntity", f"The user with name {wanted} cannot be found.", status=404)
    return name


def _keys(call: Call) -> list[AccessKey]:
    _user(call)
    return [key for key in call.world.keys.values() if key.arn == call.key.arn and not key.token]


def _key(call: Call) -> AccessKey:
    wanted = call.params["AccessKeyId"]
    for key in _keys(call):
        if key.id == wanted:
            return key
    raise Refusal("NoSuchEntity", f"The Access Key with id {wanted} cannot be found.", status=404)


def _status(key: AccessKey) -> str:
    return "Active" if key.active else "Inactive"
