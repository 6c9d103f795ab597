"""What belongs to an image that is moved: its manifests, their blobs, and what refers to it.

An index goes whole, as `crane copy` and `skopeo copy --all` do, so that its digest stays the same;
with a platform the one image goes, by itself, and keeps its own digest. Several platforms are an
index of their own (`oci/chosen.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ecrtui.errors import Archived, Corrupt, NotFound, RemoteError, UsageError
from ecrtui.model.image import ACTIVE, ImageId
from ecrtui.model.manifest import Descriptor, Manifest, ManifestKind, RawManifest
from ecrtui.model.places import Outside
from ecrtui.oci.chosen import chosen_index
from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.manifest import is_foreign, parse_manifest, refuse_unreadable
from ecrtui.oci.platforms import choose_platform, normal, parse_platform
from ecrtui.workflows.contents import read_bytes, stored_bytes
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.inspect import describe, referrers_of
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services

replace = msgspec.structs.replace
_NESTED = 4
"""Indexes in indexes, and what refers to what refers to an image."""
_MOST_MANIFESTS = 2_000
_MOST_BLOBS = 20_000
_MOST_BYTES = 50 * Caps().blob_bytes
COSIGN = (".sig", ".att", ".sbom")
"""What cosign hangs to the tag `sha256-<digest>` (its specification, SIGNATURE_SPEC.md)."""
_FALLBACK = ""
"""The referrers of a registry without their API are an index under that tag (distribution)."""


class Lot(msgspec.Struct, frozen=True):
    """One manifest, and the tag under which it is put."""

    raw: RawManifest
    parsed: Manifest
    tag: str = ""


class Cargo(msgspec.Struct, frozen=True):
    """All that is moved."""

    lots: tuple[Lot, ...]
    """In the order in which they may be put: what others name before them, the image last."""
    blobs: tuple[Descriptor, ...]
    """Each once."""
    referrers: int = 0
    """Signatures, SBOMs and the like among them."""
    platform: str = ""
    """The one that was chosen from an index; '' when nothing was left out."""
    part_of: str = ""
    """The digest of the index of which some platforms were chosen; '' where no index was made."""

    @property
    def image(self) -> Lot:
        """What was asked for."""
        return self.lots[-1]

    @property
    def bytes(self) -> int:
        """Of all blobs."""
        return sum(blob.size for blob in self.blobs)


def gather(
    services: Services,
    target: Target,
    *,
    platforms: Sequence[str] = (),
    one: bool = False,
    referrers: bool = False,
) -> Cargo:
    """What belongs to an image: all of it, the image of one platform, or an index of several.

    `one` wants one image, and chooses a platform where none is named. COUNTS AS A PULL of what
    was not read before. Raises UsageError, NotFound, WhichPlatform, Corrupt, and what reading
    raises.
    """
    named = {normal(parse_platform(text)): text for text in platforms}
    reading = _Reading(services, target)
    raw = reading.root()
    lot = Lot(raw, reading.parsed(raw))
    chosen, part_of = "", ""
    if len(named) > 1:
        lot, part_of = _of_platforms(reading, lot, list(named.values()), one=one)
    elif named or one:
        lot, chosen = _of_platform(reading, lot, "".join(named.values()))
    reading.add(lot)
    count = 0
    if referrers:
        count = reading.add_referrers()
    return replace(reading.cargo(lot, count), platform=chosen, part_of=part_of)


def _of_platforms(
    reading: _Reading, lot: Lot, platforms: Sequence[str], *, one: bool
) -> tuple[Lot, str]:
    """An index of these platforms, and of which it is a part; '' where it is all of it."""
    if one or lot.parsed.kind is not ManifestKind.INDEX:
        place = "A docker archive holds" if one else "This is no index, but"
        raise UsageError(
            ", ".join(platforms),
            title=f"{place} one image, for one platform",
            hint="Choose one, or an OCI layout." if one else "Choose no platforms.",
        )
    raw = chosen_index(lot.raw, platforms, lambda child: reading.children([child])[0].raw)
    if raw is lot.raw:
        return lot, ""
    return Lot(raw, reading.parsed(raw)), lot.raw.digest


def _of_platform(reading: _Reading, lot: Lot, platform: str) -> tuple[Lot, str]:
    """The image of a platform; the image itself where there is no other."""
    chosen = ""
    for _ in range(_NESTED):
        if lot.parsed.kind is not ManifestKind.INDEX:
            return lot, chosen
        child = choose_platform(lot.parsed, platform)
        if child is None:
            raise NotFound(lot.raw.digest, title="There is no image in this index")
        chosen = str(child.platform or "") or chosen
        lot = reading.children([child])[0]
    raise RemoteError(lot.raw.digest, title="Indexes in indexes, without an end")


class _Reading:
    """Manifests of one repository as they are found, each once."""

    def __init__(self, services: Services, target: Target) -> None:
        self._services = services
        self._target = target
        self._lots: dict[str, Lot] = {}
        """In order: children first."""
        self._blobs: dict[str, Descriptor] = {}
        self._attestations: set[str] = set()
        """BuildKit's, to which nobody refers."""

    def root(self) -> RawManifest:
        """The manifest that was named."""
        services, target = self._services, self._target
        if not isinstance(target.home, Outside):
            row = describe(services, target)
            if row.image_status != ACTIVE:  # its manifest may be known; its layers cannot be had
                hint = f"Restore it first, which takes minutes: ecrtui restore {target}"
                raise Archived(target.called, hint=hint)
            raw = read_bytes(services, target.home, target.repository, [row.image_digest])[0]
            return replace(raw, media_type=raw.media_type or row.image_manifest_media_type)
        return _outside(services, target.home, target)

    def parsed(self, raw: RawManifest) -> Manifest:
        """A manifest of a kind that can be moved."""
        manifest = parse_manifest(raw)
        refuse_unreadable(manifest)
        return manifest

    def children(self, described: Sequence[Descriptor]) -> list[Lot]:
        """Manifests that another one names."""
        where = self._target
        digests = [one.digest for one in described]
        found = read_bytes(self._services, where.home, where.repository, digests)
        lots = []
        for raw, one in zip(found, described, strict=True):
            if len(raw.body) != one.size:
                raise Corrupt(f"manifest {one.digest} has {len(raw.body)} bytes, not {one.size}")
            raw = replace(raw, media_type=one.media_type or raw.media_type)
            lots.append(Lot(raw, self.parsed(raw)))
        return lots

    def add(self, lot: Lot, depth: int = 0) -> None:
        """A manifest after all that it names."""
        if depth > _NESTED:
            raise RemoteError(lot.raw.digest, title="Indexes in indexes, without an end")
        missing = [one for one in lot.parsed.manifests if one.digest not in self._lots]
        self._attestations.update(one.digest for one in missing if one.is_attestation)
        for child in self.children(list({one.digest: one for one in missing}.values())):
            self.add(child, depth + 1)
        config = [lot.parsed.config] if lot.parsed.config else []
        for blob in (*config, *lot.parsed.layers):
            if not is_foreign(blob):
                self._add_blob(blob)
        known = self._lots.get(lot.raw.digest, lot)  # which stays before those that name it
        self._lots[lot.raw.digest] = replace(lot, tag=lot.tag or known.tag)
        if len(self._lots) > _MOST_MANIFESTS or len(self._blobs) > _MOST_BLOBS:
            raise Corrupt(lot.raw.digest, title="Refused: the image has too many parts")

    def add_referrers(self) -> int:
        """What refers to what is known, and what refers to that; how many there are."""
        asked: set[str] = set()
        before = len(self._lots)
        for _ in range(_NESTED):
            new = [digest for digest in self._lots if digest not in asked | self._attestations]
            asked.update(new)
            found = dict(fan_out(lambda digest: iter([(digest, self._refers(digest))]), new))
            for digest in new:
                for row, tag in found[digest]:
                    if tag or row.digest not in self._lots:
                        self.add(self._lot_of(row, tag))
        return len(self._lots) - before

    def _refers(self, digest: str) -> list[tuple[Descriptor, str]]:
        """What refers to a digest, and by which tag where it is found by one."""
        where = self._target
        listed = referrers_of(self._services, where.home, where.repository, digest)
        rows = [(Descriptor(one.digest, one.size or 0, one.media_type), "") for one in listed]
        tagged = hanging(self._services, where, digest)
        return rows + [(Descriptor(found, 0), tag) for tag, found in tagged]

    def _lot_of(self, described: Descriptor, tag: str = "") -> Lot:
        """A manifest that is named by a list, whose sizes nobody promised."""
        where = self._target
        (raw,) = read_bytes(self._services, where.home, where.repository, [described.digest])
        raw = replace(raw, media_type=described.media_type or raw.media_type)
        return Lot(raw, self.parsed(raw), tag)

    def _add_blob(self, blob: Descriptor) -> None:
        known = self._blobs.setdefault(blob.digest, blob)
        if known.size != blob.size:
            raise Corrupt(f"{blob.digest} is told to have {known.size} and {blob.size} bytes")

    def cargo(self, image: Lot, referrers: int) -> Cargo:
        """All of it, the image last."""
        held = {child.digest for lot in self._lots.values() for child in lot.parsed.manifests}
        if image.raw.digest not in held:  # else it has to be put twice
            del self._lots[image.raw.digest]
        lots = (*self._lots.values(), image)
        blobs = tuple(self._blobs.values())
        if sum(blob.size for blob in blobs) > _MOST_BYTES:
            raise Corrupt(image.raw.digest, title="Refused: the image is too large to be one")
        return Cargo(tuple(map(_typed, lots)), blobs, referrers)


