"""How each image of a list stands, from all that was seen of its repository. Pure.

A use is of an image by its digest; where none is told, of the image that has its tag now, for that
is what is started next. What runs by a digest that nobody tells may be any image of the repository.
What belongs together stands together: an index is in use when a child of it runs, a child when its
index is, and what refers to an image when that image is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ecrtui.model.folding import is_index
from ecrtui.model.image import Image
from ecrtui.model.usage import ImageUse, Judged, Standing, Usage, Use, split

Children = Mapping[str, Sequence[str]]
"""The children of those indexes whose manifests are stored, by the indexes' digests."""


def of_images(
    usage: Usage, images: Sequence[Image], children: Children | None = None
) -> dict[str, ImageUse]:
    """Each image's part of a usage, by digest.

    An untagged image may be a child of any index that is not among the keys of `children`: where
    one of the two is in use the other is UNKNOWN rather than NOT_SEEN.
    """
    return _Stands(usage, images, children or {}).all()


def has_left(use: Use, image: Image) -> bool:
    """Whether something runs this image by a tag which names another one, or none, by now."""
    tag, pinned = split(use.image)
    return bool(use.running and use.digest) and not pinned and tag not in image.image_tags


def judged(usage: Usage, images: Sequence[Image], children: Children | None = None) -> list[Judged]:
    """Each use with its image, those that run first. The list of images must be whole."""
    tagged = _tagged(images)
    rows = {image.image_digest: image for image in images}
    found = []
    for use in usage.uses:
        now = tagged.get(use.tag, "")
        digest = use.pinned or now
        image = rows.get(digest)
        same = now and digest in (children or {}).get(now, ())
        behind = image is not None and has_left(use, image) and not same
        found.append(Judged(use, digest, image, behind, now))
    return sorted(found, key=lambda one: use_order(one.use))


def use_order(use: Use) -> tuple[int, tuple[str, ...]]:
    """What runs first, the most of it above all; then by what it is and where."""
    names = (use.kind.value, use.where, use.name, use.account, use.region, use.image, use.digest)
    return -use.running, names


class _Stands:
    """The images of one repository while they are judged."""

    def __init__(self, usage: Usage, images: Sequence[Image], children: Children) -> None:
        self._usage = usage
        self._images = {image.image_digest: image for image in images}
        self._children = children
        self._parents: dict[str, list[str]] = defaultdict(list)
        for parent, listed in children.items():
            for child in listed:
                self._parents[child].append(parent)
        self._direct = _by_digest(usage.uses, images)
        self._blind = tuple(use for use in usage.uses if use.blind)

    def all(self) -> dict[str, ImageUse]:
        stand = {digest: self._of(digest) for digest in self._images}
        indexes, children = self._in_doubt()
        unsure = ImageUse(standing=Standing.UNKNOWN)
        for doubted, by in ((children, indexes), (indexes, children)):
            if any(self._direct.get(digest) for digest in by):
                for digest in doubted:
                    if stand[digest].standing is Standing.NOT_SEEN:
                        stand[digest] = unsure
        return {digest: self._of_referrer(image, stand) for digest, image in self._images.items()}

    def _in_doubt(self) -> tuple[list[str], list[str]]:
        """The indexes that were never read, and the images that may belong to one of them."""
        indexes = [
            digest
            for digest, image in self._images.items()
            if is_index(image) and digest not in self._children
        ]
        children = [
            digest
            for digest, image in self._images.items()
            if not image.image_tags
            and not image.subject_manifest_digest
            and digest not in self._parents
        ]
        return indexes, children if indexes else []

    def _of(self, digest: str) -> ImageUse:
        """By its own uses, its children's, and those of the indexes it is in."""
        line = [digest, *_reached(digest, self._children), *_reached(digest, self._parents)]
        own = _once(use for one in line for use in self._direct.get(one, ()))
        if own:
            return ImageUse(
                standing=self._seen(line, own), running=sum(use.running for use in own), uses=own
            )
        beside = _once(
            use
            for parent in _reached(digest, self._parents)
            for one in _reached(parent, self._children)
            for use in self._direct.get(one, ())
        )
        if beside:  # another child of its index runs: without it the index would be broken
            return ImageUse(standing=Standing.REFERENCED, uses=beside)
        if self._blind or self._usage.unknown:
            return ImageUse(standing=Standing.UNKNOWN, maybe=self._blind)
        return ImageUse(standing=Standing.NOT_SEEN)

    def _seen(self, line: list[str], own: tuple[Use, ...]) -> Standing:
        running = [use for use in own if use.running]
        if not running:
            return Standing.REFERENCED
        tagged = [self._images[one] for one in line if one in self._images]
        left = [use for use in running if all(has_left(use, image) for image in tagged)]
        return Standing.BEHIND if left else Standing.RUNNING

    def _of_referrer(self, image: Image, stand: Mapping[str, ImageUse]) -> ImageUse:
        """A signature of what runs is needed where it runs."""
        own, met = stand[image.image_digest], {image.image_digest}
        subject = self._images.get(image.subject_manifest_digest)
        while subject is not None and subject.image_digest not in met and not own.in_use:
            met.add(subject.image_digest)
            other = stand[subject.image_digest]
            if other.in_use:
                return ImageUse(standing=Standing.REFERENCED, uses=other.uses)
            if other.standing is Standing.UNKNOWN:
                own = other
            subject = self._images.get(subject.subject_manifest_digest)
        return own


def _by_digest(uses: Iterable[Use], images: Sequence[Image]) -> dict[str, list[Use]]:
    tagged = _tagged(images)
    found: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        digest = use.pinned or tagged.get(use.tag, "")
        if digest:
            found[digest].append(use)
    return found


def _tagged(images: Sequence[Image]) -> dict[str, str]:
    return {tag: image.image_digest for image in images for tag in image.image_tags}


def _reached(start: str, ways: Mapping[str, Sequence[str]]) -> list[str]:
    """All that one comes to from a digest, itself left out; circles, which hashes forbid, end."""
    found: dict[str, None] = {}
    waiting = list(ways.get(start, ()))
    while waiting:
        one = waiting.pop()
        if one not in found and one != start:
            found[one] = None
            waiting += ways.get(one, ())
    return list(found)


def _once(uses: Iterable[Use]) -> tuple[Use, ...]:
    return tuple(dict.fromkeys(uses))
