"""What looking for uses, and rolling, must be allowed in IAM."""

from __future__ import annotations

from ecrtui.model.permission import Feature, Need

_REPOSITORIES = Need("ecr:DescribeRepositories")
_IMAGES = Need("ecr:DescribeImages")
_UNLOOKED = "That place is told as not looked at, and what was not seen counts as unknown."
_USES = tuple(
    Need(action, _UNLOOKED)
    for action in (
        "ecr:GetRepositoryPolicy",
        "ecr:GetRegistryPolicy",
        "ecr:GetAccountSetting",
        "ecr:BatchGetRepositoryScanningConfiguration",
        "ecs:ListClusters",
        "ecs:ListTasks",
        "ecs:DescribeTasks",
        "ecs:ListServices",
        "ecs:DescribeServices",
        "ecs:DescribeServiceRevisions",
        "ecs:ListTaskDefinitions",
        "ecs:DescribeTaskDefinition",
        "lambda:ListFunctions",
        "lambda:ListAliases",
        "lambda:GetFunction",
        "eks:ListClusters",
        "inspector2:BatchGetAccountStatus",
        "inspector2:GetClustersForImage",
        "elasticbeanstalk:DescribeEnvironments",
        "elasticbeanstalk:DescribeApplicationVersions",
        "s3:GetObject",
        "apprunner:ListServices",
        "apprunner:DescribeService",
        "codebuild:ListProjects",
        "codebuild:BatchGetProjects",
    )
)
USE_FEATURES = (
    Feature(
        "Where images are used",
        "usage REPO --region REGION",
        "Images, Image, Uses",
        (
            _REPOSITORIES,
            _IMAGES,
            *_USES,
        ),
    ),
    Feature(
        "What storage costs, and what could be saved",
        "cost REPO --region REGION",
        "Cost",
        (
            _REPOSITORIES,
            _IMAGES,
            Need("ecr:GetLifecyclePolicy", "Whether a policy would keep it so is not told."),
            *_USES,
        ),
    ),
    Feature(
        "A service of ECS rolled to an image",
        "roll IMAGE --service SERVICE",
        "Images, Image, Uses",
        (
            _REPOSITORIES,
            _IMAGES,
            Need("ecs:DescribeServices"),
            Need(
                "ecs:DescribeServiceRevisions",
                "Undoing goes back to the tag, not to the digest that ran.",
            ),
            Need("ecs:DescribeTaskDefinition"),
            Need("ecs:RegisterTaskDefinition"),
            Need("ecs:TagResource"),
            Need("ecs:UpdateService"),
            Need("iam:PassRole"),
        ),
        changes=True,
    ),
    Feature(
        "A function of Lambda rolled to an image",
        "roll IMAGE --function FUNCTION",
        "Images, Image, Uses",
        (
            _REPOSITORIES,
            _IMAGES,
            Need("lambda:GetFunction"),
            Need("lambda:ListAliases", "That aliases lead to other versions is not told."),
            Need("lambda:UpdateFunctionCode"),
            Need("lambda:GetFunctionConfiguration"),
        ),
        changes=True,
    ),
)
