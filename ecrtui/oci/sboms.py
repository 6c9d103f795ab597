"""Software bills of materials: what they are of, how many packages, the first of them."""

from __future__ import annotations

from typing import Any

from ecrtui.model.artifacts import ArtifactKind
from ecrtui.model.document import Document
from ecrtui.oci.members import Fields, each, field, member, text_of

Json = dict[str, Any]
FIRST = 12
"""Packages named; the text has them all."""


def is_spdx(value: Json) -> bool:
    """SPDX 2, by its one required member."""
    return text_of(value.get("spdxVersion")).startswith("SPDX-")


def spdx(value: Json, text: str) -> Document:
    """SPDX 2: a document of packages."""
    packages = [
        (text_of(one.get("name")), text_of(one.get("versionInfo")))
        for one in each(value.get("packages"))
    ]
    creators = member(value, "creationInfo", "creators")
    made_by = [text_of(one) for one in creators] if isinstance(creators, list) else []
    version = text_of(value.get("spdxVersion")).removeprefix("SPDX-")
    fields = (
        *field("Of", value.get("name")),
        *_packages(packages),
        *field("Made", member(value, "creationInfo", "created")),
        *field("Made by", ", ".join(made_by)),
    )
    return Document(f"SPDX {version} SBOM", ArtifactKind.SBOM, fields, text)


def is_spdx_3(value: Json) -> bool:
    """SPDX 3 is JSON-LD: a graph under SPDX's context."""
    return "spdx.org/rdf/3" in text_of(value.get("@context")) and "@graph" in value


def spdx_3(value: Json, text: str) -> Document:
    """SPDX 3: packages are elements of the graph."""
    elements = list(each(value.get("@graph")))
    packages = [
        (text_of(one.get("name")), text_of(one.get("software_packageVersion")))
        for one in elements
        if one.get("type") == "software_Package"
    ]
    infos = [one for one in elements if one.get("type") == "CreationInfo"]
    fields = (*_packages(packages), *field("Made", infos[0].get("created") if infos else None))
    return Document("SPDX 3 SBOM", ArtifactKind.SBOM, fields, text)


def is_cyclonedx(value: Json) -> bool:
    """CycloneDX, by its one required member."""
    return value.get("bomFormat") == "CycloneDX"


def cyclonedx(value: Json, text: str) -> Document:
    """CycloneDX: packages are components."""
    packages = [
        (text_of(one.get("name")), text_of(one.get("version")))
        for one in each(value.get("components"))
    ]
    tools = member(value, "metadata", "tools")
    listed = tools.get("components") if isinstance(tools, dict) else tools
    fields = (
        *field("Of", member(value, "metadata", "component", "name")),
        *_packages(packages),
        *field("Made", member(value, "metadata", "timestamp")),
        *field("Made by", ", ".join(text_of(one.get("name")) for one in each(listed))),
    )
    version = text_of(value.get("specVersion"))
    return Document(f"CycloneDX {version}".strip() + " SBOM", ArtifactKind.SBOM, fields, text)


def _packages(found: list[tuple[str, str]]) -> Fields:
    names = [f"{name} {version}".strip() for name, version in found[:FIRST]]
    more = f" and {len(found) - FIRST} more" if len(found) > FIRST else ""
    listed = field("The first" if more else "They are", ", ".join(names) + more)
    return (("Packages", str(len(found))), *(listed if found else ()))
