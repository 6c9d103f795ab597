"""Readers of registries, private and public, over the sessions of one run."""

from __future__ import annotations

from ecrtui.aws.calls import required
from ecrtui.aws.download import Fetch
from ecrtui.aws.private import PrivateRegistry
from ecrtui.aws.public import OpenSource, PublicRegistry, decoded_token
from ecrtui.aws.sessions import Sessions
from ecrtui.errors import RemoteError
from ecrtui.model.places import PUBLIC_REGION, Registry
from ecrtui.model.ports import RegistryReader


def reader(
    sessions: Sessions, registry: Registry, open_source: OpenSource, fetch: Fetch
) -> RegistryReader:
    """The reader of one registry; cheap, since clients and connections are shared."""
    if registry.is_public:
        calls = sessions.calls("ecr-public", registry.profile, PUBLIC_REGION)
        return PublicRegistry(registry, calls, open_source)
    calls = sessions.calls("ecr", registry.profile, registry.region, registry.account)
    return PrivateRegistry(registry, calls, fetch)


def public_aliases(sessions: Sessions, profile: str) -> frozenset[str]:
    """The names under which public.ecr.aws shows the account's registry: default and custom."""
    calls = sessions.calls("ecr-public", profile, PUBLIC_REGION)
    rows = calls.call("DescribeRegistries").get("registries", ())
    return frozenset(alias["name"] for row in rows for alias in row.get("aliases", ()))


def login(sessions: Sessions, registry: Registry) -> tuple[str, str]:
    """`(user, password)` for one registry's protocol: a new token, which nobody keeps.

    Raises NotAllowed, SignInError, RemoteError.
    """
    if registry.is_public:
        calls = sessions.calls("ecr-public", registry.profile, PUBLIC_REGION)
        answer = calls.call("GetAuthorizationToken")
        return decoded_token(required(answer, "authorizationData", "authorizationToken"))
    calls = sessions.calls("ecr", registry.profile, registry.region)
    data = required(calls.call("GetAuthorizationToken"), "authorizationData")
    if not isinstance(data, list) or not data:
        raise RemoteError("an answer without authorizationData")
    return decoded_token(required(data[0], "authorizationToken"))
