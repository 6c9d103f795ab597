"""All settings there are, in the order they are shown."""

from __future__ import annotations

from ecrtui.model import setting_examples as examples
from ecrtui.model.setting import Choice, Scope, Setting

_ON_OFF = (Choice("ENABLED", "on"), Choice("DISABLED", "off"))

_REGISTRY = (
    Setting(
        name="replication",
        title="Replication",
        scope=Scope.REGISTRY,
        reads=("DescribeRegistry",),
        changes=("PutReplicationConfiguration",),
        help="What is pushed here is copied to these registries, by the start of its name.",
        start=examples.REPLICATION,
    ),
    Setting(
        name="backfills",
        title="Replication backfills",
        scope=Scope.REGISTRY,
        reads=("ListReplicationBackfills",),
        help="Images that were there before the rules, copied afterwards: ecrtui backfill.",
    ),
    Setting(
        name="pull-through",
        title="Pull-through cache rules",
        scope=Scope.REGISTRY,
        reads=("DescribePullThroughCacheRules",),
        changes=(
            "CreatePullThroughCacheRule",
            "UpdatePullThroughCacheRule",
            "DeletePullThroughCacheRule",
        ),
        help="Names that begin so are fetched from another registry and kept here.",
        key="ecrRepositoryPrefix",
        start="""[
  {
    "ecrRepositoryPrefix": "quay",
    "upstreamRegistryUrl": "quay.io"
  }
]
""",
    ),
    Setting(
        name="templates",
        title="Repository creation templates",
        scope=Scope.REGISTRY,
        reads=("DescribeRepositoryCreationTemplates",),
        changes=(
            "CreateRepositoryCreationTemplate",
            "UpdateRepositoryCreationTemplate",
            "DeleteRepositoryCreationTemplate",
        ),
        help="What repositories get that ECR makes by itself: caches, replicas, first pushes.",
        key="prefix",
        start="""[
  {
    "prefix": "team",
    "appliedFor": ["CREATE_ON_PUSH", "REPLICATION"],
    "imageTagMutability": "IMMUTABLE"
  }
]
""",
    ),
    Setting(
        name="scanning",
        title="Scanning",
        scope=Scope.REGISTRY,
        reads=("GetRegistryScanningConfiguration",),
        changes=("PutRegistryScanningConfiguration",),
        help="Basic (ECR's own) or enhanced (Amazon Inspector), and which repositories when.",
        removable=False,
    ),
    Setting(
        name="signing",
        title="Signing",
        scope=Scope.REGISTRY,
        reads=("GetSigningConfiguration",),
        changes=("PutSigningConfiguration", "DeleteSigningConfiguration"),
        help="What is pushed is signed by AWS Signer, by the repository's name.",
        start=examples.SIGNING,
    ),
    Setting(
        name="policy",
        title="Registry policy",
        scope=Scope.REGISTRY,
        reads=("GetRegistryPolicy",),
        changes=("PutRegistryPolicy", "DeleteRegistryPolicy"),
        help="Who may replicate into this registry, and use its caches, from other accounts.",
        start=examples.POLICY,
    ),
    Setting(
        name="policy-scope",
        title="What the registry policy covers",
        scope=Scope.REGISTRY,
        reads=("GetAccountSetting",),
        changes=("PutAccountSetting",),
        help="V2 lets the registry policy speak of every action of ECR.",
        choices=(Choice("V2", "every action"),),
        removable=False,
    ),
    Setting(
        name="basic-scan-type",
        title="Version of basic scanning",
        scope=Scope.REGISTRY,
        reads=("GetAccountSetting",),
        changes=("PutAccountSetting",),
        help="Which scanner basic scanning uses.",
        choices=(Choice("AWS_NATIVE", "ECR's own"),),
        removable=False,
    ),
    Setting(
        name="blob-mounting",
        title="Sharing of layers",
        scope=Scope.REGISTRY,
        reads=("GetAccountSetting",),
        changes=("PutAccountSetting",),
        help="Whether a push may take layers from another repository instead of sending them.",
        choices=_ON_OFF,
        removable=False,
    ),
    Setting(
        name="pull-time-exclusions",
        title="Whose pulls are not recorded",
        scope=Scope.REGISTRY,
        reads=("ListPullTimeUpdateExclusions",),
        changes=("RegisterPullTimeUpdateExclusion", "DeregisterPullTimeUpdateExclusion"),
        help="Roles and users whose pulls, and looks at manifests, keep no image alive.",
        key="value",
        start=examples.PULL_TIME_EXCLUSIONS,
    ),
)

_TAGS = "Labels for cost reports and for policies that speak of tags."

