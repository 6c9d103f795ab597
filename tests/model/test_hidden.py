"""No value that has a secret shows it: in no repr, no text, no traceback that prints variables."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from rich.pretty import pretty_repr

import ecrtui
from ecrtui.model.running import Variable
from ecrtui.sandbox.made import secret
from tests.canaries.started.canary_forms import found

_SECRET = re.compile(r"secret|token|password|passphrase|^device_code$|^private")
_OTHERS = re.compile("Callable|bool|Variable")
"""Types of what is named so and holds none; a `Variable` hides its value by itself."""
_ELSEWHERE = ("ecrtui.sandbox.", "ecrtui.__main__")
"""The sandbox hides its keys by tests of its own."""


def _classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(ecrtui.__path__, "ecrtui."):
        if not module.name.startswith(_ELSEWHERE):
            found_there = vars(importlib.import_module(module.name)).values()
            yield from (
                one for one in found_there if inspect.isclass(one) and one.__module__ == module.name
            )


def _fields(kind: type) -> dict[str, Any]:
    """Names with their types as they are written, of whatever holds values by name."""
    if dataclasses.is_dataclass(kind):
        return {field.name: field.type for field in dataclasses.fields(kind)}
    if issubclass(kind, msgspec.Struct) or hasattr(kind, "_fields"):
        return {name: kind.__annotations__.get(name, "str") for name in _names(kind)}
    return {}


def _names(kind: Any) -> tuple[str, ...]:
    return tuple(getattr(kind, "__struct_fields__", getattr(kind, "_fields", ())))


def _secret_fields(kind: type) -> set[str]:
    if kind is Variable:
        return {"value"}
    return {
        name
        for name, written in _fields(kind).items()
        if _SECRET.search(name) and not _OTHERS.search(str(written))
    }


HOLDERS = sorted(
    {kind for kind in _classes() if _secret_fields(kind)},
    key=lambda kind: (kind.__module__, kind.__qualname__),
)


def test_those_that_hold_secrets_are_known() -> None:
    names = {kind.__name__ for kind in HOLDERS}
    assert names >= {
        "Credential",
        "SessionKeys",
        "SsoSession",
        "DeviceCode",
        "Login",
        "Keys",
        "PastedKeys",
    }


@pytest.mark.parametrize("kind", HOLDERS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_it_shows_none(kind: Any) -> None:
    held = {name: secret(40) for name in _secret_fields(kind)}
    rest = {name: "x" for name in _fields(kind) if name not in held and _required(kind, name)}
    value = kind(**held, **rest)
    assert found(str([getattr(value, name) for name in held]))  # what is looked for is there
    for text in (repr(value), str(value), f"{[value]}", pretty_repr(value), pretty_repr([value])):
        assert found(text) == "", text


def _required(kind: type, name: str) -> bool:
    if issubclass(kind, msgspec.Struct):
        field = next(one for one in msgspec.structs.fields(kind) if one.name == name)
        return bool(field.required)
    parameter = inspect.signature(kind).parameters.get(name)
    return parameter is not None and parameter.default is inspect.Parameter.empty
