"""Whether a call would be understood: its parameters against botocore's model, without sending.

botocore itself looks at less: it takes any text for one of a few, and texts of any length.
Patterns are left to the service: some of the model's take for ever on a text that nearly fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_KINDS: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "blob": (str, bytes),
}
_NAMES = {
    "structure": "an object",
    "map": "an object",
    "list": "a list",
    "string": "a text",
    "boolean": "true or false",
    "integer": "a number",
    "long": "a number",
    "blob": "bytes",
}


def wrong(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """What the model has against a value, each with where it is: `rules[0].filter: ...`."""
    kind = shape.type_name
    if not _fits(value, kind):
        yield _said(path, f"must be {_NAMES.get(kind, kind)}")
        return
    yield from _limits(value, shape, path)
    if kind == "structure":
        yield from _members(value, shape, path)
    elif kind == "list":
        for number, each in enumerate(value):
            yield from wrong(each, shape.member, f"{path}[{number}]")


def _fits(value: Any, kind: str) -> bool:
    """Python's true and false are numbers too, which JSON's are not."""
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _KINDS.get(kind, (object,)))


def _members(value: dict[str, Any], shape: Any, path: str) -> Iterator[str]:
    before = f"{path}." if path else ""
    for name in value:
        if name not in shape.members:
            known = ", ".join(shape.members)
            yield _said(f"{before}{name}", f"is not known; there are {known}")
    for name in shape.required_members:
        if name not in value:
            yield _said(path, f"{name} is missing")
    for name, each in value.items():
        if name in shape.members:
            yield from wrong(each, shape.members[name], f"{before}{name}")


def _limits(value: Any, shape: Any, path: str) -> Iterator[str]:
    choices = getattr(shape, "enum", None)
    if choices and value not in choices:
        yield _said(path, f"must be one of {', '.join(choices)}")
        return
    if shape.type_name not in ("string", "list"):
        return
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    noun = "characters" if shape.type_name == "string" else "entries"
    if least is not None and len(value) < least:
        yield _said(path, f"has {len(value)} {noun}, at least {least} are needed")
    if most is not None and len(value) > most:
        yield _said(path, f"has {len(value):,} {noun}, at most {most:,} are allowed")


def _said(path: str, text: str) -> str:
    return f"{path}: {text}" if path else text
