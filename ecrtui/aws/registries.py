"""Readers of registries, private and public, over the sessions of one run."""

from __future__ import annotations

from ecrtui.aws.download import Fetch
from ecrtui.aws.private import PrivateRegistry
from ecrtui.aws.public import OpenSource, PublicRegistry
from ecrtui.aws.sessions import Sessions
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
