"""Helm charts: Chart.yaml, which Helm stores as the JSON config of what it pushes."""

from __future__ import annotations

from typing import Any

from ecrtui.model.artifacts import ArtifactKind
from ecrtui.model.document import Document
from ecrtui.oci.members import each, field, text_of

Json = dict[str, Any]


def is_chart(value: Json) -> bool:
    """Chart.yaml's three required members."""
    return value.get("apiVersion") in ("v1", "v2") and {"name", "version"} <= value.keys()


def chart(value: Json, text: str) -> Document:
    """What it is, of which version, and what it needs."""
    needs = (
        f"{text_of(one.get('name'))} {text_of(one.get('version'))}".strip()
        for one in each(value.get("dependencies"))
    )
    fields = (
        *field("Chart", value.get("name")),
        *field("Version", value.get("version")),
        *field("App version", value.get("appVersion")),
        *field("Type", value.get("type")),
        *field("About", value.get("description")),
        *field("Kubernetes", value.get("kubeVersion")),
        *field("Needs", ", ".join(needs)),
        *field("Home", value.get("home")),
    )
    return Document("Helm chart", ArtifactKind.CHART, fields, text)
