"""botocore's chain of credential providers with ours in the places of some.

Roles ask for codes by us and share them, portals' sessions are those of the vault before the aws
CLI's own, a credential_process has limits, and whatever any of them raises comes in our words.
Held by tests/aws/test_providers.py to what botocore's classes are like.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from botocore.credentials import (
    AssumeRoleProvider,
    CredentialResolver,
    ProcessProvider,
    SSOProvider,
    create_credential_resolver,
)
from botocore.exceptions import (
    InvalidConfigError,
    SSOError,
    SSOTokenLoadError,
    TokenRetrievalError,
)

from ecrtui import errors
from ecrtui.aws import chains
from ecrtui.aws.files import Files
from ecrtui.aws.portal import expired, signed_out
from ecrtui.aws.portal_sessions import SignedIn
from ecrtui.aws.processes import LimitedProcess
from ecrtui.aws.roles import Codes, MakeClient, Role, Source, metadata
from ecrtui.aws.shared import SharedCredentials, in_words
from ecrtui.model.places import ProfileKind
from ecrtui.model.signing_in import same


class Others(Protocol):
    """All sessions, as a chain of one of them needs the others."""

    files: Files
    signed_in: SignedIn
    codes: Codes

    def credentials(self, profile: str) -> Any:
        """botocore's credentials of a profile, None where it has none."""

    def sts(self, session: Any, profile: str) -> MakeClient:
        """Clients of a profile's session, for keys they are given."""


def resolver(session: Any, others: Others) -> CredentialResolver:
    """What a session finds its credentials by."""
    made = create_credential_resolver(session)
    made.providers = [Guarded(_ours(one, session, others)) for one in made.providers]
    return made


def _ours(provider: Any, session: Any, others: Others) -> Any:
    if isinstance(provider, AssumeRoleProvider):
        return RoleProvider(provider, session, others)
    if isinstance(provider, SSOProvider):
        return PortalProvider(provider, others)
    if isinstance(provider, ProcessProvider):
        return LimitedProcess(provider._profile_name, provider._load_config)
    return provider


class Guarded:
    """A provider whose every failure is botocore's or ours."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider
        self.METHOD = provider.METHOD
        self.CANONICAL_NAME = provider.CANONICAL_NAME

    def load(self) -> Any:
        """Its credentials, or None."""
        return _guarded(self.METHOD, self._provider.load)


def _guarded(method: str, load: Callable[[], Any]) -> Any:
    found = in_words(method, load)()
    renew = getattr(found, "_refresh_using", None)
    if renew is not None:
        found._refresh_using = in_words(method, renew)
    return found


class PortalProvider:
    """A role by a portal's session: the vault's first, then the aws CLI's, as botocore reads it."""

    METHOD = SSOProvider.METHOD
    CANONICAL_NAME = None

    def __init__(self, theirs: Any, others: Others) -> None:
        self._theirs = theirs
        self._others = others

    def load(self) -> Any:
        """Keys that are asked for when they are first needed; None where the profile has no role
        of a portal."""
        theirs = self._theirs.load()
        if theirs is None:
            return None
        profile = self._theirs._profile_name
        config = self._others.files.config()
        portal = chains.portal_of(profile, config)
        if portal is None:
            return theirs
        values = config["profiles"][profile]
        by_cli = theirs._refresh_using
        account, role = str(values["sso_account_id"]), str(values["sso_role_name"])

        def fetch() -> dict[str, Any]:
            ours: errors.SignInError | None = None
            known = self._others.signed_in.known().get(portal.name)
            if known is not None and same(known.about.get("startUrl", ""), portal.start_url):
                try:
                    keys = self._others.signed_in.keys(portal.name, account, role)
                    return metadata(keys, account)
                except errors.SignInError as refused:
                    ours = refused
            try:
                found: dict[str, Any] = by_cli()
                return found
            except (SSOTokenLoadError, LookupError, TypeError):  # none, or one nobody can read
                raise ours or signed_out(portal.name) from None
            except (SSOError, TokenRetrievalError, ValueError):
                raise expired(portal.name) from None

        return SharedCredentials(fetch, self.METHOD)


class RoleProvider(AssumeRoleProvider):  # type: ignore[misc]
    """Roles of declared profiles, assumed by ours: codes are shared, and so is a source's session,
    which may be a kept credential."""

    def __init__(self, theirs: Any, session: Any, others: Others) -> None:
        super().__init__(
            theirs._load_config,
            theirs._client_creator,
            theirs.cache,
            theirs._profile_name,
            credential_sourcer=theirs._credential_sourcer,
            profile_provider_builder=theirs._profile_provider_builder,
        )
        self._session = session
        self._others = others

    def _load_creds_via_assume_role(self, profile_name: str) -> Any:
        self._others.files.chain(profile_name)  # which refuses circles
        config = self._get_role_config(profile_name)
        source = Source(
            config["source_profile"] or profile_name,
            self._resolve_source_credentials(config, profile_name),
            self._others.sts(self._session, profile_name),
        )
        role = Role(
            config["role_arn"],
            serial=config["mfa_serial"] or "",
            external_id=config["external_id"] or "",
            session_name=config["role_session_name"] or "",
            seconds=config.get("duration_seconds") or 0,
        )
        return self._others.codes.assumed(role, source)

    def _validate_source_profile(self, parent: str, source: str) -> None:
        if not self._others.files.is_kept(source):
            super()._validate_source_profile(parent, source)

    def _resolve_credentials_from_profile(self, profile_name: str) -> Any:
        if profile_name == self._profile_name:  # a role by the profile's own keys
            return super()._resolve_credentials_from_profile(profile_name)
        chain = self._others.files.chain(profile_name)
        found = None
        if chain[-1].kind is not ProfileKind.NONE:
            found = self._others.credentials(profile_name)
        if found is None:
            raise InvalidConfigError(
                error_msg=f'The source profile "{profile_name}" must have credentials.'
            )
        return found

    def _resolve_credentials_from_source(self, credential_source: str, profile_name: str) -> Any:
        load = super()._resolve_credentials_from_source
        return _guarded(credential_source, lambda: load(credential_source, profile_name))
