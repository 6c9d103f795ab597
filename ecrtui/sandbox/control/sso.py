"""IAM Identity Center's portal: the accounts and roles of who signed in, and keys for a role."""

from __future__ import annotations

from typing import Any

from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.portal import Session
from ecrtui.sandbox.refusal import Refusal

sso = Service("sso")


@sso.operation("ListAccounts")
def list_accounts(call: Call) -> Document:
    """The accounts in which one has a role, in pages."""
    session = _session(call)
    rows = [
        {
            "accountId": account,
            "accountName": call.world.accounts[account].name,
            "emailAddress": f"{call.world.accounts[account].name}@example.com",
        }
        for account in session.user.accounts()
    ]
    return _page(call, "accounts", "accountList", rows, session)


@sso.operation("ListAccountRoles")
def list_account_roles(call: Call) -> Document:
    """One's roles in an account, in pages."""
    session, wanted = _session(call), call.params["accountId"]
    if wanted not in session.user.accounts():
        raise _no_access()
    rows = [
        {"roleName": name, "accountId": account}
        for account, name in sorted(session.user.offers)
        if account == wanted
    ]
    return _page(call, f"roles/{wanted}", "roleList", rows, session)


@sso.operation("GetRoleCredentials")
def get_role_credentials(call: Call) -> Document:
    """Keys for a role, whose end is given in milliseconds."""
    session = _session(call)
    role = session.user.offers.get((call.params["accountId"], call.params["roleName"]))
    if role is None:
        raise _no_access()
    key = role.session(session.user.name, call.world.portal.key_seconds)
    call.world.keys[key.id] = key
    return {
        "roleCredentials": {
            "accessKeyId": key.id,
            "secretAccessKey": key.secret,
            "sessionToken": key.token,
            "expiration": int((key.expires or 0) * 1000),
        }
    }


@sso.operation("Logout")
def logout(call: Call) -> Document:
    """End the session; the keys it gave live on to their own end."""
    call.world.portal.sign_out(_session(call))
    return {}


def _session(call: Call) -> Session:
    session = call.world.portal.signed_in(call.params["accessToken"])
    if session is None:
        raise Refusal("UnauthorizedException", "Session token not found or invalid", status=401)
    return session


def _no_access() -> Refusal:
    return Refusal("ForbiddenException", "No access", status=403)


def _page(
    call: Call, about: str, member: str, rows: list[dict[str, Any]], session: Session
) -> Document:
    size = call.world.portal.page_size
    found, more = page(call, f"{session.user.name}/{about}", rows, default=size)
    return {member: found} | more
