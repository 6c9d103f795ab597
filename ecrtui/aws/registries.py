"""Readers of registries, private and public, over the sessions of one run."""

from __future__ import annotations

import functools
import os
import ssl

import urllib3

from ecrtui.aws.calls import Calls
from ecrtui.aws.private import PrivateRegistry
from ecrtui.aws.public import OpenSource, PublicRegistry
from ecrtui.aws.sessions import Sessions
from ecrtui.model.places import PUBLIC_REGION, Registry
from ecrtui.model.ports import RegistryReader


def reader(sessions: Sessions, registry: Registry, open_source: OpenSource) -> RegistryReader:
    """The reader of one registry; cheap, since clients and connections are shared."""
    if registry.is_public:
        client = sessions.client("ecr-public", registry.profile, PUBLIC_REGION)
        return PublicRegistry(registry, Calls(client, registry.profile), open_source)
    client = sessions.client("ecr", registry.profile, registry.region)
    return PrivateRegistry(registry, Calls(client, registry.profile, registry.account), pool())


def public_aliases(sessions: Sessions, profile: str) -> frozenset[str]:
    """The names under which public.ecr.aws shows the account's registry: default and custom."""
    calls = Calls(sessions.client("ecr-public", profile, PUBLIC_REGION), profile)
    rows = calls.call("DescribeRegistries").get("registries", ())
    return frozenset(alias["name"] for row in rows for alias in row.get("aliases", ()))


@functools.lru_cache(maxsize=1)
def pool() -> urllib3.PoolManager:
    """The connections for blobs: the proxy and the CA bundle of the AWS environment apply."""
    context = ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or None)
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    if proxy:
        return urllib3.ProxyManager(proxy, ssl_context=context, maxsize=8)
    return urllib3.PoolManager(ssl_context=context, maxsize=8)
