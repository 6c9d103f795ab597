"""Resource tags of repositories: ECR and ECR Public differ in how an ARN names one alone."""

from __future__ import annotations

from collections.abc import Callable

from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.refusal import Refusal, invalid_parameter
from ecrtui.sandbox.registry import Repository


def offer(service: Service, by_arn: Callable[[Call, str], Repository | None]) -> None:
    """Have a service read and change resource tags; `by_arn` finds the repository of an ARN, and
    gives None for an ARN that is none of a repository."""

    def repository(call: Call) -> Repository:
        arn = call.params["resourceArn"]
        found = by_arn(call, arn)
        if found is None:
            told = f"failed to satisfy constraint: 'Invalid ARN': {arn}"
            raise invalid_parameter(f"Invalid parameter at 'resourceArn' {told}")
        return found

    @service.operation("ListTagsForResource")
    def list_tags_for_resource(call: Call) -> Document:
        tags = repository(call).tags
        return {"tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    @service.operation("TagResource")
    def tag_resource(call: Call) -> Document:
        of = repository(call)
        of.tags = merged_tags(call.params["tags"], of.tags)
        return {}

    @service.operation("UntagResource")
    def untag_resource(call: Call) -> Document:
        """Unknown keys are nothing."""
        tags = repository(call).tags
        for key in call.params["tagKeys"]:
            tags.pop(key, None)
        return {}


def merged_tags(given: list[Document], there: dict[str, str] | None = None) -> dict[str, str]:
    """Resource tags with those given added; a key or value left out is empty text."""
    new = {tag.get("Key", ""): tag.get("Value", "") for tag in given}
    tags = {**(there or {}), **new}
    if len(tags) > 50:
        raise Refusal(
            "TooManyTagsException",
            "Invalid parameter at 'tags' failed to satisfy constraint: 'There can be at most 50 "
            "tags on a resource'",
        )
    if any(key.lower().startswith("aws:") for key in tags):
        raise Refusal("InvalidTagParameterException", "Tag keys must not start with 'aws:'")
    return tags
