"""How images stand: what runs, what is behind its tag, what may be started, what nobody knows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.image import Image
from ecrtui.model.usage import Standing, Unknown, Usage, Use, UseKind, split
from ecrtui.workflows.usage.standing import Children, has_left, judged, of_images

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
URI = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app"


def digest(number: int) -> str:
    return f"sha256:{number:064x}"


def image(number: int, *tags: str, index: bool = False, subject: int | None = None) -> Image:
    return Image(
        digest(number),
        image_tags=tags,
        image_manifest_media_type=INDEX if index else MANIFEST,
        subject_manifest_digest=digest(subject) if subject is not None else "",
    )


def runs(ref: str, number: int | None = None, count: int = 1) -> Use:
    return Use(
        kind=UseKind.ECS_TASK,
        name="web",
        image=URI + ref,
        digest=digest(number) if number is not None else "",
        running=count,
    )


def stands(
    uses: Sequence[Use],
    images: Sequence[Image],
    children: Children | None = None,
    unknown: Sequence[Unknown] = (),
) -> list[Standing]:
    found = of_images(Usage(uses=tuple(uses), unknown=tuple(unknown)), images, children)
    return [found[one.image_digest].standing for one in images]


R, B, F, N, U = (
    Standing.RUNNING,
    Standing.BEHIND,
    Standing.REFERENCED,
    Standing.NOT_SEEN,
    Standing.UNKNOWN,
)
DENIED = Unknown(what="Lambda", why="no", denied=True)


@pytest.mark.parametrize(
    ("written", "tag", "pinned"),
    [
        ("host/app:v1", "v1", ""),
        ("host:5000/app", "latest", ""),
        ("host:5000/app:v1@sha256:ab", "v1", "sha256:ab"),
        ("host/app@sha256:ab", "", "sha256:ab"),
        ("", "", ""),
    ],
)
def test_a_reference_is_split(written: str, tag: str, pinned: str) -> None:
    assert split(written) == (tag, pinned)


def test_what_runs_runs_and_all_others_are_not_seen() -> None:
    assert stands([runs(":v1", 1)], [image(1, "v1"), image(2, "v2")]) == [R, N]


def test_a_tag_that_went_on_leaves_what_it_started_behind() -> None:
    assert stands([runs(":v1", 1)], [image(1), image(2, "v1")]) == [B, N]
    assert stands([runs(":v1", 1)], [image(1, "old"), image(2, "v1")]) == [B, N]


def test_who_names_the_digest_is_never_behind() -> None:
    assert stands([runs(f"@{digest(1)}", 1)], [image(1), image(2, "v1")]) == [R, N]
    assert stands([runs(f":v1@{digest(1)}", 1)], [image(1), image(2, "v1")]) == [R, N]


def test_a_reference_is_to_what_its_tag_names_now() -> None:
    assert stands([runs(":v1", count=0)], [image(1), image(2, "v1")]) == [N, F]
    assert stands([runs("", count=0)], [image(1, "latest"), image(2)]) == [F, N]
    assert stands([runs(f"@{digest(1)}", count=0)], [image(1), image(2)]) == [F, N]


def test_what_runs_by_an_untold_digest_may_be_any_image() -> None:
    assert stands([runs(":v1")], [image(1, "v1"), image(2, "v2")]) == [R, U]
    found = of_images(Usage(uses=(runs(":v1"),)), [image(2, "v2")])
    assert found[digest(2)].maybe == (runs(":v1"),)


def test_what_may_not_be_looked_at_is_unknown() -> None:
    assert stands([runs(":v1", 1)], [image(1, "v1"), image(2)], unknown=[DENIED]) == [R, U]


def test_an_index_runs_when_a_child_does() -> None:
    images = [image(1, "v1", index=True), image(2), image(3), image(4)]
    children = {digest(1): [digest(2), digest(3)]}
    assert stands([runs(":v1", 2)], images, children) == [R, R, F, N]


def test_children_run_when_their_index_does() -> None:
    images = [image(1, "v1", index=True), image(2), image(3), image(4)]
    children = {digest(1): [digest(2), digest(3)]}
    assert stands([runs(":v1", 1)], images, children) == [R, R, R, N]


def test_a_child_is_behind_when_its_index_lost_the_tag() -> None:
    images = [image(1, index=True), image(2), image(5, "v1", index=True)]
    children = {digest(1): [digest(2)], digest(5): []}
    assert stands([runs(":v1", 2)], images, children) == [B, B, N]


def test_a_child_of_two_indexes_does_not_make_the_other_run() -> None:
    images = [image(1, index=True), image(2, index=True), image(3), image(4)]
    children = {digest(1): [digest(3)], digest(2): [digest(3), digest(4)]}
    assert stands([runs(f"@{digest(4)}", 4)], images, children) == [N, R, F, R]


def test_an_untagged_image_may_belong_to_an_unread_index_that_runs() -> None:
    images = [image(1, "v1", index=True), image(2), image(3, "v3")]
    assert stands([runs(":v1", 1)], images) == [R, U, N]
    assert stands([], images) == [N, N, N]
    found = of_images(Usage(uses=(runs(":v1", 1),)), images)
    assert [one.unread for one in found.values()] == [False, True, False]
    blind = of_images(Usage(uses=(runs(":v1", 1),), unknown=(DENIED,)), images)
    assert not any(one.unread for one in blind.values())  # to read it would not be enough


def test_an_unread_index_may_have_the_image_that_another_tag_started() -> None:
    """Started by `v1`, which does not name it: by a tag that has moved, or through an index."""
    images = [image(1, index=True), image(2, "v1-amd64"), image(3, "v2", index=True)]
    assert stands([runs(":v1", 2)], images) == [U, B, U]
    assert stands([runs(":v1-amd64", 2)], images) == [N, R, N]
    assert stands([runs("@" + digest(2), 2)], images) == [N, R, N]


def test_an_unread_index_may_have_the_untagged_image_that_runs() -> None:
    images = [image(1, "v1", index=True), image(2), image(3, "v3")]
    assert stands([runs(":v1", 2)], images) == [U, B, N]


def test_a_signature_is_needed_where_its_image_runs() -> None:
    images = [image(1, "v1"), image(2, subject=1), image(3, subject=2), image(4, subject=5)]
    assert stands([runs(":v1", 1)], images) == [R, F, F, N]


def test_uses_know_their_images_and_what_is_gone() -> None:
    images = [image(1, "old"), image(2, "live")]
    uses = (runs(":live", 1), runs(":live", 2, 3), runs(":none", count=0), runs("@" + digest(9), 9))
    untold = Use(kind=UseKind.CLUSTER, name="k8s", image="", running=1)
    found = judged(Usage(uses=(*uses, untold)), images)
    assert [(one.use.image[len(URI) :], one.behind, one.gone) for one in found] == [
        (":live", False, False),
        (":live", True, False),
        ("@" + digest(9), False, True),
        ("", False, False),
        (":none", False, True),
    ]
    assert found[1].now == digest(2)


def test_circles_end() -> None:
    images = [image(1, index=True), image(2, index=True), image(3, subject=4), image(4, subject=3)]
    children = {digest(1): [digest(2)], digest(2): [digest(1)]}
    assert stands([runs(f"@{digest(1)}", 1)], images, children) == [R, R, N, N]


numbers = st.integers(0, 7)
tags = st.sampled_from(["v1", "v2", "v3", "latest"])


@st.composite
def repositories(draw: st.DrawFn) -> tuple[list[Image], dict[str, list[str]]]:
    """Images of which a tag names one at most, with some indexes, read and unread."""
    owners = draw(st.dictionaries(tags, numbers))
    indexes = draw(st.sets(numbers, max_size=3))
    images = [
        image(
            one,
            *(tag for tag, owner in owners.items() if owner == one),
            index=one in indexes,
            subject=draw(st.one_of(st.none(), st.none(), numbers)),
        )
        for one in range(8)
    ]
    inside = {digest(one): [digest(n) for n in draw(st.lists(numbers))] for one in indexes}
    read = {one: listed for one, listed in inside.items() if draw(st.booleans())}
    return images, read


references = st.one_of(tags.map(lambda tag: f":{tag}"), numbers.map(lambda n: f"@{digest(n)}"))
uses = st.builds(runs, references, st.one_of(st.none(), numbers), st.integers(0, 3))
usages = st.builds(
    Usage,
    uses=st.lists(uses, max_size=6).map(tuple),
    unknown=st.sampled_from([(), (), (DENIED,)]),
)


@given(usages, repositories())
def test_nothing_in_use_may_go(
    usage: Usage, repository: tuple[list[Image], dict[str, list[str]]]
) -> None:
    images, children = repository
    found = of_images(usage, images, children)
    assert set(found) == {one.image_digest for one in images}
    for use in usage.uses:
        named = [one for one in images if use.pinned == one.image_digest]
        if not use.pinned:
            named = [one for one in images if use.tag in one.image_tags]
        for one in named:
            assert use in found[one.image_digest].uses
            below = children.get(one.image_digest, ())
            above = [parent for parent, listed in children.items() if one.image_digest in listed]
            held = [*below, *above]
            held += [row.image_digest for row in images if _refers(row, one)]
            assert all(found[other].in_use for other in held if other in found)
    for digest_, one_use in found.items():
        assert one_use.in_use == bool(one_use.uses)
        assert not (one_use.may_go and (one_use.uses or usage.unknown)), digest_
        assert not (one_use.may_go and any(use.blind for use in usage.uses))
        counted = one_use.standing in (Standing.RUNNING, Standing.BEHIND)
        assert counted == (one_use.running > 0)


def _refers(row: Image, subject: Image) -> bool:
    return row.subject_manifest_digest == subject.image_digest


@given(usages, repositories())
def test_another_use_never_frees_an_image(
    usage: Usage, repository: tuple[list[Image], dict[str, list[str]]]
) -> None:
    images, children = repository
    known = of_images(usage, images, children)
    for use in usage.uses:
        fewer = Usage(
            uses=tuple(one for one in usage.uses if one is not use), unknown=usage.unknown
        )
        before = of_images(fewer, images, children)
        assert all(not one.may_go or before[digest_].may_go for digest_, one in known.items())


@given(usages, repositories())
def test_an_image_is_behind_exactly_when_something_runs_it_by_a_tag_it_lost(
    usage: Usage, repository: tuple[list[Image], dict[str, list[str]]]
) -> None:
    images, _ = repository
    plain = [
        Image(one.image_digest, image_tags=one.image_tags, image_manifest_media_type=MANIFEST)
        for one in images
    ]
    found = of_images(usage, plain)
    for one in plain:
        left = any(has_left(use, one) for use in usage.uses if use.pinned == one.image_digest)
        assert (found[one.image_digest].standing is Standing.BEHIND) == left
