"""How each image of a list stands, from all that was seen of its repository. Pure.

A use is of an image by its digest; where none is told, of the image that has its tag now, for that
is what is started next. What runs by a digest that nobody tells may be any image of the repository.
What belongs together stands together: an index is in use when a child of it runs, a child when its
index is, and what refers to an image when that image is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

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
    """The images of one repository while they are judged.

    It goes from what is used to what belongs to it, for of a hundred thousand images few are used.
    """

    def __init__(self, usage: Usage, images: Sequence[Image], children: Children) -> None:
        self._images = {image.image_digest: image for image in images}
        self._children = children
        self._parents: dict[str, list[str]] = defaultdict(list)
        for parent, listed in children.items():
            for child in listed:
                self._parents[child].append(parent)
        self._direct = _by_digest(usage.uses, images)
        blind = tuple(use for use in usage.uses if use.blind)
        self._other = ImageUse(standing=Standing.NOT_SEEN)
        if blind or usage.unknown:
            self._other = ImageUse(standing=Standing.UNKNOWN, maybe=blind)

    def all(self) -> dict[str, ImageUse]:
        stand = dict.fromkeys(self._images, self._other)
        stand.update(self._in_use())
        unsure = ImageUse(standing=Standing.UNKNOWN, unread=True)
        for digest in self._in_doubt():
            if stand[digest].standing is Standing.NOT_SEEN:
                stand[digest] = unsure
        referrers = [row for row in self._images.values() if row.subject_manifest_digest]
        stand.update({row.image_digest: self._of_referrer(row, stand) for row in referrers})
        return stand

    def _in_use(self) -> Iterator[tuple[str, ImageUse]]:
        """What runs or is named, with its children and the indexes it is in; and the other children
        of these: without them the index would be broken."""
        own: dict[str, dict[Use, None]] = defaultdict(dict)
        beside: dict[str, dict[Use, None]] = defaultdict(dict)
        for digest, uses in self._direct.items():
            told = dict.fromkeys(uses)
            above = _reached(digest, self._parents)
            for one in (digest, *above, *_reached(digest, self._children)):
                own[one].update(told)
            for parent in above:
                for one in _reached(parent, self._children):
                    beside[one].update(told)
        for digest, found in own.items():
            if digest in self._images:
                yield digest, self._of(digest, tuple(sorted(found, key=use_order)))
        for digest, found in beside.items():
            if digest in self._images and digest not in own:
                held = tuple(sorted(found, key=use_order))
                yield digest, ImageUse(standing=Standing.REFERENCED, uses=held)

    def _of(self, digest: str, own: tuple[Use, ...]) -> ImageUse:
        running = [use for use in own if use.running]
        standing = Standing.RUNNING if running else Standing.REFERENCED
        if running:
            line = (digest, *_reached(digest, self._children), *_reached(digest, self._parents))
            rows = [self._images[one] for one in line if one in self._images]
            if any(all(has_left(use, row) for row in rows) for use in running):
                standing = Standing.BEHIND
        return ImageUse(standing=standing, running=sum(use.running for use in own), uses=own)

    def _in_doubt(self) -> Iterator[str]:
        """The indexes that were never read where an image is used that may belong to one, and such
        images where one of the indexes is used."""
        indexes = [
            digest
            for digest, image in self._images.items()
            if is_index(image) and digest not in self._children
        ]
        if not indexes:
            return
        if any(self._direct.get(digest) for digest in indexes):
            yield from (digest for digest in self._images if self._may_be_child(digest))
        used = [digest for digest in self._direct if digest in self._images]
        if any(self._may_be_child(digest) or self._by_other_tag(digest) for digest in used):
            yield from indexes

    def _by_other_tag(self, digest: str) -> bool:
        """Whether it was started by a tag that does not name it: one that moved, or an index's."""
        image = self._images[digest]
        by_tag = any(has_left(use, image) for use in self._direct[digest])
        return by_tag and not is_index(image) and digest not in self._parents

    def _may_be_child(self, digest: str) -> bool:
        image = self._images[digest]
        plain = not image.image_tags and not image.subject_manifest_digest
        return plain and digest not in self._parents

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
