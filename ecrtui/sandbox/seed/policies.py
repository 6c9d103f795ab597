"""Policies: who may do what, what is kept how long, and which tags may not move."""

from __future__ import annotations

import json
from typing import Any

from ecrtui.sandbox.registry import Registry
from ecrtui.sandbox.seed.places import DEV, MAIN, PROD
from ecrtui.sandbox.seed.story import NOW

Document = dict[str, Any]
VIEWER = ("sts:*", "account:ListRegions", "ecr:Describe*", "ecr:List*", "ecr:GetLifecyclePolicy")
ON_CALL = (
    *("sts:*", "account:*", "ecr:Describe*", "ecr:List*", "ecr:Get*", "ecr:Batch[GC]*"),
    *("ecs:Describe*", "ecs:List*", "lambda:Get*", "lambda:List*", "inspector2:*"),
)
GUARDED = ("apprunner:*", "codebuild:*")
"""What the organization keeps from development: nobody there can say what runs in these."""
EXECUTION = ("ecr:GetAuthorizationToken", "ecr:Batch[CG]*", "ecr:GetDownloadUrlForLayer", "logs:*")
"""What AmazonECSTaskExecutionRolePolicy allows."""
_PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
_SHARED = ("shop/api", "shop/web", "platform/base-debian", "platform/base-python")


def apply_main(registry: Registry) -> None:
    """The settings of single repositories in the production registry."""
    for name in _SHARED:
        registry.get(name).policy = pull_by(DEV)
    registry.get("platform/runner").policy = _pull_by_codebuild()
    for name in ("shop/payments", "platform/base-debian"):
        registry.get(name).mutability = "IMMUTABLE"
    checkout = registry.get("shop/checkout")
    checkout.mutability = "IMMUTABLE_WITH_EXCLUSION"
    checkout.exclusion_filters = [
        {"filterType": "WILDCARD", "filter": "latest"},
        {"filterType": "WILDCARD", "filter": "dev-*"},
    ]
    registry.get("shop/payments").encryption = {
        "encryptionType": "KMS",
        "kmsKey": f"arn:aws:kms:{MAIN}:{PROD}:key/1f2e3d4c-5b6a-4789-9abc-def012345678",
    }
    for name in ("shop/api", "shop/web", "shop/orders", "ci/preview", "shop/worker"):
        _keep(registry, name, [_expire_untagged(1, 14), _keep_newest(2, ["v"], 200)])
    _keep(registry, "legacy/monolith", [_archive_unpulled(1, 90)])


def apply_dev(registry: Registry) -> None:
    """In the development account everything untagged goes after three days."""
    for name in list(registry.repositories):
        _keep(registry, name, [_expire_untagged(1, 3)])


def _keep(registry: Registry, name: str, rules: list[Document]) -> None:
    repository = registry.get(name)
    repository.lifecycle_policy = json.dumps({"rules": rules})
    repository.lifecycle_evaluated_at = NOW.timestamp() - 6 * 3600 - len(name) * 60


def _expire_untagged(priority: int, days: int) -> Document:
    return {
        "rulePriority": priority,
        "description": f"Expire untagged images after {days} days",
        "selection": {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": days,
        },
        "action": {"type": "expire"},
    }


def _keep_newest(priority: int, prefixes: list[str], count: int) -> Document:
    return {
        "rulePriority": priority,
        "description": f"Keep the newest {count} releases",
        "selection": {
            "tagStatus": "tagged",
            "tagPrefixList": prefixes,
            "countType": "imageCountMoreThan",
            "countNumber": count,
        },
        "action": {"type": "expire"},
    }


def _archive_unpulled(priority: int, days: int) -> Document:
    return {
        "rulePriority": priority,
        "description": f"Archive what nobody pulled for {days} days",
        "selection": {
            "tagStatus": "any",
            "storageClass": "standard",
            "countType": "sinceImagePulled",
            "countUnit": "days",
            "countNumber": days,
        },
        "action": {"type": "transition", "targetStorageClass": "archive"},
    }


def pull_by(account: str) -> str:
    """A repository policy by which another account pulls."""
    statement = {
        "Sid": "AllowDevelopmentToPull",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": _PULL,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _pull_by_codebuild() -> str:
    statement = {
        "Sid": "AllowCodeBuild",
        "Effect": "Allow",
        "Principal": {"Service": "codebuild.amazonaws.com"},
        "Action": _PULL,
        "Condition": {"StringEquals": {"aws:SourceAccount": PROD}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
