"""STS: who am I, and becoming a role."""

from __future__ import annotations

import secrets
import time

from ecrtui.sandbox.accounts import AccessKey, Role
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.made import secret
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.web_identity import claims_of

sts = Service("sts")
_HOUR = 3600
_TOO_LONG = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
_CHAINED = (
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
    "chaining."
)
_MFA = "MultiFactorAuthentication failed"
_NOT_OURS = (
    f"{_MFA}, unable to validate MFA code.  Please verify your MFA serial number is valid and "
    "associated with this user."
)


@sts.operation("GetCallerIdentity")
def get_caller_identity(call: Call) -> Document:
    """The caller's account, ARN and id."""
    return {"UserId": call.key.user_id, "Account": call.key.account, "Arn": call.key.arn}


@sts.operation("AssumeRole")
def assume_role(call: Call) -> Document:
    """A temporary key for a role that trusts the caller."""
    arn, given = call.params["RoleArn"], call.params.get("ExternalId", "")
    role = call.world.roles.get(arn)
    coded = _coded(call)
    if (
        role is None
        or role.provider
        or not role.trusted(call.key.arn)
        or (role.external_id and role.external_id != given)
        or (role.mfa and not (coded or call.key.mfa))
    ):
        raise Refusal(
            "AccessDeniedException",
            f"User: {call.key.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}",
        )
    return _became(call, role, chained=call.key.token is not None)


@sts.operation("AssumeRoleWithWebIdentity")
def assume_role_with_web_identity(call: Call) -> Document:
    """A temporary key for a role that trusts the provider of a token."""
    token = call.params["WebIdentityToken"]
    claims = claims_of(token)
    if claims is None:
        raise Refusal("InvalidIdentityToken", "The ID Token provided is not a valid JWT.")
    issuer = claims["iss"].partition("://")[2]
    provider = call.world.providers.get(issuer)
    if provider is None:
        raise Refusal(
            "InvalidIdentityToken",
            f"No OpenIDConnect provider found in your account for {claims['iss']}",
        )
    if not provider.signed(token):
        raise Refusal(
            "InvalidIdentityToken",
            "Couldn't retrieve verification key from your identity provider,  please reference "
            "AssumeRoleWithWebIdentity documentation for requirements",
        )
    if claims["exp"] <= time.time():
        raise Refusal(
            "ExpiredIdentityToken",
            f"Token expired: current date/time {int(time.time())} must be before the expiration "
            f"date/time {claims['exp']}",
        )
    role = call.world.roles.get(call.params["RoleArn"])
    if role is None or role.provider != issuer:
        raise Refusal(
            "AccessDeniedException", "Not authorized to perform sts:AssumeRoleWithWebIdentity"
        )
    return _became(call, role, chained=False) | {
        "SubjectFromWebIdentityToken": claims["sub"],
        "Provider": f"arn:aws:iam::{role.account}:oidc-provider/{issuer}",
        "Audience": claims["aud"],
    }


@sts.operation("GetSessionToken")
def get_session_token(call: Call) -> Document:
    """Temporary keys of a user, perhaps with a code behind them."""
    if call.key.token is not None:
        raise Refusal(
            "AccessDeniedException", "Cannot call GetSessionToken with session credentials"
        )
    coded = _coded(call)
    key = AccessKey(
        id="ASIA" + secrets.token_hex(8).upper(),
        secret=secret(40),
        account=call.key.account,
        arn=call.key.arn,
        user_id=call.key.user_id,
        token=secret(160),
        expires=time.time() + call.params.get("DurationSeconds", 12 * _HOUR),
        allow=call.key.allow,
        mfa=coded,
    )
    return _kept(call, key)


def _coded(call: Call) -> bool:
    """Whether a right code of the caller's own device came along; refuses a wrong one."""
    serial, code = (call.params.get(name, "") for name in ("SerialNumber", "TokenCode"))
    if not serial and not code:
        return False
    if not serial or not code:
        raise Refusal(
            "AccessDeniedException",
            f"{_MFA}, must provide both MFA serial number and one time pass code.",
        )
    device = call.world.mfa.get(serial)
    if device is None or device.user != call.key.arn or call.key.token is not None:
        raise Refusal("AccessDeniedException", _NOT_OURS)
    if not device.takes(code):
        raise Refusal("AccessDeniedException", f"{_MFA} with invalid MFA one time pass code. ")
    return True


def _became(call: Call, role: Role, *, chained: bool) -> Document:
    seconds = call.params.get("DurationSeconds", _HOUR)
    if chained and seconds > _HOUR:
        raise Refusal("ValidationError", _CHAINED)
    if seconds > role.max_seconds:
        raise Refusal("ValidationError", _TOO_LONG)
    if call.world.session_seconds is not None:
        seconds = call.world.session_seconds
    key = role.session(call.params["RoleSessionName"], seconds)
    return _kept(call, key) | {"AssumedRoleUser": {"AssumedRoleId": key.user_id, "Arn": key.arn}}


def _kept(call: Call, key: AccessKey) -> Document:
    call.world.keys[key.id] = key
    return {
        "Credentials": {
            "AccessKeyId": key.id,
            "SecretAccessKey": key.secret,
            "SessionToken": key.token,
            "Expiration": key.expires,
        }
    }