def _outside(services: Services, home: Outside, target: Target) -> RawManifest:
    """The manifest that was named outside ECR, from the store where its digest is known."""
    from ecrtui.workflows.outside import resolved

    wanted, media_type = target.image_id, ""
    source = services.outside(home, target.repository)
    if home.is_remote:
        if not wanted.image_digest:
            wanted, media_type = resolved(source, wanted)
        known = stored_bytes(services, wanted.image_digest) if wanted.image_digest else None
        if known is not None:
            return replace(known, media_type=media_type)
    (raw,) = source.manifests([wanted])
    services.cache.put("manifest", raw.digest, raw.body)
    return raw


def hanging(services: Services, target: Target, digest: str) -> list[tuple[str, str]]:
    """What hangs to a digest by its tag, as cosign has it: tags and digests."""
    stem = digest.replace(":", "-")
    tags = [stem + end for end in (*COSIGN, _FALLBACK)]
    if isinstance(target.home, Outside):
        return list(_named(services, target.home, target.repository, tags))
    reader = services.reader(target.home)
    asked = ((tag, reader.describe(target.repository, [ImageId(image_tag=tag)])) for tag in tags)
    return [(tag, row.image_digest) for tag, rows in asked for row in rows]


def _named(
    services: Services, home: Outside, repository: str, tags: Sequence[str]
) -> Iterator[tuple[str, str]]:
    from ecrtui.workflows.outside import resolved

    source = services.outside(home, repository)
    for tag in tags:
        try:
            wanted, _ = resolved(source, ImageId(image_tag=tag))
            yield tag, wanted.image_digest or source.manifests([wanted])[0].digest
        except (NotFound, UsageError):
            continue


def _typed(lot: Lot) -> Lot:
    """A manifest with its media type, which neither the store nor all manifests tell."""
    kind = lot.raw.media_type or lot.parsed.media_type or _guessed(lot.parsed)
    return replace(
        lot,
        raw=replace(lot.raw, media_type=kind),
        parsed=replace(lot.parsed, media_type=kind),
    )


def _guessed(manifest: Manifest) -> str:
    """Only OCI's manifests may be silent about it."""
    kind = "index" if manifest.kind is ManifestKind.INDEX else "manifest"
    return f"application/vnd.oci.image.{kind}.v1+json"


def tag_of(services: Services, target: Target) -> str:
    """The digest that a tag names at a place now; '' for none. Counts as no pull."""
    if not target.image_id.image_tag:
        return ""
    try:
        if not isinstance(target.home, Outside):
            return describe(services, target).image_digest
        named = _named(services, target.home, target.repository, [target.image_id.image_tag])
        return next((digest for _, digest in named), "")
    except NotFound:
        return ""
