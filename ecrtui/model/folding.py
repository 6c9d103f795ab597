"""One row for each thing a person means: an index with its children and what refers to it.

Nothing is read for it. Children are known only from index manifests read before; referrers from
`subjectManifestDigest`. Until every index of a list has been read, an untagged row that nobody
claims may still belong to one, and says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec

from ecrtui.model.artifacts import ArtifactKind, kind_of
from ecrtui.model.image import Image
from ecrtui.model.manifest import Descriptor, Manifest

_INDEX_TYPES = ("image.index", "manifest.list")


class Member(msgspec.Struct, frozen=True, gc=False):
    """A row under another: a platform, an attestation, or something that refers to it."""

    role: str
    """`platform`, `attestation`, or what kind of artifact refers to the image."""
    digest: str
    image: Image | None = None
    """Its own DescribeImages row, when the list has one."""
    descriptor: Descriptor | None = None
    """Its entry in the index, when it is a child."""

    @property
    def platform(self) -> str:
        """os/arch of a platform child, else ''."""
        where = self.descriptor.platform if self.descriptor else None
        return str(where) if where and self.role == "platform" else ""


class ImageFamily(msgspec.Struct, frozen=True, gc=False):
    """An image with what folds under it."""

    image: Image
    manifest: Manifest | None = None
    """Its manifest when one was read before; None for all others."""
    members: tuple[Member, ...] = ()
    may_belong_to_index: bool = False


def is_index(image: Image) -> bool:
    """Whether the row is an index or a manifest list, by its media type."""
    return _is_index_type(image.image_manifest_media_type)


@lru_cache(maxsize=64)
def _is_index_type(media_type: str) -> bool:
    """There are few of them, and a hundred thousand rows."""
    return any(word in media_type for word in _INDEX_TYPES)


def fold(images: Iterable[Image], stored: Callable[[str], Manifest | None]) -> list[ImageFamily]:
    """Families in the order of their heads in the list.

    Every image appears: as a head, or under the heads of all it belongs to (an index, or the
    subject it refers to, or what those fold under). A tagged image is always a head of its own,
    since a person looks for its tag; so is whatever refers round in a circle.
    """
    by_digest = {row.image_digest: row for row in images}  # pages may repeat a row
    rows = list(by_digest.values())
    manifests = {row.image_digest: stored(row.image_digest) for row in rows if is_index(row)}
    relations = [*_children(manifests, by_digest), *_referring(rows, by_digest)]
    members = _under_heads(relations, by_digest)
    folded = {digest for below in members.values() for digest in below}
    unread = any(manifest is None for manifest in manifests.values())
    return [
        ImageFamily(
            row,
            manifests.get(row.image_digest),
            tuple(members[row.image_digest].values()) if row.image_digest in members else (),
            may_belong_to_index=unread and _unclaimed(row),
        )
        for row in rows
        if row.image_tags or row.image_digest not in folded
    ]


def _unclaimed(row: Image) -> bool:
    return not row.image_tags and not row.subject_manifest_digest and not is_index(row)


def _children(
    manifests: dict[str, Manifest | None], by_digest: dict[str, Image]
) -> Iterator[tuple[str, Member]]:
    """What the indexes read before hold, as (index, child)."""
    for digest, manifest in manifests.items():
        for child in manifest.manifests if manifest is not None else ():
            role = "attestation" if child.is_attestation else "platform"
            yield digest, Member(role, child.digest, by_digest.get(child.digest), child)


def _referring(rows: Sequence[Image], by_digest: dict[str, Image]) -> Iterator[tuple[str, Member]]:
    """What names another row of the list as its subject, as (subject, referrer)."""
    for row in rows:
        subject = row.subject_manifest_digest
        if subject and subject in by_digest:
            kind = kind_of(row.artifact_media_type, row.image_manifest_media_type)
            role = "referrer" if kind in (ArtifactKind.IMAGE, ArtifactKind.OTHER) else kind.value
            yield subject, Member(role, row.image_digest, row)


def _under_heads(
    relations: Sequence[tuple[str, Member]], by_digest: dict[str, Image]
) -> dict[str, dict[str, Member]]:
    """The members of each head by digest: what belongs to a folded row moves up to its head."""
    parents: dict[str, list[str]] = defaultdict(list)
    for parent, member in relations:
        if not by_digest.get(member.digest, _NO_ROW).image_tags:
            parents[member.digest].append(parent)
    members: dict[str, dict[str, Member]] = defaultdict(dict)
    for parent, member in relations:
        for head in _heads(parent, parents):
            if head != member.digest:
                members[head].setdefault(member.digest, member)
    return members


def _heads(digest: str, parents: dict[str, list[str]]) -> set[str]:
    """The rows above a row that fold under nothing; none where it all goes round in a circle."""
    heads: set[str] = set()
    waiting, seen = [digest], {digest}
    while waiting:
        current = waiting.pop()
        above = parents.get(current)
        if not above:
            heads.add(current)
        for parent in above or ():
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return heads


_NO_ROW = Image(image_digest="")
