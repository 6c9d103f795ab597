"""A task definition as it was described, made into one that can be registered.

The service model says what registering takes. ECS's answers are decoded as they are, so a member
that the installed botocore does not know is seen, and told: it could not be sent.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ecrtui.aws.calls import Calls


class Registrable(NamedTuple):
    """What RegisterTaskDefinition is given."""

    parameters: dict[str, Any]
    lost: tuple[str, ...]
    """Members that would be lost, by their paths: `containerDefinitions.newThing`."""


def registrable(
    calls: Calls, definition: dict[str, Any], tags: list[dict[str, str]]
) -> Registrable:
    """All that Describe gave and Register takes, with tags, but for those that AWS itself puts."""
    service = calls.service_model
    taken = service.operation_model("RegisterTaskDefinition").input_shape
    told = service.shape_for("TaskDefinition").members.keys() - taken.members.keys()
    lost: dict[str, None] = {}
    given = {name: value for name, value in definition.items() if name not in told}
    parameters: dict[str, Any] = _fitted(given, taken, "", lost)
    own = [tag for tag in tags if not tag.get("key", "").lower().startswith("aws:")]
    if own:
        parameters["tags"] = own
    return Registrable(parameters, tuple(lost))


def _fitted(value: Any, shape: Any, path: str, lost: dict[str, None]) -> Any:
    """A value with the members that a shape has; `lost` gets the paths of all others."""
    if shape.type_name == "structure" and isinstance(value, dict):
        kept = {}
        for name, member in value.items():
            at = f"{path}.{name}" if path else name
            if name not in shape.members:
                lost[at] = None
            elif member is not None:
                kept[name] = _fitted(member, shape.members[name], at, lost)
        return kept
    if shape.type_name == "list" and isinstance(value, list):
        return [_fitted(one, shape.member, path, lost) for one in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: _fitted(one, shape.value, path, lost) for name, one in value.items()}
    return value
