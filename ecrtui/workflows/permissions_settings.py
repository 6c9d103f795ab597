"""What settings of registries and repositories must be allowed: made from their table."""

from __future__ import annotations

from ecrtui.model.permission import Feature, Need
from ecrtui.model.setting import Scope
from ecrtui.model.settings_table import settings_of

_REPOSITORIES = Need("ecr:DescribeRepositories")
_PART = "That part of the settings says that it is denied."
_UNCOUNTED = "What it would count stays uncounted."
_GUIDE = "Limits that it does not tell are those of the user guide."
_SERVICES = {
    Scope.REGISTRY: "ecr",
    Scope.REPOSITORY: "ecr",
    Scope.PUBLIC_REGISTRY: "ecr-public",
    Scope.PUBLIC_REPOSITORY: "ecr-public",
}


def _reading(scope: Scope) -> tuple[Need, ...]:
    """Each part by itself; a repository's row is what all of it begins with."""
    service = _SERVICES[scope]
    names = [name for one in settings_of(scope) for name in one.reads]
    parts = [f"{service}:{name}" for name in dict.fromkeys(names) if name != _ROW]
    of_one = scope in (Scope.REPOSITORY, Scope.PUBLIC_REPOSITORY)
    first = (Need(f"{service}:{_ROW}"),) if of_one else ()
    return (*first, *(Need(action, _PART) for action in parts))


_ROW = "DescribeRepositories"


def _changing(scope: Scope) -> tuple[Need, ...]:
    service = _SERVICES[scope]
    found = {
        f"{service}:{name}": f"{one.title}: not changed so."
        for one in settings_of(scope)
        for name in one.changes
    }
    reads = [Need(need.action, "What cannot be read is not changed.") for need in _reading(scope)]
    known = [one for one in reads if _is_read_to_change(scope, one.action)]
    return (*known, *(Need(action, without) for action, without in found.items()))


def _is_read_to_change(scope: Scope, action: str) -> bool:
    name = action.partition(":")[2]
    return name == _ROW or any(one.changes and name in one.reads for one in settings_of(scope))


SETTINGS_FEATURES = (
    Feature("A registry's settings", "settings", "Settings", _reading(Scope.REGISTRY)),
    Feature("A repository's settings", "settings REPO", "Settings", _reading(Scope.REPOSITORY)),
    Feature(
        "The public registry's settings",
        "settings public",
        "Settings",
        _reading(Scope.PUBLIC_REGISTRY),
    ),
    Feature("A public repository's settings", "", "Settings", _reading(Scope.PUBLIC_REPOSITORY)),
    Feature(
        "Whether an image is replicated and signed",
        "settings IMAGE",
        "Image: Overview",
        (
            Need("ecr:DescribeImages"),
            Need("ecr:DescribeImageReplicationStatus", "It is not told."),
            Need("ecr:DescribeImageSigningStatus", "It is not told."),
        ),
    ),
    Feature(
        "When the tags of a public image were put",
        "settings public.ecr.aws/ALIAS/REPO:TAG",
        "Image: Overview",
        (
            Need("ecr-public:DescribeRegistries"),
            Need("ecr-public:DescribeImages"),
            Need("ecr-public:DescribeImageTags", "It is not told."),
        ),
    ),
    Feature(
        "Quotas with what is used",
        "settings --quotas",
        "Settings",
        (
            Need("ecr:DescribeRepositories", _UNCOUNTED),
            Need("ecr:ListImages", _UNCOUNTED),
            Need("ecr:DescribeRegistry", _UNCOUNTED),
            Need("ecr:DescribePullThroughCacheRules", _UNCOUNTED),
            Need("ecr:ListPullTimeUpdateExclusions", _UNCOUNTED),
            Need("servicequotas:ListServiceQuotas", _GUIDE),
            Need("servicequotas:ListAWSDefaultServiceQuotas", _GUIDE),
        ),
    ),
    Feature(
        "Credentials of pull-through caches checked",
        "settings --check-caches",
        "Settings",
        (
            Need("ecr:DescribePullThroughCacheRules"),
            Need("ecr:ValidatePullThroughCacheRule", "Each rule says that it is denied."),
        ),
    ),
    *(
        Feature(f"{title} settings changed", "", "Settings", _changing(scope), changes=True)
        for title, scope in (
            ("A registry's", Scope.REGISTRY),
            ("A repository's", Scope.REPOSITORY),
            ("The public registry's", Scope.PUBLIC_REGISTRY),
            ("A public repository's", Scope.PUBLIC_REPOSITORY),
        )
    ),
    Feature(
        "A repository made",
        "settings NEW --create",
        "Repositories",
        (_REPOSITORIES, Need("ecr:CreateRepository")),
        changes=True,
    ),
    Feature(
        "Replication backfills listed",
        "backfill",
        "Settings",
        (Need("ecr:ListReplicationBackfills"),),
    ),
    Feature(
        "What was there before replication copied, or that stopped",
        "",
        "Settings",
        (
            Need("ecr:DescribeRegistry"),
            Need("ecr:ListReplicationBackfills"),
            Need("ecr:StartReplicationBackfill"),
            Need("ecr:DescribeReplicationBackfillResults", "It is started, and not followed."),
            Need("ecr:StopReplicationBackfill", "It goes on."),
        ),
        changes=True,
    ),
)

_OF_REGISTRIES = (Scope.REGISTRY, Scope.PUBLIC_REGISTRY)
IN_REGISTRY = frozenset(
    f"{_SERVICES[scope]}:{name}"
    for scope in _OF_REGISTRIES
    for one in settings_of(scope)
    for name in (*one.reads, *one.changes)
) | {
    "ecr:DescribeReplicationBackfillResults",
    "ecr:StartReplicationBackfill",
    "ecr:StopReplicationBackfill",
    "ecr:ValidatePullThroughCacheRule",
}
"""Actions on the registry itself, which cannot be bound to a repository."""
