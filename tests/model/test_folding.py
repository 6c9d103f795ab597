"""Folding: every image appears, heads are heads, whatever refers to whatever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.folding import ImageFamily, fold
from ecrtui.model.image import Image
from ecrtui.model.manifest import Descriptor, Manifest, ManifestKind, Platform
from tests.worlds import OCI_IMAGE, OCI_INDEX

NUMBERS = st.integers(0, 8)
ATTESTATION = {"vnd.docker.reference.type": "attestation-manifest"}


def index_of(digest: str, children: list[str]) -> Manifest:
    described = tuple(Descriptor(child, 1, platform=Platform("linux", "x")) for child in children)
    return Manifest(digest, OCI_INDEX, ManifestKind.INDEX, 1, manifests=described)


@st.composite
def repositories(draw: st.DrawFn) -> tuple[list[Image], dict[str, Manifest]]:
    """Rows that refer to and hold each other in any way, and the index manifests stored."""
    rows, stored = [], {}
    for number in draw(st.lists(NUMBERS, max_size=8)):
        digest = str(number)
        index = draw(st.booleans())
        subject = draw(st.one_of(st.just(""), NUMBERS.map(str)))
        rows.append(
            Image(
                digest,
                image_tags=("t",) if draw(st.booleans()) else (),
                image_manifest_media_type=OCI_INDEX if index else OCI_IMAGE,
                subject_manifest_digest=subject,
            )
        )
        if index and draw(st.booleans()):
            stored[digest] = index_of(digest, draw(st.lists(NUMBERS.map(str), max_size=4)))
    return rows, stored


@given(repositories())
def test_every_image_appears_and_tagged_ones_as_heads(
    repository: tuple[list[Image], dict[str, Manifest]],
) -> None:
    rows, stored = repository
    families = fold(rows, stored.get)
    heads = [family.image.image_digest for family in families]
    folded = {member.digest for family in families for member in family.members}
    assert len(heads) == len(set(heads))
    for row in {row.image_digest: row for row in rows}.values():
        if row.image_tags:
            assert row.image_digest in heads
        else:
            assert (row.image_digest in heads) != (row.image_digest in folded)
    for family in families:
        below = [member.digest for member in family.members]
        assert len(below) == len(set(below))
        assert family.image.image_digest not in below


@given(repositories())
def test_the_order_of_the_list_is_kept(
    repository: tuple[list[Image], dict[str, Manifest]],
) -> None:
    rows, stored = repository
    places = {row.image_digest: number for number, row in reversed(list(enumerate(rows)))}
    heads = [places[family.image.image_digest] for family in fold(rows, stored.get)]
    assert heads == sorted(heads)


def members(family: ImageFamily) -> list[tuple[str, str]]:
    return [(member.role, member.digest) for member in family.members]


def test_an_index_with_all_that_belongs_to_it() -> None:
    child = Descriptor("child", 1, platform=Platform("linux", "arm64", "v8"))
    attested = Descriptor("attested", 1, annotations=ATTESTATION)
    elsewhere = Descriptor("elsewhere", 1, platform=Platform("linux", "amd64"))
    manifest = Manifest(
        "index", OCI_INDEX, ManifestKind.INDEX, 1, manifests=(child, attested, elsewhere)
    )
    rows = [
        Image("signature", artifact_media_type="x/signature", subject_manifest_digest="child"),
        Image("index", image_tags=("v1",), image_manifest_media_type=OCI_INDEX),
        Image("child"),
        Image("attested"),
        Image("alone"),
    ]
    index, alone = fold(rows, {"index": manifest}.get)
    assert members(index) == [
        ("platform", "child"),
        ("attestation", "attested"),
        ("platform", "elsewhere"),
        ("signature", "signature"),
    ]
    assert [member.platform for member in index.members][:2] == ["linux/arm64/v8", ""]
    assert index.members[2].image is None
    assert (alone.image.image_digest, alone.members, alone.may_belong_to_index) == (
        "alone",
        (),
        False,
    )


def test_until_an_index_is_read_an_untagged_row_may_belong_to_it() -> None:
    rows = [
        Image("index", image_tags=("v1",), image_manifest_media_type=OCI_INDEX),
        Image("child"),
        Image("tagged", image_tags=("v0",)),
    ]
    assert [family.may_belong_to_index for family in fold(rows, lambda _: None)] == [
        False,
        True,
        False,
    ]
