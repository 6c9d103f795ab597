"""Credentials of the vault in a botocore session: given to it, never by way of the environment."""

from __future__ import annotations

from typing import Any

from botocore.credentials import Credentials

from ecrtui.aws.providers import Others
from ecrtui.aws.roles import Role, Source, metadata
from ecrtui.aws.shared import SharedCredentials
from ecrtui.errors import NoCredentials
from ecrtui.model.credentials import Credential, SessionKeys
from ecrtui.model.ports import CredentialSource

_STATIC = "ecrtui-vault"
"""What botocore calls the way these came, in its log."""


def sign_with(vault: CredentialSource, name: str, session: Any, others: Others) -> None:
    """Make a session sign with a kept credential; a role is assumed when it is first needed.

    Raises NotFound, VaultError, and UsageError for roles that assume each other in a circle.
    """
    credential = vault.credential(name)
    others.files.chain(name)  # which refuses circles
    if credential.sso_session:
        session._credentials = _of_portal(credential, others)
        return
    own = Credentials(
        credential.access_key_id,
        credential.secret_access_key,
        credential.session_token or None,
        method=_STATIC,
    )
    if not credential.role_arn:
        session._credentials = own
        return
    source = own if credential.has_keys else others.credentials(credential.source)
    if source is None:
        raise NoCredentials(f"{credential.source}, which is to assume the role of {name}, has none")
    role = Role(
        credential.role_arn, serial=credential.mfa_serial, external_id=credential.external_id
    )
    assumes = name if credential.has_keys else credential.source
    session._credentials = others.codes.assumed(
        role, Source(assumes, source, others.sts(session, name))
    )


def _of_portal(credential: Credential, others: Others) -> SharedCredentials:
    def fetch() -> dict[str, Any]:
        keys = others.signed_in.keys(
            credential.sso_session, credential.sso_account, credential.sso_role
        )
        return metadata(keys, credential.sso_account)

    return SharedCredentials(fetch, "sso")


def lasting_key(credentials: Any) -> str:
    """The key's id of credentials that never renew themselves; '' for others and for none."""
    return str(credentials.access_key) if type(credentials) is Credentials else ""


def frozen(credentials: Any) -> SessionKeys:
    """What botocore's credentials sign with at this moment."""
    keys = credentials.get_frozen_credentials()
    expires = getattr(credentials, "_expiry_time", None)
    return SessionKeys(
        keys.access_key,
        keys.secret_key,
        keys.token or "",
        expires.timestamp() if expires is not None else None,
    )
