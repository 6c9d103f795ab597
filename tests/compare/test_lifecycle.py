"""The local simulation of a lifecycle policy: it equals the guide's examples, and the sandbox's
evaluation, which is written independently of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrtui.compare.lifecycle import simulate
from ecrtui.model.image import Image
from ecrtui.model.lifecycle import Action, Policy
from ecrtui.model.lifecycle_check import checked
from ecrtui.sandbox.control.ecr.lifecycle_rules import evaluate, read_rules
from ecrtui.sandbox.shelf import Image as Stored
from tests import lifecycles
from tests.lifecycles import DAY, Example

NOW = 1_770_000_000.0
INDEX = "application/vnd.oci.image.index.v1+json"
_TAG = st.lists(
    st.sampled_from(("v", "rc", "prod", "a", "1", "2", "-", ".")), min_size=1, max_size=5
).map("".join)


def policy_of(text: str) -> Policy:
    found = checked(text)
    assert found.policy is not None, found.problems
    return found.policy


def row(name: str, days: float, *tags: str, **more: Any) -> Image:
    return Image(
        image_digest=name, image_tags=tuple(tags), image_pushed_at=NOW - days * DAY, **more
    )


def nothing_listed(_: str) -> tuple[str, ...]:
    return ()


@pytest.mark.parametrize("example", lifecycles.EXAMPLES, ids=lambda example: example.title)
def test_the_guides_examples(example: Example) -> None:
    images = [row(name, days, *tags) for name, tags, days in example.contents]
    policy = policy_of(lifecycles.text_of(*example.rules))
    found = simulate(policy, images, NOW, nothing_listed)
    assert {verdict.digest for verdict in found.verdicts} == example.taken
    assert {verdict.action for verdict in found.verdicts} == {Action.EXPIRE}


def test_archiving_and_deleting_by_one_policy() -> None:
    """The guide's combination: both rules are of any image, each of its storage class."""
    policy = policy_of(lifecycles.text_of(*lifecycles.ARCHIVE_THEN_EXPIRE))
    images = [
        row("fresh", 3),
        row("old", 40),
        row("shelved", 800, image_status="ARCHIVED", last_archived_at=NOW - 100 * DAY),
        row("forgotten", 800, image_status="ARCHIVED", last_archived_at=NOW - 400 * DAY),
    ]
    found = simulate(policy, images, NOW, nothing_listed)
    assert [(one.digest, one.action, one.priority) for one in found.verdicts] == [
        ("old", Action.ARCHIVE, 1),
        ("forgotten", Action.EXPIRE, 2),
    ]


def test_what_an_unread_index_may_list_is_not_sure() -> None:
    policy = policy_of(lifecycles.text_of(lifecycles.rule(1, tagStatus="untagged")))
    images = [
        row("index", 9, "v1", image_manifest_media_type=INDEX),
        row("child", 8),
        row("free", 7),
        row("newest", 1),
    ]
    read = simulate(policy, images, NOW, {"index": ("child",)}.get)
    assert [one.digest for one in read.verdicts] == ["free"]
    assert (read.held, read.unread, read.unsure) == ({"child": "index"}, (), frozenset())
    unread = simulate(policy, images, NOW, lambda _: None)
    assert [one.digest for one in unread.verdicts] == ["child", "free"]
    assert unread.unread == ("index",)
    assert unread.unsure == {"child", "free"}


def test_what_refers_to_an_image_follows_it() -> None:
    policy = policy_of(lifecycles.text_of(lifecycles.rule(1)))
    images = [
        row("new", 1),
        row("old", 9, "v1"),
        row("sbom", 5, subject_manifest_digest="old"),
        row("its-signature", 5, subject_manifest_digest="sbom"),
    ]
    found = simulate(policy, images, NOW, nothing_listed)
    assert [one.digest for one in found.verdicts] == ["old"]
    assert found.following["old"] == ("sbom", "its-signature")


def test_a_row_without_a_time_is_never_taken_for_old() -> None:
    days = lifecycles.rule(1, countType="sinceImagePushed", countNumber=1)
    policy = policy_of(lifecycles.text_of(days))
    assert simulate(policy, [Image(image_digest="odd")], NOW, nothing_listed).verdicts == ()


@st.composite
def shelves(draw: st.DrawFn) -> list[Stored]:
    """Images of a repository: indexes over others, referrers, archived ones, restored ones."""
    images: list[Stored] = []
    for number in range(draw(st.integers(0, 12))):
        earlier = [image.digest for image in images]
        children = draw(st.lists(st.sampled_from(earlier), max_size=3)) if earlier else []
        subject = draw(st.sampled_from([None, None, "gone", *earlier]))
        archived = draw(st.integers(0, 3)) == 0
        moments = st.none() | st.integers(0, 400).map(lambda days: NOW - days * DAY)
        images.append(
            Stored(
                f"sha256:{draw(st.integers(0, 99)):02d}-{number}",
                b"{}",
                INDEX if children else "application/vnd.oci.image.manifest.v1+json",
                1,
                NOW - draw(st.integers(0, 400)) * DAY,
                tags=set(draw(st.lists(_TAG, max_size=3))),
                last_pull=draw(moments),
                status="ARCHIVED" if archived else "ACTIVE",
                last_archived_at=draw(moments) if archived else None,
                last_activated_at=None if archived else draw(moments),
                subject=subject,
                children=tuple(children),
            )
        )
    return images


def as_listed(image: Stored) -> Image:
    return Image(
        image_digest=image.digest,
        image_tags=tuple(image.tags),
        image_pushed_at=image.pushed_at,
        image_manifest_media_type=image.media_type,
        last_recorded_pull_time=image.last_pull,
        subject_manifest_digest=image.subject or "",
        image_status=image.status,
        last_archived_at=image.last_archived_at,
        last_activated_at=image.last_activated_at,
    )


@settings(max_examples=400)
@given(text=lifecycles.good_policies(), images=shelves())
def test_it_decides_as_the_sandbox_does(text: str, images: list[Stored]) -> None:
    children = {image.digest: image.children for image in images}
    found = simulate(policy_of(text), [as_listed(one) for one in images], NOW, children.get)
    theirs = evaluate(read_rules(text), images, NOW)
    assert [(one.digest, one.priority) for one in found.verdicts] == [
        (one.image.digest, one.priority) for one in theirs
    ]
    assert [one.action.value.upper() for one in found.verdicts] == [
        one.action["type"] for one in theirs
    ]
    gone = {one.digest for one in found.verdicts}
    assert not gone & found.held.keys()
    assert not gone & {digest for after in found.following.values() for digest in after}
