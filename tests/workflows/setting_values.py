"""Two values for every setting that can be changed, over any world with `team/app` in it."""

from __future__ import annotations

from typing import Any

from ecrtui.model.places import Registry
from ecrtui.model.setting import Scope, Setting
from ecrtui.workflows.services import Services
from tests import worlds
from tests.workflows.at_work import here

ACCOUNT = worlds.ACCOUNT
RULE = {
    "destinations": [{"region": "us-east-1", "registryId": ACCOUNT}],
    "repositoryFilters": [{"filter": "team/", "filterType": "PREFIX_MATCH"}],
}
_SECRET = f"arn:aws:secretsmanager:{worlds.REGION}:{ACCOUNT}:secret:ecr-pullthroughcache/hub"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}],
}
_PROFILE = f"arn:aws:signer:{worlds.REGION}:{ACCOUNT}:/signing-profiles/releases"
_FIRST: dict[str, Any] = {
    "prefix": "team",
    "appliedFor": ["CREATE_ON_PUSH"],
    "imageTagMutability": "IMMUTABLE",
}
_FIRST |= {"encryptionConfiguration": {"encryptionType": "AES256"}}
_SECOND = {**_FIRST, "prefix": "other", "description": "what others get"}
HUB = {
    "ecrRepositoryPrefix": "hub",
    "upstreamRegistryUrl": "registry-1.docker.io",
    "credentialArn": _SECRET,
}
QUAY = {"ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io"}


def _filter(text: str, kind: str = "WILDCARD") -> dict[str, str]:
    return {"filter": text, "filterType": kind}


_SCAN = {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [_filter("team/*")]}
VALUES: dict[tuple[Scope, str], tuple[Any, Any]] = {
    (Scope.REGISTRY, "replication"): (
        {"rules": [RULE]},
        {"rules": [{**RULE, "deleteReplication": {"enabled": True}}]},
    ),
    (Scope.REGISTRY, "pull-through"): ([HUB], [{**HUB, "credentialArn": _SECRET + "-2"}, QUAY]),
    (Scope.REGISTRY, "templates"): ([_FIRST], [_SECOND, {**_FIRST, "description": "new"}]),
    (Scope.REGISTRY, "scanning"): (
        {"scanType": "BASIC", "rules": [_SCAN]},
        {"scanType": "ENHANCED", "rules": [_SCAN]},
    ),
    (Scope.REGISTRY, "signing"): (
        {"rules": [{"signingProfileArn": _PROFILE}]},
        {"rules": [{"signingProfileArn": _PROFILE + "2"}]},
    ),
    (Scope.REGISTRY, "policy"): (POLICY, {**POLICY, "Version": "2008-10-17"}),
    (Scope.REGISTRY, "policy-scope"): ("V2", "V2"),
    (Scope.REGISTRY, "basic-scan-type"): ("AWS_NATIVE", "AWS_NATIVE"),
    (Scope.REGISTRY, "blob-mounting"): ("DISABLED", "ENABLED"),
    (Scope.REGISTRY, "pull-time-exclusions"): (
        [f"arn:aws:iam::{ACCOUNT}:role/a", f"arn:aws:iam::{ACCOUNT}:role/b"],
        [f"arn:aws:iam::{ACCOUNT}:role/b", f"arn:aws:iam::{ACCOUNT}:role/c"],
    ),
    (Scope.REPOSITORY, "mutability"): (
        {"imageTagMutability": "IMMUTABLE"},
        {
            "imageTagMutability": "MUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "v*"}],
        },
    ),
    (Scope.REPOSITORY, "scan-on-push"): (True, False),
    (Scope.REPOSITORY, "policy"): (POLICY, {**POLICY, "Version": "2008-10-17"}),
    (Scope.REPOSITORY, "tags"): ({"a": "1", "b": "2"}, {"b": "3", "c": "4"}),
    (Scope.PUBLIC_REGISTRY, "catalog"): ({"displayName": "One"}, {"displayName": "Two"}),
    (Scope.PUBLIC_REPOSITORY, "catalog"): (
        {"description": "One", "architectures": ["ARM 64"]},
        {"description": "Two", "aboutText": "# All"},
    ),
    (Scope.PUBLIC_REPOSITORY, "policy"): (POLICY, {**POLICY, "Version": "2008-10-17"}),
    (Scope.PUBLIC_REPOSITORY, "tags"): ({"a": "1", "b": "2"}, {"b": "3"}),
}
KEPT_RULE = {
    "ecrRepositoryPrefix": "quay",
    "upstreamRegistryUrl": "quay.io",
    "upstreamRegistry": "quay",
    "createdAt": 1_770_000_000.0,
    "registryId": ACCOUNT,
}
"""A rule as a registry keeps it."""


def place(services: Services, setting: Setting, shown: str = "team/app") -> tuple[Registry, str]:
    """Where a setting is tried; `shown` is what the public repository is called."""
    public = setting.scope in (Scope.PUBLIC_REGISTRY, Scope.PUBLIC_REPOSITORY)
    of_all = setting.scope in (Scope.REGISTRY, Scope.PUBLIC_REGISTRY)
    name = shown if public else "team/app"
    return services.public("main") if public else here(), "" if of_all else name
