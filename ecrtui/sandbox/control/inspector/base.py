"""The service the operations of this package register with, and which images it watches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecrtui.sandbox.control.service import Call, Service
from ecrtui.sandbox.registry import Registry, Repository
from ecrtui.sandbox.shelf import Image, Scan

inspector = Service("inspector2")


def enabled(registry: Registry) -> bool:
    """Whether Inspector looks at a registry: its scan type is ENHANCED."""
    return bool(registry.settings.scanning["scanType"] == "ENHANCED")


def own(call: Call) -> Registry:
    """The registry of who asks, in the region."""
    return call.world.registry(call.key.account, call.region)


def watched(call: Call, only: set[str] | None = None) -> Iterator[tuple[Repository, Image, Scan]]:
    """The images that Inspector has scanned, of some repositories alone where that is known."""
    registry = own(call)
    for repository in list(registry.repositories.values()) if enabled(registry) else ():
        if only is None or repository.name in only:
            for image in repository.images:
                if image.scan is not None and (
                    image.scan.enhanced or image.scan.status == "ACTIVE"
                ):
                    yield repository, image, image.scan


def matches(criteria: dict[str, list[dict[str, Any]]], values: dict[str, Any]) -> bool:
    """Whether something meets filters: each of them, by one of its values.

    `values` are what it has by the filter's name: one value, or a list. Refuses nothing: what
    the sandbox has no value for matches nothing.
    """
    return all(_any(wanted, values.get(name)) for name, wanted in criteria.items())


def _any(wanted: list[dict[str, Any]], value: Any) -> bool:
    held = value if isinstance(value, list) else [] if value is None else [value]
    no = [each for each in wanted if each.get("comparison") == "NOT_EQUALS"]
    yes = [each for each in wanted if each.get("comparison") != "NOT_EQUALS"]
    if any(each["value"] in held for each in no):
        return False
    return not yes or any(_meets(each, one) for each in yes for one in held)


def _meets(wanted: dict[str, Any], value: Any) -> bool:
    if "comparison" in wanted:
        text = str(value)
        prefix = wanted["comparison"] == "PREFIX"
        return text.startswith(wanted["value"]) if prefix else text == wanted["value"]
    low = wanted.get("startInclusive", wanted.get("lowerInclusive"))
    high = wanted.get("endInclusive", wanted.get("upperInclusive"))
    if low is not None or high is not None:
        return bool((low is None or value >= low) and (high is None or value <= high))
    return isinstance(value, dict) and all(
        name in value and _meets(part, value[name]) for name, part in wanted.items()
    )


def only_repositories(criteria: dict[str, list[dict[str, Any]]], name: str) -> set[str] | None:
    """The repositories that a filter names exactly; None where it leaves that open."""
    wanted = criteria.get(name, [])
    exact = {each["value"] for each in wanted if each.get("comparison") == "EQUALS"}
    return exact if len(exact) == len(wanted) and exact else None
