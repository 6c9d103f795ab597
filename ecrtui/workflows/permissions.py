"""What each thing ecrtui does must be allowed in IAM: docs/permissions.md is made from this.

A test runs each with a key that may do exactly this, and again with each action taken away.
`sts:GetCallerIdentity` is asked too and stands nowhere: AWS answers it without any permission.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ecrtui.model.permission import Feature, Need
from ecrtui.workflows.permissions_lifecycle import LIFECYCLE_FEATURES
from ecrtui.workflows.permissions_prune import PRUNE_FEATURES
from ecrtui.workflows.permissions_settings import IN_REGISTRY, SETTINGS_FEATURES
from ecrtui.workflows.permissions_use import USE_FEATURES

__all__ = ["FEATURES", "Feature", "Need", "actions_of", "policy"]

_REPOSITORIES = Need("ecr:DescribeRepositories")
_IMAGES = Need("ecr:DescribeImages")
_REGIONS = Need(
    "account:ListRegions",
    "Every region AWS has is tried; those the account has not enabled say so.",
)
_ALIAS = Need("iam:ListAccountAliases", "Accounts are shown by their numbers alone.")
_PUBLIC_REPOSITORIES = Need(
    "ecr-public:DescribeRepositories", "The row of the public registry says that it is denied."
)
_MANIFESTS = Need("ecr:BatchGetImage")
_LAYERS = Need("ecr:GetDownloadUrlForLayer")
_CHECKED = Need("ecr:BatchCheckLayerAvailability")
_TARGET = Need("ecr:DescribeImages", "What the tag named before is not told.")
_PUSHING = (
    Need("ecr:DescribeRepositories", "An immutable tag is told when it is put, at the end."),
    Need("ecr:GetAuthorizationToken"),
    Need("ecr:InitiateLayerUpload"),
    Need("ecr:UploadLayerPart"),
    Need("ecr:CompleteLayerUpload"),
    Need("ecr:PutImage"),
)

FEATURES = (
    Feature(
        "Accounts and regions",
        "regions",
        "Registries",
        (
            Need("ecr:DescribeRepositories", "Each region's row says that it is denied."),
            _PUBLIC_REPOSITORIES,
            _REGIONS,
            _ALIAS,
        ),
    ),
    Feature("Repositories", "repos", "Repositories", (_REPOSITORIES,)),
    Feature("Images", "images REPO", "Images", (_IMAGES,)),
    Feature(
        "One image, and artifacts opened",
        "inspect IMAGE",
        "Image",
        (
            _IMAGES,
            Need("ecr:BatchGetImage", "Its row and what refers to it; no manifest, no contents."),
            Need("ecr:GetDownloadUrlForLayer", "No config; layers without their commands."),
            Need("ecr:ListImageReferrers", "What refers to it is not known."),
        ),
    ),
    *(
        Feature(
            title,
            command,
            "",
            (
                _IMAGES,
                Need("ecr:BatchGetImage"),
                Need("ecr:GetDownloadUrlForLayer"),
            ),
        )
        for title, command in (
            ("What each layer holds and wastes", "layers IMAGE"),
            ("Files of an image", "files IMAGE"),
        )
    ),
    Feature(
        "What scanning found in an image",
        "findings IMAGE",
        "Image: Findings",
        (
            _IMAGES,
            Need("ecr:DescribeImageScanFindings"),
        ),
    ),
    Feature(
        "What scanning found in the platforms of an index",
        "findings INDEX",
        "Image: Findings",
        (_IMAGES, _MANIFESTS, Need("ecr:DescribeImageScanFindings")),
    ),
    Feature(
        "What enhanced scanning found, with EPSS",
        "findings ENHANCED",
        "Image: Findings",
        (
            _IMAGES,
            Need("ecr:DescribeImageScanFindings"),
            Need("inspector2:ListFindings", "EPSS is not told."),
        ),
    ),
    Feature(
        "A finding of enhanced scanning, closely",
        "",
        "Image: Findings, then Enter",
        (Need("inspector2:BatchGetFindingDetails"),),
    ),
    Feature(
        "Which images have a vulnerability",
        "findings --cve CVE-2026-1",
        "The line after :",
        (
            Need("ecr:DescribeRepositories", "Each region is told as not looked at."),
            Need("ecr:DescribeImages", "Where Inspector is not on: its repositories are told."),
            Need("ecr:DescribeImageScanFindings", "Where Inspector is not on: nothing is found."),
            Need("inspector2:BatchGetAccountStatus", "ECR's own findings are looked at."),
            Need("inspector2:ListFindings", "ECR's own findings are looked at; no EPSS."),
            _REGIONS,
        ),
    ),
    Feature(
        "A scan started",
        "findings IMAGE --scan",
        "Image: Findings",
        (
            _IMAGES,
            Need("ecr:DescribeImageScanFindings"),
            Need("ecr:StartImageScan"),
            Need(
                "ecr:GetRegistryScanningConfiguration",
                "That enhanced scanning scans by itself is told by ECR alone, in its words.",
            ),
        ),
        changes=True,
    ),
    Feature(
        "Two images compared",
        "diff IMAGE IMAGE",
        "Compare",
        (
            _IMAGES,
            _MANIFESTS,
            _LAYERS,
            Need("ecr:DescribeImageScanFindings", "Their findings are not compared."),
        ),
    ),
    Feature(
        "An image pulled into an engine",
        "pull IMAGE",
        "Images, Image",
        (
            _REPOSITORIES,
            _IMAGES,
            Need("ecr:BatchGetImage"),
            Need("ecr:GetDownloadUrlForLayer"),
            Need("ecr:GetAuthorizationToken"),
        ),
    ),
    *SETTINGS_FEATURES,
    Feature(
        "Search in every registry",
        "search TEXT",
        "Search",
        (
            Need("ecr:DescribeRepositories", "Each region is told as not looked at."),
            Need("ecr:DescribeImages", "Names of repositories are found; tags and digests not."),
            Need("ecr-public:DescribeRepositories", "The public registry is not looked at."),
            Need("ecr-public:DescribeImages", "Images in the public registry are not found."),
            _REGIONS,
        ),
    ),
    Feature(
        "docker and podman signed in",
        "login --install-helper --dry-run",
        "",
        (Need("ecr:GetAuthorizationToken"),),
    ),
    Feature("Waiting for an image", "wait IMAGE", "Images", (_IMAGES,)),
    Feature(
        "Why an image cannot be pulled",
        "why IMAGE --from ROLE",
        "Why it cannot be pulled",
        (
            Need("ecr:DescribeRepositories", "Nothing of it can be looked at."),
            Need("ecr:DescribeImages", "Whether the tag is there is unknown."),
            Need("ecr:BatchGetImage", "Its platforms and layers are unknown."),
            Need("ecr:GetDownloadUrlForLayer", "The processor it is made for is unknown."),
            Need("ecr:BatchCheckLayerAvailability", "Whether all layers are there is unknown."),
            Need("ecr:ListImageReferrers", "Whether it is signed is unknown."),
            Need("ecr:GetRepositoryPolicy", "Whether its policy lets one pull is unknown."),
            Need("ecr:GetRegistryPolicy", "Whether the registry's policy denies is unknown."),
            Need("ecr:GetAccountSetting", "Whether the registry's policy counts is unknown."),
            Need("iam:SimulatePrincipalPolicy", "What the role itself may is unknown."),
            Need("ecr:DescribeRegistry", "Where it is replicated to is not looked at."),
            Need("kms:DescribeKey", "The state of the repository's key is unknown."),
            Need("ecs:ListClusters", "What ECS says of its tasks is unknown."),
            Need("ecs:ListTasks", "What ECS says of its tasks is unknown."),
            Need("ecs:DescribeTasks", "What ECS says of its tasks is unknown."),
            Need("ecs:ListServices", "What services say is unknown."),
            Need("ecs:DescribeServices", "What services say is unknown."),
            Need("ecs:DescribeTaskDefinition", "The task's platform and role are not known."),
        ),
    ),
    Feature(
        "What a tag named before, and a repository's pushes",
        "history IMAGE",
        "History",
        (
            _IMAGES,
            Need("cloudtrail:LookupEvents", "Only what ecrtui saw and changed itself is known."),
        ),
    ),
    Feature("What is here and what is missing", "doctor", "", (_REPOSITORIES, _ALIAS)),
    Feature("Copying an image's URI", "", "Copy menu", (_REPOSITORIES,)),
    Feature(
        "A public registry",
        "inspect public.ecr.aws/ALIAS/REPO:TAG",
        "Registries, then public.ecr.aws",
        (
            Need("ecr-public:DescribeRegistries"),
            Need("ecr-public:DescribeRepositories", "No manifest: its registry is not known."),
            Need("ecr-public:DescribeImages"),
            Need("ecr-public:GetAuthorizationToken", "The row alone; no manifest, no contents."),
            Need("sts:GetServiceBearerToken", "As without GetAuthorizationToken, which needs it."),
        ),
    ),
    Feature("An image into a file", "export IMAGE FILE", "", (_IMAGES, _MANIFESTS, _LAYERS)),
    Feature(
        "A file, or an image of the engine, into a registry",
        "import FILE IMAGE",
        "",
        (_TARGET, _CHECKED, *_PUSHING),
        changes=True,
    ),
    Feature(
        "A file, or an image of the engine, into a repository that is made for it",
        "push LOCAL NEW --create",
        "",
        (Need("ecr:CreateRepository"), _REPOSITORIES, _CHECKED, *_PUSHING[1:]),
        changes=True,
    ),
    Feature(
        "An image from one repository to another",
        "copy IMAGE TO",
        "",
        (_IMAGES, _MANIFESTS, _LAYERS, _CHECKED, *_PUSHING),
        changes=True,
    ),
    Feature(
        "More tags for an image",
        "tag IMAGE TAG",
        "",
        (_IMAGES, _REPOSITORIES, _MANIFESTS, Need("ecr:PutImage")),
        changes=True,
    ),
    *(
        Feature(title, command, "", (_IMAGES, Need("ecr:UpdateImageStorageClass")), changes=True)
        for title, command in (
            ("Out of the archive", "restore ARCHIVED"),
            ("Into the archive", "archive IMAGE"),
        )
    ),
)

_OWN_KEY = (
    Need("iam:ListAccessKeys"),
    Need("iam:CreateAccessKey"),
    Need("iam:UpdateAccessKey", "The new key is signed with, and the old one stays active."),
    Need("iam:DeleteAccessKey", "It is neither taken back nor finished."),
    Need("iam:GetAccessKeyLastUsed", "When a key was last used is not told."),
)
FEATURES += (
    *USE_FEATURES,
    *LIFECYCLE_FEATURES,
    *PRUNE_FEATURES,
    Feature("A kept credential's access key rotated", "", "Credentials", _OWN_KEY, changes=True),
)

# Of the actions above, those that cannot be bound to a repository (service authorization
# reference); all others of ecr and ecr-public can.
_UNBOUND = (
    frozenset(
        {
            "ecr:GetAuthorizationToken",
            "ecr-public:DescribeRegistries",
            "ecr-public:GetAuthorizationToken",
            "iam:ListAccountAliases",
            "iam:PassRole",
            "iam:SimulatePrincipalPolicy",
        }
    )
    | IN_REGISTRY
)
_RESOURCES = {
    "ecr": "arn:aws:ecr:*:{account}:repository/*",
    "ecr-public": "arn:aws:ecr-public::{account}:repository/*",
    "iam": "arn:aws:iam::{account}:user/${{aws:username}}",
}


def actions_of(features: Iterable[Feature]) -> tuple[str, ...]:
    """Every action some features need, once, in order."""
    return tuple(sorted({need.action for feature in features for need in feature.needs}))


def policy(actions: Iterable[str], account: str) -> dict[str, Any]:
    """The smallest IAM policy that allows these actions on an account's registries."""
    by_resource: dict[str, list[str]] = {}
    for action in sorted(actions):
        service = action.partition(":")[0]
        bound = service in _RESOURCES and action not in _UNBOUND
        resource = _RESOURCES[service].format(account=account) if bound else "*"
        by_resource.setdefault(resource, []).append(action)
    statements = [
        {"Effect": "Allow", "Action": listed, "Resource": resource}
        for resource, listed in sorted(by_resource.items(), reverse=True)
    ]
    return {"Version": "2012-10-17", "Statement": statements}
