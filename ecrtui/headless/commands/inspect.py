"""`ecrtui inspect IMAGE`: everything about one image, as the design's document or as lines."""

from __future__ import annotations

import argparse
from typing import Any

import msgspec

from ecrtui.errors import EcrtuiError, NotFound, UnknownOperation
from ecrtui.headless import narration
from ecrtui.headless.documents import members
from ecrtui.headless.output import TABLE, Output
from ecrtui.headless.progress_bar import ProgressBar
from ecrtui.headless.reading import other_platform
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import Manifest, ManifestKind
from ecrtui.model.places import Outside
from ecrtui.render.overview import overview_sections
from ecrtui.workflows.inspect import inspect
from ecrtui.workflows.locate import locate
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print one image; a part that could not be read is null, and told on stderr."""
    details = None
    target = locate(services, options.image)
    watch = Watch()
    with ProgressBar(watch):
        for details in inspect(services, target, services.options.platform, watch=watch):  # noqa: B007
            pass
    if details is None:
        raise NotFound(options.image)
    if output.is_json:
        output.document(_document(services, details))
    else:
        _lines(details, output)
    for remark in other_platform(details, services.options.platform):
        narration.say(remark)
    return _told(details)


def _lines(details: ImageDetails, output: Output) -> None:
    for section in overview_sections(details, output.times):
        if output.format == TABLE:
            output.lines([[section.title]])
            output.lines([f"  {field.label:<12}  {field.text}"] for field in section.fields)
        else:
            output.lines([field.label, field.text] for field in section.fields)


def _told(details: ImageDetails) -> int:
    code = 0
    for part, problem in details.problems:
        if isinstance(problem, EcrtuiError):
            narration.tell(problem, part)
            if not isinstance(problem, UnknownOperation):
                code = code or problem.exit_code
    return code


def _document(services: Services, details: ImageDetails) -> dict[str, Any]:
    """`{reference, digest, mediaType, size, platforms, config, manifest, referrers}`."""
    manifest, image = details.manifest, details.image
    media_type = (
        manifest.media_type if manifest else image.image_manifest_media_type if image else ""
    )
    return {
        "reference": details.reference,
        "digest": details.digest,
        "mediaType": media_type or None,
        "size": _size(details),
        "platforms": _platforms(services, details, manifest) if manifest else None,
        "config": msgspec.json.decode(details.raw_config) if details.raw_config else None,
        "manifest": msgspec.json.decode(details.raw_manifest) if manifest else None,
        "referrers": [members(row) for row in details.referrers]
        if details.referrers_listed
        else None,
    }


def _platforms(
    services: Services, details: ImageDetails, manifest: Manifest
) -> list[dict[str, Any]]:
    """An index's platforms, or the image's own, with the sizes DescribeImages tells."""
    if manifest.kind is not ManifestKind.INDEX:
        platform = str(details.config.platform) if details.config else None
        return [{"platform": platform, "digest": details.digest, "size": _size(details)}]
    children = manifest.platforms
    sizes = _sizes(services, details, [child.digest for child in children])
    return [
        {
            "platform": str(child.platform) if child.platform else None,
            "digest": child.digest,
            "size": sizes.get(child.digest),
        }
        for child in children
    ]


def _size(details: ImageDetails) -> int | None:
    """Compressed bytes: as DescribeImages tells them, outside ECR as the manifest adds up."""
    if details.image is not None:
        return details.image.image_size_in_bytes
    manifest = details.manifest
    return None if manifest is None or manifest.kind is ManifestKind.INDEX else _added_up(manifest)


def _added_up(manifest: Manifest) -> int:
    return manifest.layer_bytes + (manifest.config.size if manifest.config else 0)


def _sizes(services: Services, details: ImageDetails, digests: list[str]) -> dict[str, int | None]:
    """Compressed sizes by digest, from rows: reading the manifests would count as pulls.

    Outside ECR there are no rows, and only what was read is known.
    """
    if isinstance(details.home, Outside):
        known = details.image_manifest
        return {known.digest: _added_up(known)} if known else {}
    try:
        reader = services.reader(details.home)
        wanted = [ImageId(image_digest=digest) for digest in digests]
        rows = reader.describe(details.repository, wanted) if wanted else []
    except EcrtuiError as problem:
        narration.tell(problem, "sizes of the platforms")
        return {}
    return {row.image_digest: row.image_size_in_bytes for row in rows}
