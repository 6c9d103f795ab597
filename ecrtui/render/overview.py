"""One image on one screen: what it is, how big, who pulled it when, what refers to it."""

from __future__ import annotations

from collections import Counter

from ecrtui.model.artifacts import kind_of
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import ARCHIVED, Image
from ecrtui.model.places import Outside
from ecrtui.render.ages import Times
from ecrtui.render.config import command_line, user_field
from ecrtui.render.fields import Field, Section
from ecrtui.render.moments import epoch
from ecrtui.render.sizes import size

_OCI = "org.opencontainers.image."


def overview_sections(
    details: ImageDetails,
    times: Times,
    used: Field | None = None,
    scan: Field | None = None,
) -> list[Section]:
    """The sections of the overview; each line names the tab that tells more.

    `scan` is what scanning found, `used` what it is known to run in.
    """
    return [
        Section("What it is", tuple(_identity(details, times, (scan, used)))),
        Section("Contents", tuple(_contents(details))),
        *_life_section(details, times),
        Section("What refers to it", tuple(_referrers(details)), "Nothing refers to it."),
    ]


def _identity(details: ImageDetails, times: Times, triage: tuple[Field | None, ...]) -> list[Field]:
    labels = details.config.labels if details.config else {}
    notes = {**(details.manifest.annotations if details.manifest else {}), **labels}
    fields = []
    for label, key in (
        ("Title", "title"),
        ("Version", "version"),
        ("Source", "source"),
        ("Commit", "revision"),
        ("Base", "base.name"),
        ("Licence", "licenses"),
    ):
        if notes.get(_OCI + key):
            fields.append(Field(label, notes[_OCI + key], tab="config"))
    built = epoch(details.config.created) if details.config else None
    if built is not None:
        fields.append(Field("Built", times.long(built), tab="config"))
    fields += [one for one in triage if one is not None]
    fields.append(Field("Digest", details.digest, tab="json"))
    if details.manifest is not None:
        fields.append(Field("Kind", details.manifest.kind.value, tab="json"))
    fields += [Field(part.title(), str(why), "warn") for part, why in details.problems]
    return fields


def _contents(details: ImageDetails) -> list[Field]:
    fields = []
    children = details.manifest.platforms if details.manifest else ()
    if children:
        names = [str(child.platform) for child in children if child.platform]
        fields.append(Field("Platforms", ", ".join(names), tab="platforms"))
    if details.image_manifest is not None and details.layers:
        count, total = len(details.layers), details.image_manifest.layer_bytes
        largest = max(details.layers, key=lambda layer: layer.size)
        how = " compressed" if details.compressed else ", not compressed"
        text = f"{count}, {size(total)}{how}; the largest is #{largest.index}, "
        fields.append(Field("Layers", text + size(largest.size), tab="layers"))
    elif details.image is not None and details.image.image_size_in_bytes is not None:
        fields.append(Field("Size", size(details.image.image_size_in_bytes)))
    if details.config is not None:
        fields.append(Field("Runs", command_line(details.config) or "nothing", tab="config"))
        user = user_field(details.config)
        fields.append(Field(user.label, user.text, user.style, tab="config"))
        ports = ", ".join(details.config.exposed_ports)
        if ports:
            fields.append(Field("Ports", ports, tab="config"))
    return fields


def _life_section(details: ImageDetails, times: Times) -> list[Section]:
    """Outside ECR nobody keeps when an image came and was used."""
    if isinstance(details.home, Outside):
        return []
    life = tuple(_life(details.image, times))
    return [Section("Life", life, "The list knows nothing of it.")]


def _life(image: Image | None, times: Times) -> list[Field]:
    if image is None:
        return []
    fields = [
        Field("Tags", ", ".join(image.image_tags) or "none", "" if image.image_tags else "dim")
    ]
    if image.image_pushed_at is not None:
        fields.append(Field("Pushed", times.long(image.image_pushed_at)))
    pulled = image.last_recorded_pull_time
    fields.append(Field("Pulled", "never" if pulled is None else times.long(pulled)))
    if image.image_status == ARCHIVED:
        since = f" {times.long(image.last_archived_at)}" if image.last_archived_at else ""
        fields.append(Field("Status", f"archived{since}: restore it before a pull", "warn"))
    else:
        fields.append(Field("Status", image.image_status.lower()))
    return fields


def _referrers(details: ImageDetails) -> list[Field]:
    counts = Counter(
        (kind_of(row.artifact_type, row.media_type), row.artifact_type or row.media_type)
        for row in details.referrers
    )
    fields = []
    for (kind, name), count in counts.items():
        text = name if count == 1 else f"{count}, {name}"
        fields.append(Field(kind.label, text, tab="referrers"))
    manifest = details.manifest
    attestations = len(manifest.manifests) - len(manifest.platforms) if manifest else 0
    if attestations:
        fields.append(Field("Attestation", f"{attestations} in the index", tab="referrers"))
    return fields
