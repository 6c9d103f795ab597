"""Credentials of the vault in a botocore session: given to it, never by way of the environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    Credentials,
    DeferredRefreshableCredentials,
)

from ecrtui.errors import NoCredentials, UsageError
from ecrtui.model.credentials import Credential, SessionKeys
from ecrtui.model.ports import CredentialSource

MakeClient: TypeAlias = Callable[..., Any]
_STS_REGION = "us-east-1"
_STATIC = "ecrtui-vault"
"""What botocore calls the way these came, in its log."""


class Others(Protocol):
    """The other profiles, one of which may assume a role."""

    def credentials(self, profile: str) -> Any:
        """botocore's credentials of a profile."""

    def ask_code(self, question: str) -> str:
        """An MFA code of the person."""

    def region(self, profile: str) -> str:
        """Where a profile starts, '' when nothing says so."""


def sign_with(
    vault: CredentialSource, name: str, session: Any, make_client: MakeClient, others: Others
) -> None:
    """Make a session sign with a kept credential; a role is assumed when it is first needed.

    Raises NotFound, VaultError, and UsageError for roles that assume each other in a circle.
    """
    credential = vault.credential(name)
    _refuse_circles(vault, credential)
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
    region = credential.region or others.region(name) or _STS_REGION
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=_creator(make_client, region),
        source_credentials=source,
        role_arn=credential.role_arn,
        extra_args=_arguments(credential),
        mfa_prompter=others.ask_code,
    )
    session._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")


def renewal(name: str) -> str:
    """How keys that ended are replaced."""
    return f"Give it new keys: ecrtui credentials add {name} --replace, then press r."


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


def _creator(make_client: MakeClient, region: str) -> MakeClient:
    def create(service: str, **keys: Any) -> Any:
        return make_client(service, region_name=region, **keys)

    return create


def _arguments(credential: Credential) -> dict[str, str]:
    given = {"SerialNumber": credential.mfa_serial, "ExternalId": credential.external_id}
    return {name: value for name, value in given.items() if value}


def _refuse_circles(vault: CredentialSource, credential: Credential) -> None:
    seen, known = [credential.name], vault.known()
    while credential.role_arn and not credential.has_keys and credential.source in known:
        if credential.source in seen:
            raise UsageError(
                " -> ".join([*seen, credential.source]),
                title="These roles assume each other in a circle",
                hint="Give one of them keys: ecrtui credentials add NAME --replace",
            )
        seen.append(credential.source)
        credential = vault.credential(credential.source)
