"""Addresses in the AWS console, per partition.

The forms are those the console itself showed in 2026; AWS documents none of them, so they are
offered as a convenience and never relied on.
"""

from __future__ import annotations

from urllib.parse import quote

from ecrtui.model.places import PUBLIC_REGION, Registry

_HOSTS = (
    ("cn-", "console.amazonaws.cn"),
    ("us-gov-", "console.amazonaws-us-gov.com"),
    ("eusc-", "console.amazonaws-eusc.eu"),
)


def console_host(region: str) -> str:
    """The console's host for a region, its partition included."""
    for prefix, host in _HOSTS:
        if region.startswith(prefix):
            return f"{region}.{host}"
    return f"{region}.console.aws.amazon.com"


def registry_url(registry: Registry) -> str:
    """The list of repositories of one registry."""
    if registry.is_public:
        return f"https://{console_host(PUBLIC_REGION)}/ecr/public-registry/repositories"
    region = registry.region
    return f"https://{console_host(region)}/ecr/private-registry/repositories?region={region}"


def repository_url(registry: Registry, repository: str) -> str:
    """One repository's images."""
    name = quote(repository, safe="/")
    if registry.is_public:
        host = console_host(PUBLIC_REGION)
        return f"https://{host}/ecr/repositories/public/{registry.account}/{name}"
    host, region = console_host(registry.region), registry.region
    path = f"ecr/repositories/private/{registry.account}/{name}"
    return f"https://{host}/{path}?region={region}"


def image_url(registry: Registry, repository: str, digest: str) -> str:
    """One image's details; ECR Public has no such page, so its repository answers."""
    if registry.is_public:
        return repository_url(registry, repository)
    host, region = console_host(registry.region), registry.region
    path = f"ecr/repositories/private/{registry.account}/{quote(repository, safe='/')}"
    return f"https://{host}/{path}/_/image/{digest}/details?region={region}"
