"""What refers to an image: signatures, SBOMs, attestations."""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.errors import EcrtuiError
from ecrtui.model.artifacts import kind_of
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import ACTIVE, Referrer
from ecrtui.model.manifest import Descriptor
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell
from ecrtui.render.images import short_digest
from ecrtui.render.lines import INDENT, TextLine, note, problem_lines
from ecrtui.render.moments import epoch
from ecrtui.render.sizes import size

_CREATED = "org.opencontainers.image.created"


def referrer_lines(details: ImageDetails, times: Times, columns: int) -> list[TextLine]:
    """A line for each; Enter opens it. Attestations inside the index stand below."""
    lines = [_referrer(row, times) for row in details.referrers]
    problem = details.referrers_problem
    if isinstance(problem, EcrtuiError):
        lines += problem_lines(problem, columns, before="Referrers could not be listed: ")
    attestations = _attestations(details)
    lines += [_attestation(child, times) for child in attestations]
    if not lines:
        return [note("Nothing refers to it: no signature, no SBOM, no attestation.")]
    head = f"{INDENT}{'KIND':<12}  {'DIGEST':<12}  {'SIZE':>9}  {'MADE':>{_age_width(times)}}  TYPE"
    return [TextLine((Cell(head, "header"),)), *lines]


def _referrer(row: Referrer, times: Times) -> TextLine:
    kind = kind_of(row.artifact_type, row.media_type).value
    archived = "" if row.artifact_status == ACTIVE else f"  {row.artifact_status.lower()}"
    created = times.short(epoch(row.annotations.get(_CREATED, "")))
    cells = (
        Cell(f"{INDENT}{kind:<12}  "),
        Cell(f"{short_digest(row.digest):<12}  ", "dim"),
        Cell(f"{size(row.size):>9}  "),
        Cell(f"{created:>{_age_width(times)}}  ", "dim"),
        Cell(row.artifact_type or row.media_type),
        Cell(archived, "warn"),
    )
    return TextLine(cells, row.digest, f"image:{row.digest}")


def _age_width(times: Times) -> int:
    return len("2026-01-31 12:00") if times.absolute else 4


def _attestations(details: ImageDetails) -> Sequence[Descriptor]:
    if details.manifest is None:
        return ()
    return [child for child in details.manifest.manifests if child.is_attestation]


def _attestation(child: Descriptor, times: Times) -> TextLine:
    about = short_digest(child.annotations.get("vnd.docker.reference.digest", ""))
    cells = (
        Cell(f"{INDENT}{'attestation':<12}  "),
        Cell(f"{short_digest(child.digest):<12}  ", "dim"),
        Cell(f"{size(child.size):>9}  {'':{_age_width(times)}}  "),
        Cell("in the index"),
        Cell(f", about {about}" if about else "", "dim"),
    )
    return TextLine(cells, child.digest, f"image:{child.digest}")
