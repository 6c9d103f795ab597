"""CodeBuild: projects, and the images their builds run in."""

from __future__ import annotations

from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.workloads.others import Project

codebuild = Service("codebuild")


@codebuild.operation("ListProjects")
def list_projects(call: Call) -> Document:
    """The names of projects, a hundred a page."""
    names = sorted(call.workloads.projects)
    if call.params.get("sortOrder") == "DESCENDING":
        names.reverse()
    found, more = page(call, f"projects/{call.params.get('sortOrder')}", names)
    return {"projects": found} | more


@codebuild.operation("BatchGetProjects")
def batch_get_projects(call: Call) -> Document:
    """Projects by name or ARN, at most a hundred."""
    found, strange = [], []
    for name in call.params["names"]:
        one = call.workloads.projects.get(name.rpartition("/")[2])
        if one is None:
            strange.append(name)
        else:
            found.append(_told(one))
    return {"projects": found, "projectsNotFound": strange}


def _told(one: Project) -> Document:
    return {
        "name": one.name,
        "arn": one.arn,
        "source": {"type": "NO_SOURCE", "buildspec": "version: 0.2"},
        "artifacts": {"type": "NO_ARTIFACTS"},
        "cache": {"type": "NO_CACHE"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "image": one.image,
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [],
            "privilegedMode": False,
            "imagePullCredentialsType": "SERVICE_ROLE",
        },
        "timeoutInMinutes": 60,
        "queuedTimeoutInMinutes": 480,
        "tags": [],
        "created": one.created_at,
        "lastModified": one.created_at,
        "badge": {"badgeEnabled": False},
        "projectVisibility": "PRIVATE",
    }
