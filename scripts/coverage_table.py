"""Which command, and which place of the explorer, each operation of ECR is reached by.

Words in capitals stand for what a person types. A test runs each command against the sandbox and
looks whether the operation is called.
"""

from __future__ import annotations

from typing import NamedTuple

_UPLOAD = "/v2/NAME/blobs/uploads/"


class Covered(NamedTuple):
    """One operation."""

    operation: str
    command: str
    """As typed after `ecrtui`."""
    explorer: str
    """Place and key; '' for what only the command line does."""
    protocol: str = ""
    """What is sent instead: IAM knows it as the same action."""


ECR = (
    Covered("BatchCheckLayerAvailability", "import FILE TO", "Images: I, P, c"),
    Covered("BatchDeleteImage", "delete IMAGE", "Images, Image: D"),
    Covered("BatchGetImage", "inspect IMAGE", "Image"),
    Covered("BatchGetRepositoryScanningConfiguration", "settings REPO", "Settings"),
    Covered("CompleteLayerUpload", "import FILE TO", "Images: I, P, c", f"PUT {_UPLOAD}ID"),
    Covered(
        "CreatePullThroughCacheRule", "settings --set pull-through.NEW_CACHE", "Settings: Enter"
    ),
    Covered("CreateRepository", "settings NEW --create", "Repositories: n"),
    Covered(
        "CreateRepositoryCreationTemplate", "settings --set templates.TEMPLATE", "Settings: Enter"
    ),
    Covered("DeleteLifecyclePolicy", "lifecycle delete REPO", "Lifecycle: E"),
    Covered("DeletePullThroughCacheRule", "settings --unset pull-through.quay", "Settings: D"),
    Covered("DeleteRegistryPolicy", "settings --unset policy", "Settings: D"),
    Covered("DeleteRepository", "delete EMPTY --repository", "Repositories: D"),
    Covered("DeleteRepositoryCreationTemplate", "settings --unset templates.old", "Settings: D"),
    Covered("DeleteRepositoryPolicy", "settings REPO --unset policy", "Settings: D"),
    Covered("DeleteSigningConfiguration", "settings --unset signing", "Settings: D"),
    Covered(
        "DeregisterPullTimeUpdateExclusion",
        "settings --unset pull-time-exclusions.ROLE",
        "Settings: m",
    ),
    Covered("DescribeImageReplicationStatus", "settings IMAGE", "Image: Overview"),
    Covered("DescribeImageScanFindings", "findings IMAGE", "Image: f"),
    Covered("DescribeImageSigningStatus", "settings IMAGE", "Image: Overview"),
    Covered("DescribeImages", "images REPO", "Images"),
    Covered("DescribePullThroughCacheRules", "settings", "Registries: i"),
    Covered("DescribeRegistry", "settings", "Registries: i"),
    Covered("DescribeReplicationBackfillResults", "backfill results BACKFILL", "Settings: f"),
    Covered("DescribeRepositories", "repos", "Repositories"),
    Covered("DescribeRepositoryCreationTemplates", "settings", "Registries: i"),
    Covered("GetAccountSetting", "settings", "Registries: i"),
    Covered("GetAuthorizationToken", "import FILE TO", "Images: p, P, c"),
    Covered("GetDownloadUrlForLayer", "layers IMAGE", "Image: Layers, Files"),
    Covered("GetLifecyclePolicy", "lifecycle show REPO", "Images: E, Settings"),
    Covered("GetLifecyclePolicyPreview", "lifecycle preview REPO", "Lifecycle: E"),
    Covered("GetRegistryPolicy", "settings", "Registries: i"),
    Covered("GetRegistryScanningConfiguration", "settings", "Registries: i"),
    Covered("GetRepositoryPolicy", "settings REPO", "Images: i"),
    Covered("GetSigningConfiguration", "settings", "Registries: i"),
    Covered("InitiateLayerUpload", "import FILE TO", "Images: I, P, c", f"POST {_UPLOAD}"),
    Covered("ListImageReferrers", "inspect IMAGE", "Image: Referrers"),
    Covered("ListImages", "settings --quotas", "Settings: Enter on quotas"),
    Covered("ListPullTimeUpdateExclusions", "settings", "Registries: i"),
    Covered("ListReplicationBackfills", "backfill", "Registries: i"),
    Covered("ListTagsForResource", "settings REPO", "Images: i"),
    Covered("PutAccountSetting", "settings --set blob-mounting=ENABLED", "Settings: Enter"),
    Covered("PutImage", "tag IMAGE TAG", "Images: t, c, P"),
    Covered(
        "PutImageScanningConfiguration", "settings REPO --set scan-on-push=true", "Settings: Enter"
    ),
    Covered("PutImageTagMutability", "settings REPO --set mutability=IMMUTABLE", "Settings: Enter"),
    Covered("PutLifecyclePolicy", "lifecycle put REPO --policy LIFECYCLE", "Lifecycle: E"),
    Covered("PutRegistryPolicy", "settings --set policy=POLICY", "Settings: Enter"),
    Covered(
        "PutRegistryScanningConfiguration", "settings --set scanning=SCANNING", "Settings: Enter"
    ),
    Covered("PutReplicationConfiguration", "settings --set replication=RULES", "Settings: Enter"),
    Covered("PutSigningConfiguration", "settings --set signing=SIGNING", "Settings: Enter"),
    Covered("RegisterPullTimeUpdateExclusion", "settings --exclude-me", "Settings: m"),
    Covered("SetRepositoryPolicy", "settings REPO --set policy=POLICY", "Settings: Enter"),
    Covered("StartImageScan", "findings IMAGE --scan", "Images, Image: F"),
    Covered("StartLifecyclePolicyPreview", "lifecycle preview REPO", "Lifecycle: E"),
    Covered("StartReplicationBackfill", "backfill start REGION", "Settings: f"),
    Covered("StopReplicationBackfill", "backfill stop RUNNING", "Settings: f"),
    Covered("TagResource", "settings REPO --set tags.team=shop", "Settings: Enter"),
    Covered("UntagResource", "settings REPO --unset tags.env", "Settings: D"),
    Covered("UpdateImageStorageClass", "archive IMAGE", "Images, Image: a"),
    Covered("UpdatePullThroughCacheRule", "settings --set pull-through.CACHE", "Settings: Enter"),
    Covered("UpdateRepositoryCreationTemplate", "settings --set templates.OLD", "Settings: Enter"),
    Covered("UploadLayerPart", "import FILE TO", "Images: I, P, c", f"PATCH {_UPLOAD}ID"),
    Covered("ValidatePullThroughCacheRule", "settings --check-caches", "Settings: v"),
)
"""Of the private registries."""

