"""A request's parameters held against the operation's input shape.

botocore's own validator checks members, types and minima; it leaves patterns, maxima and enums
to the service, so those are checked here.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from ecrtui.sandbox.control.service import AnyShape
from ecrtui.sandbox.refusal import Refusal, invalid_parameter


def parse(shape: AnyShape, document: Any) -> Any:
    """The parameters with blobs decoded; refuses what the shape does not allow."""
    from botocore.validate import ParamValidator

    params = _decode_blobs(shape, document)
    report = ParamValidator().validate(params, shape)
    if report.has_errors():
        raise invalid_parameter(report.generate_report())
    _constrain(shape, params, "")
    return params


def _decode_blobs(shape: AnyShape, value: Any) -> Any:
    if shape.type_name == "structure" and isinstance(value, dict):
        known = shape.members
        return {
            name: _decode_blobs(known[name], part) if name in known else part
            for name, part in value.items()
            if part is not None
        }
    if shape.type_name == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            raise Refusal("SerializationException", "A blob is not base64") from None
    return value


def _constrain(shape: AnyShape, value: Any, path: str) -> None:
    if shape.type_name == "structure":
        for name, part in value.items():
            _constrain(shape.members[name], part, f"{path}.{name}" if path else name)
    elif shape.type_name == "list":
        _within(shape, len(value), path, "length")
        for number, part in enumerate(value):
            _constrain(shape.member, part, f"{path}.{number + 1}.member")
    elif shape.type_name == "string":
        _string(shape, value, path)
    elif shape.type_name in ("integer", "long"):
        _within(shape, value, path, "value")
    elif shape.type_name == "blob":
        _within(shape, len(value), path, "length")


def _string(shape: AnyShape, value: str, path: str) -> None:
    _within(shape, len(value), path, "length")
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(_ours(pattern), value):
        raise _unsatisfied(path, f"must satisfy regular expression '{pattern}'")
    if shape.enum and value not in shape.enum:
        raise _unsatisfied(path, f"Member must satisfy enum value set: {sorted(shape.enum)}")


def _ours(pattern: str) -> str:
    """A pattern of a model as Python writes it, which has no classes of Unicode."""
    return pattern.replace(r"\p{L}", r"\w").replace(r"\p{N}", r"\d").replace(r"\p{Z}", r"\s")


def _within(shape: AnyShape, measure: int, path: str, what: str) -> None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and measure < low:
        raise _unsatisfied(path, f"Member must have {what} greater than or equal to {low}")
    if high is not None and measure > high:
        raise _unsatisfied(path, f"Member must have {what} less than or equal to {high}")


def _unsatisfied(path: str, constraint: str) -> Refusal:
    return invalid_parameter(
        f"Invalid parameter at '{path}' failed to satisfy constraint: '{constraint}'"
    )
