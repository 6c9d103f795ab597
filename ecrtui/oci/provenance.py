"""SLSA provenance, versions 0.2 and 1: who built it, from what, when."""

from __future__ import annotations

from typing import Any

from ecrtui.oci.members import Fields, count, digested, each, field, member

FIRST = 6
"""Materials named; the text has them all."""


def fields_of(predicate: dict[str, Any]) -> Fields:
    """What a provenance predicate says; nothing when it is none."""
    if isinstance(predicate.get("buildDefinition"), dict):
        return _of_1(predicate)
    if isinstance(predicate.get("builder"), dict) or "buildType" in predicate:
        return _of_0_2(predicate)
    return ()


def _of_1(predicate: dict[str, Any]) -> Fields:
    run, definition = predicate.get("runDetails"), predicate["buildDefinition"]
    return (
        *field("Builder", member(run, "builder", "id")),
        *field("Build type", definition.get("buildType")),
        *field("Run", member(run, "metadata", "invocationId")),
        *field("Started", member(run, "metadata", "startedOn")),
        *field("Finished", member(run, "metadata", "finishedOn")),
        *_materials(definition.get("resolvedDependencies")),
    )


def _of_0_2(predicate: dict[str, Any]) -> Fields:
    return (
        *field("Builder", member(predicate, "builder", "id")),
        *field("Build type", predicate.get("buildType")),
        *field("Source", _material(member(predicate, "invocation", "configSource"))),
        *field("Entry point", member(predicate, "invocation", "configSource", "entryPoint")),
        *field("Started", member(predicate, "metadata", "buildStartedOn")),
        *field("Finished", member(predicate, "metadata", "buildFinishedOn")),
        *_materials(predicate.get("materials")),
    )


def _materials(value: object) -> Fields:
    """How many, and the first of them with their digests."""
    found = [_material(one) for one in each(value)]
    named = (pair for one in found[:FIRST] for pair in field("Material", one))
    return (*count("Materials", value), *named)


def _material(value: object) -> str:
    """`uri algorithm:digest` of a resource descriptor."""
    return digested(member(value, "uri") or member(value, "name"), member(value, "digest"))
