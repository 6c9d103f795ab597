"""Images and blobs, and the shelf a repository keeps its images on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable


@dataclass(slots=True)
class Blob:
    """Bytes under their digest; `source` is the bytes, or makes them when first read."""

    digest: str
    size: int
    media_type: str
    source: bytes | Callable[[], bytes] = field(repr=False)

    def read(self) -> bytes:
        """All the bytes, made now if they were not before."""
        if callable(self.source):
            self.source = self.source()
        return self.source


@dataclass(slots=True)
class Scan:
    """The outcome of scanning one image, in the API's own terms.

    `findings` are ImageScanFinding documents (basic scanning), `enhanced` are
    EnhancedImageScanFinding documents; an image has one kind or the other.
    """

    status: str = "COMPLETE"
    description: str = "The scan was completed successfully."
    completed_at: float | None = None
    source_updated_at: float | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    enhanced: list[dict[str, Any]] = field(default_factory=list)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Of enhanced findings by findingArn, what Inspector's BatchGetFindingDetails adds."""


@dataclass(slots=True)
class Image:
    """One manifest in a repository and what ECR knows about it.

    Times are epoch seconds, `size` is imageSizeInBytes (for an index the largest child's).
    `layers` are the digests of config and layers, `children` an index's manifests, `subject`
    the digest this artifact refers to. `tags` belongs to the shelf: change it through the shelf.
    """

    digest: str
    manifest: bytes | Callable[[], bytes] = field(repr=False)
    media_type: str
    size: int
    pushed_at: float
    artifact_media_type: str | None = None
    tags: set[str] = field(default_factory=set)
    last_pull: float | None = None
    status: str = "ACTIVE"
    last_archived_at: float | None = None
    last_activated_at: float | None = None
    subject: str | None = None
    layers: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    annotations: dict[str, str] = field(default_factory=dict)
    scan: Scan | None = None

    def read_manifest(self) -> bytes:
        """The manifest's bytes exactly as pushed: their sha256 is `digest`."""
        if callable(self.manifest):
            self.manifest = self.manifest()
        return self.manifest


class ImageShelf(Protocol):
    """A repository's images in an order that is stable, opaque and not the order of pushing.

    A shelf may also be a ReadyShelf, which is how a million images answer a page in
    milliseconds.
    """

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Image]: ...
    def slice(self, start: int, stop: int) -> list[Image]:
        """Images start..stop-1 of the order; shorter at the end."""
        ...

    def by_digest(self, digest: str) -> Image | None:
        """The image of this digest."""
        ...

    def by_tag(self, tag: str) -> Image | None:
        """The image this tag points at."""
        ...

    def put(self, image: Image) -> None:
        """Add an image with its tags; tags that another image had move here."""
        ...

    def tag(self, digest: str, tag: str) -> None:
        """Point a tag at an image that is here, taking it from another that had it."""
        ...

    def untag(self, tag: str) -> None:
        """Forget a tag; its image stays."""
        ...

    def remove(self, digest: str) -> None:
        """Forget an image and its tags."""
        ...

    def referrers(self, digest: str) -> list[Image]:
        """The images whose subject is this digest, in the shelf's order."""
        ...

    def indexes_over(self, digest: str) -> list[Image]:
        """The indexes that list this digest among their manifests, in the shelf's order."""
        ...


@runtime_checkable
class ReadyShelf(Protocol):
    """A shelf that has rows of DescribeImages serialised, or makes them so quickly."""

    def describe_json(self, start: int, stop: int) -> bytes | None:
        """The ImageDetail documents of images start..stop-1, joined by commas.

        Only for a slice all of whose images are ACTIVE; None for any other.
        """
        ...


class DictShelf:
    """A shelf in memory, ordered by digest."""

    def __init__(self) -> None:
        self._images: dict[str, Image] = {}
        self._tags: dict[str, str] = {}
        self._referrers: dict[str, set[str]] = {}
        self._indexes: dict[str, set[str]] = {}
        self._order: list[str] | None = None

    def __len__(self) -> int:
        return len(self._images)

    def __iter__(self) -> Iterator[Image]:
        return iter([self._images[digest] for digest in self._sorted()])

    def slice(self, start: int, stop: int) -> list[Image]:
        """Images start..stop-1 of the order; shorter at the end."""
        return [self._images[digest] for digest in self._sorted()[start:stop]]

    def by_digest(self, digest: str) -> Image | None:
        """The image of this digest."""
        return self._images.get(digest)

    def by_tag(self, tag: str) -> Image | None:
        """The image this tag points at."""
        digest = self._tags.get(tag)
        return None if digest is None else self._images[digest]

    def put(self, image: Image) -> None:
        """Add an image with its tags; tags that another image had move here."""
        self._images[image.digest] = image
        self._order = None
        if image.subject:
            self._referrers.setdefault(image.subject, set()).add(image.digest)
        for child in image.children:
            self._indexes.setdefault(child, set()).add(image.digest)
        for tag in list(image.tags):
            self.tag(image.digest, tag)

    def tag(self, digest: str, tag: str) -> None:
        """Point a tag at an image that is here, taking it from another that had it."""
        self.untag(tag)
        self._tags[tag] = digest
        self._images[digest].tags.add(tag)

    def untag(self, tag: str) -> None:
        """Forget a tag; its image stays."""
        digest = self._tags.pop(tag, None)
        if digest is not None:
            self._images[digest].tags.discard(tag)

    def remove(self, digest: str) -> None:
        """Forget an image and its tags."""
        image = self._images.pop(digest)
        self._order = None
        for tag in image.tags:
            self._tags.pop(tag, None)
        if image.subject:
            self._referrers[image.subject].discard(digest)
        for child in image.children:
            self._indexes[child].discard(digest)

    def referrers(self, digest: str) -> list[Image]:
        """The images whose subject is this digest, in the shelf's order."""
        return [self._images[found] for found in sorted(self._referrers.get(digest, ()))]

    def indexes_over(self, digest: str) -> list[Image]:
        """The indexes that list this digest among their manifests, in the shelf's order."""
        return [self._images[found] for found in sorted(self._indexes.get(digest, ()))]

    def _sorted(self) -> list[str]:
        if self._order is None:
            self._order = sorted(self._images)
        return self._order
