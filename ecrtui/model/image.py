"""Images as lists show them: one DescribeImages row, without reading any manifest."""

from __future__ import annotations

import msgspec

ACTIVE = "ACTIVE"
ACTIVATING = "ACTIVATING"
"""On its way out of the archive."""
ARCHIVED = "ARCHIVED"
LATEST = "latest"
"""The tag that is meant where none is named."""


class Image(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """One DescribeImages row; keys are the API's. Times are epoch seconds UTC, sizes are bytes.

    `image_size_in_bytes` is the compressed size; for an index it is the largest of its manifests,
    not their sum (API reference). `last_recorded_pull_time` moves at most once a day and is moved
    by BatchGetImage. A row cannot be part of a cycle, and a hundred thousand of them would keep
    the garbage collector busy: it does not look at them.
    """

    image_digest: str
    repository_name: str = ""
    registry_id: str = ""
    image_tags: tuple[str, ...] = ()
    image_size_in_bytes: int | None = None
    image_pushed_at: float | None = None
    image_manifest_media_type: str = ""
    artifact_media_type: str = ""
    last_recorded_pull_time: float | None = None
    subject_manifest_digest: str = ""
    image_status: str = ACTIVE
    last_archived_at: float | None = None
    last_activated_at: float | None = None

    @property
    def archived(self) -> bool:
        """Whether a pull would fail until the image is restored."""
        return self.image_status == ARCHIVED


class ImageId(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What names one image in a repository: a digest, a tag, or both."""

    image_digest: str = ""
    image_tag: str = ""

    def __str__(self) -> str:
        return self.image_digest or self.image_tag


class Referrer(msgspec.Struct, frozen=True, rename="camel"):
    """An artifact that names an image as its subject: a signature, an SBOM, an attestation."""

    digest: str
    media_type: str = ""
    artifact_type: str = ""
    size: int | None = None
    annotations: dict[str, str] = {}
    artifact_status: str = ACTIVE
