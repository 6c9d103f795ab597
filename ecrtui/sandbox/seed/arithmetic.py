"""A shelf of images that are computed, not kept.

Image number i of n has a real manifest, the same every time, so its digest verifies; only images
that were looked up one by one (and may then be changed) are kept. The order of pages is the order
of i; the order of pushing is i * step mod n, so that no page comes in the order of time.
"""

from __future__ import annotations

import hashlib
import json
import math
from array import array
from bisect import bisect_left
from collections.abc import Iterator

from ecrtui.sandbox.images.config import Config
from ecrtui.sandbox.images.content import OCI_CONFIG, OCI_MANIFEST
from ecrtui.sandbox.images.layers import file, make_layer
from ecrtui.sandbox.images.manifests import Made, make_image
from ecrtui.sandbox.images.program import heartbeat_program
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Blob, DictShelf, Image

_MINUTE = 60
_INDEX_BITS = 24
_UNTAGGED_EVERY = 10


class ArithmeticShelf:
    """An ImageShelf of ``count`` images, the newest pushed at ``newest`` (epoch seconds).

    Image of push number k is tagged ``build-<k, seven digits>``, every tenth is untagged. Images
    put in later lie behind the computed ones.
    """

    def __init__(self, repository: Repository, count: int, newest: float) -> None:
        self._repository = repository
        self._name = repository.name
        self._account = repository.account
        self._count = count
        self._newest = newest
        self._step = _coprime(count)
        self._back = pow(self._step, -1, count) if count > 1 else 0
        self._made = _base_image(repository.name)
        self._size = sum(len(one.data) for one in self._made.blobs)
        self._prefix = self._made.content.data.rstrip()[:-1].rstrip()
        self._hash = hashlib.sha256(self._prefix)
        self._kept: dict[int, Image] = {}
        self._moved: dict[str, str | None] = {}
        self._extra = DictShelf()
        self._live: list[int] | range = range(count)
        self._index: array[int] | None = None

    def blobs(self) -> list[Blob]:
        """The config and the layer that all the images share."""
        return [
            Blob(one.digest, len(one.data), one.media_type, one.data) for one in self._made.blobs
        ]

    def __len__(self) -> int:
        return len(self._live) + len(self._extra)

    def __iter__(self) -> Iterator[Image]:
        yield from map(self._image, self._live)
        yield from self._extra

    def slice(self, start: int, stop: int) -> list[Image]:
        """Images start..stop-1 of the order; shorter at the end."""
        computed = [self._image(number) for number in self._live[start:stop]]
        behind = len(self._live)
        return computed + self._extra.slice(max(start - behind, 0), max(stop - behind, 0))

    def describe_json(self, start: int, stop: int) -> bytes:
        """The ImageDetail documents of a slice, serialised and joined by commas."""
        numbers = self._live[start:stop]
        if stop <= len(self._live) and self._kept.keys().isdisjoint(numbers):
            return ",".join(map(self._detail, numbers)).encode()
        # Loaded when needed: the operations that describe images know nothing of seeds.
        from ecrtui.sandbox.control.ecr.images import detail

        rows = (detail(self._repository, image) for image in self.slice(start, stop))
        return ",".join(map(json.dumps, rows)).encode()

    def by_digest(self, digest: str) -> Image | None:
        """The image of this digest; the first such question makes an index of 8 bytes an image."""
        number = self._number_of(digest)
        return self._extra.by_digest(digest) if number is None else self._keep(number)

    def by_tag(self, tag: str) -> Image | None:
        """The image this tag points at."""
        if tag in self._moved:
            digest = self._moved[tag]
            return None if digest is None else self.by_digest(digest)
        number = self._number_of_tag(tag)
        return None if number is None else self._keep(number)

    def put(self, image: Image) -> None:
        """Add an image with its tags; tags that another image had move here."""
        tags, image.tags = image.tags, set()
        self._extra.put(image)
        for tag in tags:
            self.tag(image.digest, tag)

    def tag(self, digest: str, tag: str) -> None:
        """Point a tag at an image that is here, taking it from another that had it."""
        self.untag(tag)
        image = self.by_digest(digest)
        if image is None:
            raise KeyError(digest)
        self._moved[tag] = digest
        image.tags.add(tag)

    def untag(self, tag: str) -> None:
        """Forget a tag; its image stays."""
        image = self.by_tag(tag)
        if image is not None:
            image.tags.discard(tag)
            self._moved[tag] = None

    def remove(self, digest: str) -> None:
        """Forget an image and its tags."""
        image = self.by_digest(digest)
        if image is None:
            raise KeyError(digest)
        for tag in list(image.tags):
            self.untag(tag)
        number = self._number_of(digest)
        if number is None:
            self._extra.remove(digest)
            return
        self._kept.pop(number, None)
        self._live = [one for one in self._live if one != number]

    def referrers(self, digest: str) -> list[Image]:
        """The images whose subject is this digest: computed images have none."""
        return self._extra.referrers(digest)

    def indexes_over(self, digest: str) -> list[Image]:
        """The indexes that list this digest: computed images are no indexes."""
        return self._extra.indexes_over(digest)

    def _suffix(self, number: int) -> bytes:
        return b',\n  "annotations": {"com.example.build": "%07d"}\n}' % number

    def _digest(self, number: int) -> str:
        hashed = self._hash.copy()
        hashed.update(self._suffix(number))
        return "sha256:" + hashed.hexdigest()

    def _manifest(self, number: int) -> bytes:
        return self._prefix + self._suffix(number)

    def _image(self, number: int) -> Image:
        if number in self._kept:
            return self._kept[number]
        order = number * self._step % self._count
        tags = {f"build-{order:07d}"} if order % _UNTAGGED_EVERY else set()
        return Image(
            digest=self._digest(number),
            manifest=lambda: self._manifest(number),
            media_type=OCI_MANIFEST,
            size=self._size,
            pushed_at=self._newest - (self._count - 1 - order) * _MINUTE,
            artifact_media_type=OCI_CONFIG,
            tags=tags,
            layers=tuple(one.digest for one in self._made.blobs),
            annotations={"com.example.build": f"{number:07d}"},
        )

    def _keep(self, number: int) -> Image:
        return self._kept.setdefault(number, self._image(number))

    def _detail(self, number: int) -> str:
        """One ImageDetail as JSON 1.1 writes it; about two microseconds."""
        order = number * self._step % self._count
        tags = f'"imageTags":["build-{order:07d}"],' if order % _UNTAGGED_EVERY else ""
        pushed = self._newest - (self._count - 1 - order) * _MINUTE
        return (
            f'{{"registryId":"{self._account}","repositoryName":"{self._name}",'
            f'"imageDigest":"{self._digest(number)}",{tags}'
            f'"imageSizeInBytes":{self._size},"imagePushedAt":{pushed},'
            f'"imageManifestMediaType":"{OCI_MANIFEST}","artifactMediaType":"{OCI_CONFIG}",'
            f'"imageStatus":"ACTIVE"}}'
        )

    def _number_of_tag(self, tag: str) -> int | None:
        order = tag.removeprefix("build-")
        if order == tag or not (order.isascii() and order.isdigit()):
            return None
        if int(order) >= self._count or f"{int(order):07d}" != order:
            return None
        number = int(order) * self._back % self._count
        return number if int(order) % _UNTAGGED_EVERY and self._is_live(number) else None

    def _number_of(self, digest: str) -> int | None:
        """Which computed image has this digest: the index narrows it down, the hash decides."""
        if self._index is None:
            self._index = array("Q", sorted(map(self._entry, range(self._count))))
        try:
            wanted = int(digest[7:17], 16) << _INDEX_BITS
        except ValueError:
            return None
        place = bisect_left(self._index, wanted)
        while place < self._count and self._index[place] >> _INDEX_BITS == wanted >> _INDEX_BITS:
            number = self._index[place] & ((1 << _INDEX_BITS) - 1)
            if self._digest(number) == digest and self._is_live(number):
                return number
            place += 1
        return None

    def _entry(self, number: int) -> int:
        """The first five bytes of the digest, then the number."""
        return int(self._digest(number)[7:17], 16) << _INDEX_BITS | number

    def _is_live(self, number: int) -> bool:
        if isinstance(self._live, range):
            return number in self._live
        place = bisect_left(self._live, number)
        return place < len(self._live) and self._live[place] == number


def _coprime(count: int) -> int:
    """A step near the golden section of ``count`` that shares no divisor with it."""
    step = max(1, int(count * 0.618))
    while math.gcd(step, count) != 1:
        step += 1
    return step


def _base_image(name: str) -> Made:
    program = file("heartbeat", heartbeat_program("amd64", name), 0o755)
    layer = make_layer([program], "COPY heartbeat /", 0)
    return make_image(Config("amd64", "2026-01-01T00:00:00Z", entrypoint=("/heartbeat",)), [layer])
