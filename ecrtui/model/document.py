"""An artifact's document, opened: an SBOM, a provenance, a signature, a chart."""

from __future__ import annotations

import msgspec

from ecrtui.model.artifacts import ArtifactKind


class Document(msgspec.Struct, frozen=True, rename="camel"):
    """What a document says in a few fields, and the whole of it as text. All of it is foreign."""

    title: str
    """What it is, by its own format: `SPDX 2.3 SBOM`; a media type where nothing knows it."""
    kind: ArtifactKind
    fields: tuple[tuple[str, str], ...] = ()
    """Label and value; the labels are ours, the values are not."""
    text: str = ""
    """Indented JSON, or the text itself; '' for bytes that are neither."""