_REPOSITORY = (
    Setting(
        name="mutability",
        title="Tag mutability",
        scope=Scope.REPOSITORY,
        reads=("DescribeRepositories",),
        changes=("PutImageTagMutability",),
        help="Whether a tag may be moved to another image, and which tags are excepted.",
        word="imageTagMutability",
        removable=False,
    ),
    Setting(
        name="encryption",
        title="Encryption",
        scope=Scope.REPOSITORY,
        reads=("DescribeRepositories",),
        help="Chosen when the repository is made; it can never be changed.",
        removable=False,
    ),
    Setting(
        name="scan-on-push",
        title="Scan on push",
        scope=Scope.REPOSITORY,
        reads=("DescribeRepositories",),
        changes=("PutImageScanningConfiguration",),
        help="The repository's own switch; the registry's scanning rules come before it.",
        choices=(Choice(True, "scan every image that is pushed"), Choice(False, "do not")),
        removable=False,
    ),
    Setting(
        name="scanning",
        title="Scanning",
        scope=Scope.REPOSITORY,
        reads=("BatchGetRepositoryScanningConfiguration",),
        help="What the registry's rules and the repository's switch come to.",
        removable=False,
    ),
    Setting(
        name="lifecycle",
        title="Lifecycle policy",
        scope=Scope.REPOSITORY,
        reads=("GetLifecyclePolicy",),
        help="Which images expire or are archived, and when: ecrtui lifecycle.",
    ),
    Setting(
        name="policy",
        title="Permissions policy",
        scope=Scope.REPOSITORY,
        reads=("GetRepositoryPolicy",),
        changes=("SetRepositoryPolicy", "DeleteRepositoryPolicy"),
        help="Who else may pull and push, other accounts above all.",
        start=examples.REPOSITORY_POLICY,
    ),
    Setting(
        name="tags",
        title="Resource tags",
        scope=Scope.REPOSITORY,
        reads=("ListTagsForResource",),
        changes=("TagResource", "UntagResource"),
        help=_TAGS,
        key="name",
        start=examples.TAGS,
    ),
)

_PUBLIC_REGISTRY = (
    Setting(
        name="catalog",
        title="Display name",
        scope=Scope.PUBLIC_REGISTRY,
        reads=("GetRegistryCatalogData",),
        changes=("PutRegistryCatalogData",),
        help="What the public gallery calls the registry.",
        word="displayName",
    ),
    Setting(
        name="aliases",
        title="Registry and aliases",
        scope=Scope.PUBLIC_REGISTRY,
        reads=("DescribeRegistries",),
        help="The names under public.ecr.aws; AWS gives and takes them.",
    ),
)

_PUBLIC_REPOSITORY = (
    Setting(
        name="catalog",
        title="Catalog",
        scope=Scope.PUBLIC_REPOSITORY,
        reads=("GetRepositoryCatalogData",),
        changes=("PutRepositoryCatalogData",),
        help="What the public gallery shows of it.",
        start=examples.CATALOG,
    ),
    Setting(
        name="policy",
        title="Permissions policy",
        scope=Scope.PUBLIC_REPOSITORY,
        reads=("GetRepositoryPolicy",),
        changes=("SetRepositoryPolicy", "DeleteRepositoryPolicy"),
        help="Who may push; everybody may pull.",
        start=examples.PUBLIC_REPOSITORY_POLICY,
    ),
    Setting(
        name="tags",
        title="Resource tags",
        scope=Scope.PUBLIC_REPOSITORY,
        reads=("ListTagsForResource",),
        changes=("TagResource", "UntagResource"),
        help=_TAGS,
        key="name",
        start=examples.TAGS,
    ),
)

_IMAGE = (
    Setting(
        name="replication",
        title="Replication",
        scope=Scope.IMAGE,
        reads=("DescribeImageReplicationStatus",),
        help="Whether its copies are where the registry's rules want them.",
    ),
    Setting(
        name="signing",
        title="Signing",
        scope=Scope.IMAGE,
        reads=("DescribeImageSigningStatus",),
        help="Whether the registry's rules have signed it.",
    ),
)

_PUBLIC_IMAGE = (
    Setting(
        name="tag-times",
        title="Tags",
        scope=Scope.PUBLIC_IMAGE,
        reads=("DescribeImageTags",),
        help="When each of its tags was put.",
    ),
)

SETTINGS = (
    *_REGISTRY,
    *_REPOSITORY,
    *_PUBLIC_REGISTRY,
    *_PUBLIC_REPOSITORY,
    *_IMAGE,
    *_PUBLIC_IMAGE,
)


def settings_of(scope: Scope) -> tuple[Setting, ...]:
    """Those of one kind of thing, in the order they are shown."""
    return tuple(setting for setting in SETTINGS if setting.scope is scope)
