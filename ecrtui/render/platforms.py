"""What an index holds: an image for each platform, and attestations about them."""

from __future__ import annotations

from collections.abc import Mapping

from ecrtui.model.image import Image
from ecrtui.model.manifest import Descriptor, Manifest
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell
from ecrtui.render.images import short_digest
from ecrtui.render.lines import INDENT, TextLine, note
from ecrtui.render.sizes import size

_ABOUT = "vnd.docker.reference.digest"


def platform_lines(
    manifest: Manifest, chosen: Descriptor | None, rows: Mapping[str, Image], times: Times
) -> list[TextLine]:
    """A line for each child; Enter on a platform looks into it, on an attestation opens it."""
    if not manifest.manifests:
        return [note("It is one image, for one platform: there is no index over it.")]
    names = [_name(child) for child in manifest.manifests]
    wide = max(map(len, names))
    head = f"{INDENT}  {'PLATFORM':<{wide}}  {'DIGEST':<12}  {'SIZE':>9}  PULLED"
    lines = [TextLine((Cell(head, "header"),))]
    for name, child in zip(names, manifest.manifests, strict=True):
        here = chosen is not None and child.digest == chosen.digest
        row = rows.get(child.digest)
        pulled = row.last_recorded_pull_time if row else None
        cells = (
            Cell(f"{INDENT}{'*' if here else ' '} ", "accent"),
            Cell(f"{name:<{wide}}  ", "accent" if here else "dim" if child.is_attestation else ""),
            Cell(f"{short_digest(child.digest):<12}  ", "dim"),
            Cell(f"{size(row.image_size_in_bytes if row else None):>9}  "),
            Cell(times.short(pulled) or ("never" if row else ""), "" if pulled else "dim"),
        )
        lines.append(TextLine(cells, child.digest, _leads(child)))
    return [*lines, TextLine(), note("* is the platform whose config and layers are shown.")]


def _name(child: Descriptor) -> str:
    if child.is_attestation:
        return f"attestation of {short_digest(child.annotations.get(_ABOUT, ''))}".rstrip(" of")
    return str(child.platform) if child.platform else "no platform named"


def _leads(child: Descriptor) -> str:
    if child.is_attestation or child.platform is None:
        return f"image:{child.digest}"
    return f"platform:{child.platform}"
