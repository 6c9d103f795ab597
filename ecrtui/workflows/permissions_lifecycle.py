"""What lifecycle policies must be allowed in IAM."""

from __future__ import annotations

from ecrtui.model.permission import Feature, Need
from ecrtui.workflows.permissions_use import USE_FEATURES

_POLICY = Need("ecr:GetLifecyclePolicy")
_IMAGES = Need("ecr:DescribeImages")
_PREVIEW = "It is simulated here alone, and says so."
_UNLOOKED = "Nothing is known of uses: every image may be in use."
_FORESEEN = (
    _IMAGES,
    Need("ecr:StartLifecyclePolicyPreview", _PREVIEW),
    Need("ecr:GetLifecyclePolicyPreview", _PREVIEW),
    Need("ecr:DescribeRepositories", _UNLOOKED),
    *(need for need in USE_FEATURES[0].needs if need.without),
)
LIFECYCLE_FEATURES = (
    Feature("A lifecycle policy", "lifecycle show REPO", "Lifecycle policy", (_POLICY,)),
    Feature(
        "Whom a lifecycle policy takes",
        "lifecycle preview REPO --region REGION",
        "Lifecycle policy",
        (_POLICY, *_FORESEEN),
        changes=True,
    ),
    Feature(
        "A lifecycle policy put",
        "lifecycle put REPO --policy POLICY --region REGION",
        "Lifecycle policy",
        (_POLICY, *_FORESEEN, Need("ecr:PutLifecyclePolicy")),
        changes=True,
    ),
    Feature(
        "A lifecycle policy taken away",
        "lifecycle delete REPO",
        "Lifecycle policy",
        (_POLICY, Need("ecr:DeleteLifecyclePolicy")),
        changes=True,
    ),
    Feature(
        "What lifecycle policies took before",
        "lifecycle history REPO",
        "Lifecycle policy",
        (Need("cloudtrail:LookupEvents"),),
    ),
)
