"""Who signed a request, and whether they may call what they ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.control.signatures import check_signature
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.wire import Request
from ecrtui.sandbox.world import World

_SCOPE = re.compile(r"Credential=([^/,\s]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_INVALID = "The security token included in the request is invalid."
_GUARDED = "with an explicit deny in a service control policy"
_GLOBAL = ("sts", "account", "iam")


@dataclass(frozen=True)
class Scope:
    """The credential scope of a signature: which key, for which region and service."""

    key_id: str
    region: str
    service: str


ANYONE = AccessKey(id="", secret="", account="", arn="anonymous", user_id="", allow=())
"""Who calls what needs no signature."""
_FORM = "application/x-www-form-urlencoded"
_UNSIGNED = {
    "/client/register": "sso-oidc",
    "/device_authorization": "sso-oidc",
    "/token": "sso-oidc",
    "/v1/token": "signin",
    "/federation/credentials": "sso",
    "/assignment/accounts": "sso",
    "/assignment/roles": "sso",
    "/logout": "sso",
}
"""The paths of services that are asked without a signature."""


def scope_of(request: Request) -> Scope:
    """The scope of the request's signature.

    Without a key where the service is one that asks for no signature.
    """
    if service := _UNSIGNED.get(request.path):
        return Scope("", "", service)
    found = _SCOPE.search(request.header("Authorization"))
    if found is None and request.header("Content-Type").startswith(_FORM):
        return Scope("", "", "sts")
    if found is None:
        raise unsigned()
    return Scope(found[1], found[3], found[4])


def unsigned() -> Refusal:
    """The refusal of a request that nobody signed."""
    return Refusal("MissingAuthenticationTokenException", "Missing Authentication Token")


def authenticate(world: World, request: Request, scope: Scope, body: bytes) -> AccessKey:
    """The key that signed; refuses strangers, keys past their time, regions not opted in to."""
    if not scope.key_id:
        return ANYONE
    key = world.keys.get(scope.key_id)
    given = request.header("X-Amz-Security-Token")
    if key is None or not key.works() or (key.token and given != key.token):
        raise Refusal("UnrecognizedClientException", _INVALID)
    if key.expired():
        raise Refusal(
            "ExpiredTokenException", "The security token included in the request is expired"
        )
    if scope.service not in _GLOBAL and not world.accounts[key.account].may_use(scope.region):
        raise Refusal("UnrecognizedClientException", _INVALID)
    if world.checks_signatures:
        check_signature(world, request, body, key)
    key.used = (world.clock.now(), scope.service, scope.region)
    return key


def authorize(world: World, key: AccessKey, action: str, resource: str) -> None:
    """Refuse, as IAM words it, an action (`ecr:DescribeImages`) that the key may not call."""
    if key is ANYONE:
        return
    if world.accounts[key.account].guards(action):
        raise denied(key.arn, action, resource, because=_GUARDED)
    if not key.may_call(action):
        raise denied(key.arn, action, resource, explicitly=key.revoked)


def denied(
    arn: str, action: str, resource: str, *, explicitly: bool = False, because: str = ""
) -> Refusal:
    """IAM's sentence for a principal without permission, or with a policy that denies it."""
    if not because:
        because = f"because no identity-based policy allows the {action} action"
        if explicitly:
            because = "with an explicit deny in an identity-based policy"
    return Refusal(
        "AccessDeniedException",
        f"User: {arn} is not authorized to perform: {action} on resource: {resource} {because}",
    )
