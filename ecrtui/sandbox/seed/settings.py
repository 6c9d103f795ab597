"""The registries' own settings: caches, templates, replication, scanning, permissions."""

from __future__ import annotations

import json
from typing import Any

from ecrtui.sandbox.registry import Registry
from ecrtui.sandbox.seed.places import DEV, MAIN, PROD, REPLICA
from ecrtui.sandbox.seed.story import moment

Document = dict[str, Any]
_CREATED = moment("03-02 10:00").timestamp()


def main_settings(registry: Registry) -> None:
    """Production: three caches, two templates, replication over the ocean, basic scanning."""
    settings = registry.settings
    for rule in (
        _cache("docker-hub", "registry-1.docker.io", "docker-hub", "docker-hub"),
        _cache("ecr-public", "public.ecr.aws", "ecr-public"),
        _cache("quay", "quay.io", "quay"),
    ):
        settings.pull_through[rule["ecrRepositoryPrefix"]] = rule
    for template in (_cache_template("docker-hub"), _push_template("shop")):
        settings.templates[template["prefix"]] = template
    settings.replication = [
        {
            "destinations": [{"region": REPLICA, "registryId": PROD}],
            "repositoryFilters": [
                {"filter": "shop/", "filterType": "PREFIX_MATCH"},
                {"filter": "platform/", "filterType": "PREFIX_MATCH"},
            ],
        }
    ]
    settings.scanning = {"scanType": "BASIC", "rules": [_scan("SCAN_ON_PUSH", "shop/*")]}
    settings.exclusions = {
        f"arn:aws:iam::{PROD}:role/security-scanner": moment("06-01 08:00").timestamp()
    }
    settings.account_settings["BLOB_MOUNTING"] = "ENABLED"


def replica_settings(registry: Registry) -> None:
    """The replica is scanned by Inspector and lets production replicate into it."""
    rules = [_scan("CONTINUOUS_SCAN", "shop/*"), _scan("SCAN_ON_PUSH", "*")]
    registry.settings.scanning = {"scanType": "ENHANCED", "rules": rules}
    registry.settings.policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "AllowReplication",
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{PROD}:root"},
                    "Action": ["ecr:CreateRepository", "ecr:ReplicateImage"],
                    "Resource": f"arn:aws:ecr:{REPLICA}:{PROD}:repository/*",
                }
            ],
        }
    )


def dev_settings(registry: Registry) -> None:
    """Development caches production's registry instead of pushing twice."""
    rule = _cache("prod", f"{PROD}.dkr.ecr.{MAIN}.amazonaws.com", "ecr")
    rule |= {"registryId": DEV, "customRoleArn": f"arn:aws:iam::{DEV}:role/pull-from-prod"}
    registry.settings.pull_through["prod"] = rule


def _cache(prefix: str, url: str, upstream: str, secret: str = "") -> Document:
    rule = {
        "ecrRepositoryPrefix": prefix,
        "upstreamRegistryUrl": url,
        "createdAt": _CREATED,
        "registryId": PROD,
        "upstreamRegistry": upstream,
        "updatedAt": _CREATED,
    }
    if secret:
        where = f"arn:aws:secretsmanager:{MAIN}:{PROD}:secret"
        rule["credentialArn"] = f"{where}:ecr-pullthroughcache/{secret}-AbCdEf"
    return rule


def _cache_template(prefix: str) -> Document:
    return {
        "prefix": prefix,
        "description": "What the cache of Docker Hub creates",
        "encryptionConfiguration": {"encryptionType": "AES256"},
        "resourceTags": [{"Key": "team", "Value": "foundation"}],
        "imageTagMutability": "MUTABLE",
        "appliedFor": ["PULL_THROUGH_CACHE"],
        "createdAt": _CREATED,
        "updatedAt": _CREATED,
    }


def _push_template(prefix: str) -> Document:
    return {
        "prefix": prefix,
        "description": "New services of the shop",
        "encryptionConfiguration": {"encryptionType": "AES256"},
        "resourceTags": [{"Key": "team", "Value": "storefront"}],
        "imageTagMutability": "IMMUTABLE",
        "appliedFor": ["REPLICATION", "CREATE_ON_PUSH"],
        "createdAt": _CREATED,
        "updatedAt": moment("08-11 15:20").timestamp(),
    }


def _scan(frequency: str, pattern: str) -> Document:
    filters = [{"filter": pattern, "filterType": "WILDCARD"}]
    return {"scanFrequency": frequency, "repositoryFilters": filters}