PUBLIC = (
    Covered(
        "BatchCheckLayerAvailability",
        "import FILE PUBLIC_TO",
        "Images: I, P, c",
        "HEAD /v2/NAME/blobs/DIGEST",
    ),
    Covered("BatchDeleteImage", "delete PUBLIC_IMAGE", "Images, Image: D"),
    Covered("CompleteLayerUpload", "import FILE PUBLIC_TO", "Images: I, P, c", f"PUT {_UPLOAD}ID"),
    Covered("CreateRepository", "settings PUBLIC_NEW --create", "Repositories: n"),
    Covered("DeleteRepository", "delete PUBLIC_EMPTY --repository", "Repositories: D"),
    Covered("DeleteRepositoryPolicy", "settings PUBLIC_REPO --unset policy", "Settings: D"),
    Covered("DescribeImageTags", "settings PUBLIC_IMAGE", "Image: Overview"),
    Covered("DescribeImages", "images PUBLIC_REPO", "Images"),
    Covered("DescribeRegistries", "settings public", "Registries: i"),
    Covered("DescribeRepositories", "settings PUBLIC_REPO", "Repositories"),
    Covered("GetAuthorizationToken", "inspect PUBLIC_IMAGE", "Image"),
    Covered("GetRegistryCatalogData", "settings public", "Registries: i"),
    Covered("GetRepositoryCatalogData", "settings PUBLIC_REPO", "Images: i"),
    Covered("GetRepositoryPolicy", "settings PUBLIC_REPO", "Images: i"),
    Covered("InitiateLayerUpload", "import FILE PUBLIC_TO", "Images: I, P, c", f"POST {_UPLOAD}"),
    Covered("ListTagsForResource", "settings PUBLIC_REPO", "Images: i"),
    Covered(
        "PutImage", "import FILE PUBLIC_TO", "Images: I, P, c, t", "PUT /v2/NAME/manifests/TAG"
    ),
    Covered("PutRegistryCatalogData", "settings public --set catalog=NAME", "Settings: Enter"),
    Covered(
        "PutRepositoryCatalogData",
        "settings PUBLIC_REPO --set catalog=CATALOG",
        "Settings: Enter",
    ),
    Covered("SetRepositoryPolicy", "settings PUBLIC_REPO --set policy=POLICY", "Settings: Enter"),
    Covered("TagResource", "settings PUBLIC_REPO --set tags.team=shop", "Settings: Enter"),
    Covered("UntagResource", "settings PUBLIC_REPO --unset tags.env", "Settings: D"),
    Covered("UploadLayerPart", "import FILE PUBLIC_TO", "Images: I, P, c", f"PATCH {_UPLOAD}ID"),
)
"""Of ECR Public."""
