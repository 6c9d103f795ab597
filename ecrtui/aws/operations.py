"""Which operations only read, and the refusal of all others when read-only.

The list is an allow-list on purpose: an operation AWS adds tomorrow is refused until somebody has
looked at it. BatchGetImage reads, but counts as a pull; the screens say so where it is used.
"""

from __future__ import annotations

from typing import Any

from ecrtui.errors import ReadOnly

READING: dict[str, frozenset[str]] = {
    "ecr": frozenset(
        {
            "BatchCheckLayerAvailability",
            "BatchGetImage",
            "BatchGetRepositoryScanningConfiguration",
            "DescribeImageReplicationStatus",
            "DescribeImageScanFindings",
            "DescribeImageSigningStatus",
            "DescribeImages",
            "DescribePullThroughCacheRules",
            "DescribeRegistry",
            "DescribeReplicationBackfillResults",
            "DescribeRepositories",
            "DescribeRepositoryCreationTemplates",
            "GetAccountSetting",
            "GetAuthorizationToken",
            "GetDownloadUrlForLayer",
            "GetLifecyclePolicy",
            "GetLifecyclePolicyPreview",
            "GetRegistryPolicy",
            "GetRegistryScanningConfiguration",
            "GetRepositoryPolicy",
            "GetSigningConfiguration",
            "ListImageReferrers",
            "ListImages",
            "ListPullTimeUpdateExclusions",
            "ListReplicationBackfills",
            "ListTagsForResource",
            # Signs in at the upstream registry, and changes nothing.
            "ValidatePullThroughCacheRule",
        }
    ),
    "ecr-public": frozenset(
        {
            "BatchCheckLayerAvailability",
            "DescribeImageTags",
            "DescribeImages",
            "DescribeRegistries",
            "DescribeRepositories",
            "GetAuthorizationToken",
            "GetRegistryCatalogData",
            "GetRepositoryCatalogData",
            "GetRepositoryPolicy",
            "ListTagsForResource",
        }
    ),
    "sts": frozenset(
        {"AssumeRole", "AssumeRoleWithWebIdentity", "GetCallerIdentity", "GetSessionToken"}
    ),
    "account": frozenset({"ListRegions"}),
    "cloudtrail": frozenset({"LookupEvents"}),
    "kms": frozenset({"DescribeKey"}),
    "apprunner": frozenset({"DescribeService", "ListServices"}),
    "codebuild": frozenset({"BatchGetProjects", "ListProjects"}),
    "elasticbeanstalk": frozenset({"DescribeApplicationVersions", "DescribeEnvironments"}),
    "s3": frozenset({"GetObject"}),
    "eks": frozenset({"ListClusters"}),
    "ecs": frozenset(
        {
            "DescribeServiceRevisions",
            "DescribeServices",
            "DescribeTaskDefinition",
            "DescribeTasks",
            "ListClusters",
            "ListServices",
            "ListTaskDefinitionFamilies",
            "ListTaskDefinitions",
            "ListTasks",
        }
    ),
    "lambda": frozenset(
        {"GetFunction", "GetFunctionConfiguration", "ListAliases", "ListFunctions"}
    ),
    "iam": frozenset(
        {
            "GetAccessKeyLastUsed",
            "GetRole",
            "ListAccessKeys",
            "ListAccountAliases",
            "SimulatePrincipalPolicy",
        }
    ),
    "inspector2": frozenset(
        {
            "BatchGetAccountStatus",
            "BatchGetFindingDetails",
            "GetClustersForImage",
            "ListCoverage",
            "ListFindings",
        }
    ),
    "service-quotas": frozenset({"ListAWSDefaultServiceQuotas", "ListServiceQuotas"}),
    "sso": frozenset({"GetRoleCredentials", "ListAccountRoles", "ListAccounts", "Logout"}),
    # Signing in keeps credentials; it changes nothing in an account.
    "sso-oidc": frozenset({"CreateToken", "RegisterClient", "StartDeviceAuthorization"}),
    "signin": frozenset({"CreateOAuth2Token"}),
}


def may_read(service: str, operation: str) -> bool:
    """Whether an operation changes nothing in any registry or account."""
    return operation in READING.get(service, ())


def refuse_changes(model: Any, **_: Any) -> None:
    """A `before-parameter-build` handler: raises ReadOnly for all that is not known to read."""
    service = model.service_model.service_name
    if not may_read(service, model.name):
        raise ReadOnly(f"{service}:{model.name}")
