"""Task definitions: registered, described, listed, and taken out of use."""

from __future__ import annotations

import re

from ecrtui.sandbox.control.ecs.base import definition_of, ecs, page_size
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.workloads.kinds import TaskDefinition

_FAMILY = re.compile(r"[A-Za-z0-9_-]{1,255}")
_MOST_CONTAINERS = 10


@ecs.operation("ListTaskDefinitions")
def list_task_definitions(call: Call) -> Document:
    """The ARNs of definitions, active ones unless others are asked for, by family and revision."""
    wanted = call.params.get("status", "ACTIVE")
    family = call.params.get("familyPrefix")
    arns = [
        one.arn
        for name in sorted(call.workloads.families)
        for one in call.workloads.families[name]
        if one.status == wanted and family in (None, name)
    ]
    if call.params.get("sort") == "DESC":
        arns.reverse()
    about = f"definitions/{wanted}/{family}/{call.params.get('sort')}"
    found, more = page(call, about, arns, default=page_size(call))
    return {"taskDefinitionArns": found} | more


@ecs.operation("ListTaskDefinitionFamilies")
def list_task_definition_families(call: Call) -> Document:
    """The names of families."""
    wanted, prefix = call.params.get("status", "ALL"), call.params.get("familyPrefix", "")
    names = [
        name
        for name, revisions in sorted(call.workloads.families.items())
        if name.startswith(prefix) and wanted in ("ALL", _activity(revisions))
    ]
    found, more = page(call, f"families/{wanted}/{prefix}", names, default=page_size(call))
    return {"families": found} | more


def _activity(revisions: list[TaskDefinition]) -> str:
    """A family's: active while a revision of it is."""
    return "ACTIVE" if any(one.status == "ACTIVE" for one in revisions) else "INACTIVE"


@ecs.operation("DescribeTaskDefinition")
def describe_task_definition(call: Call) -> Document:
    """A definition by ARN, by `FAMILY:REVISION`, or the newest active of a family."""
    found = definition_of(call, "Unable to describe task definition.")
    asked = "TAGS" in call.params.get("include", ())
    return {"taskDefinition": told(found)} | ({"tags": found.tags} if asked else {})


@ecs.operation("RegisterTaskDefinition")
def register_task_definition(call: Call) -> Document:
    """The next revision of a family."""
    document = dict(call.params)
    tags = document.pop("tags", [])
    _check(document)
    made = call.workloads.register(document, at=call.now, by=call.key.arn, tags=tags)
    return {"taskDefinition": told(made), "tags": made.tags}


@ecs.operation("DeregisterTaskDefinition")
def deregister_task_definition(call: Call) -> Document:
    """Take a revision out of use; what runs by it goes on."""
    found = definition_of(call, "Unable to describe task definition.")
    found.status, found.deregistered_at = "INACTIVE", call.now
    return {"taskDefinition": told(found)}


def _check(document: Document) -> None:
    if not _FAMILY.fullmatch(document["family"]):
        raise Refusal("ClientException", "Family contains invalid characters.")
    containers = document["containerDefinitions"]
    if not 1 <= len(containers) <= _MOST_CONTAINERS:
        raise Refusal(
            "ClientException",
            "Container list cannot be empty."
            if not containers
            else f"Too many containers. At most {_MOST_CONTAINERS} are allowed.",
        )
    for container in containers:
        for member in ("name", "image"):
            if not container.get(member):
                raise Refusal("ClientException", f"Container.{member} should not be null or empty.")


def told(definition: TaskDefinition) -> Document:
    """A definition's document: what was registered, with ECS's own members."""
    given = definition.document
    containers = [_DEFAULTS | container for container in definition.containers]
    answer = {
        "volumes": [],
        "placementConstraints": [],
        **given,
        "containerDefinitions": containers,
        "taskDefinitionArn": definition.arn,
        "revision": definition.revision,
        "status": definition.status,
        "requiresAttributes": [
            {"name": "com.amazonaws.ecs.capability.ecr-auth"},
            {"name": "ecs.capability.execution-role-ecr-pull"},
        ],
        "compatibilities": ["EC2", "FARGATE"],
        "registeredAt": definition.registered_at,
        "registeredBy": definition.registered_by,
    }
    if definition.deregistered_at is not None:
        answer["deregisteredAt"] = definition.deregistered_at
    return answer


_DEFAULTS: Document = {
    "cpu": 0,
    "portMappings": [],
    "essential": True,
    "environment": [],
    "mountPoints": [],
    "volumesFrom": [],
    "systemControls": [],
}
