"""What deleting must be allowed in IAM."""

from __future__ import annotations

from ecrtui.model.permission import Feature, Need
from ecrtui.workflows.permissions_use import USE_FEATURES

_IMAGES = Need("ecr:DescribeImages")
_UNLOOKED = "Nothing is known of uses: only what is named goes."
_GOING = (
    _IMAGES,
    Need("ecr:BatchDeleteImage"),
    Need("ecr:BatchGetImage", "It cannot be undone, and the plan says so."),
    Need("ecr:DescribeRepositories", _UNLOOKED),
    Need("ecr:DescribeRegistry", _UNLOOKED),
    *(
        Need(need.action, _UNLOOKED)
        for need in USE_FEATURES[0].needs
        if not need.action.startswith("ecr:Describe")
    ),
)
PRUNE_FEATURES = (
    Feature(
        "Images deleted by rules",
        "prune REPO --tags OLD --include OLD --region REGION",
        "Repositories, Images",
        _GOING,
        changes=True,
    ),
    Feature(
        "Images deleted by name",
        "delete ARCHIVED --include OLD --region REGION",
        "Images, Image",
        _GOING,
        changes=True,
    ),
    Feature(
        "An empty repository deleted",
        "delete --repository EMPTY",
        "Repositories",
        (_IMAGES, Need("ecr:DeleteRepository")),
        changes=True,
    ),
)
