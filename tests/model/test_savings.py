"""What may go is what prune would take; what is in use never is, unknown is told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.cost import SavingKind, repository_cost
from ecrtui.model.footprint import Stored
from ecrtui.model.image import Image
from ecrtui.model.places import Registry
from ecrtui.model.prices import GB, Price
from ecrtui.model.pruning import relations
from ecrtui.model.savings import DAY, Held, Terms, hoped, savings
from ecrtui.model.usage import ImageUse, Standing, Use, UseKind

HOME = Registry("main", "eu-west-1", "111122223333")
NOW = 1_780_000_000.0
FREE = ImageUse(standing=Standing.NOT_SEEN)
UNKNOWN = ImageUse(standing=Standing.UNKNOWN)
IN_USE = ImageUse(
    standing=Standing.RUNNING,
    running=1,
    uses=(Use(kind=UseKind.ECS_SERVICE, name="web", image="app:v1"),),
)
TERMS = Terms(newest=2, idle=90 * DAY)


def digest(number: int) -> str:
    return f"sha256:{number:064d}"


def image(number: int, *, tag: str = "", days: float = 1, pulled: float | None = None) -> Image:
    return Image(
        digest(number),
        image_tags=(tag,) if tag else (),
        image_size_in_bytes=GB,
        image_pushed_at=NOW - days * DAY,
        last_recorded_pull_time=None if pulled is None else NOW - pulled * DAY,
    )


def held(images: Sequence[Image], copies: Mapping[str, tuple[str, ...]] | None = None) -> Held:
    rows = {one.image_digest: one for one in images}
    stored = [Stored(one.image_digest, one.image_size_in_bytes or 0) for one in images]
    return Held(
        cost=repository_cost(HOME, "team/app", rows, stored, Price()),
        relations=relations(images, lambda _: None),
        stored=stored,
        copies=copies or {},
    )


def used(images: Sequence[Image], *which: tuple[int, ImageUse]) -> dict[str, ImageUse]:
    return {one.image_digest: FREE for one in images} | {digest(n): use for n, use in which}


def test_untagged_images_and_those_beyond_the_newest() -> None:
    images = [image(n, tag=f"v{n}", days=n) for n in range(1, 6)] + [image(9), image(8)]
    found = savings(held(images), used(images, (4, IN_USE)), TERMS, NOW)
    told = {one.kind: one for one in found}
    beyond = told[SavingKind.BEYOND_NEWEST]
    assert set(beyond.digests) == {digest(3), digest(5)}
    assert beyond.rules is not None
    assert (beyond.rules.newest, beyond.known) == (2, True)
    assert beyond.freed.most == 2 * GB
    assert beyond.money is not None
    assert round(beyond.money, 6) == 0.2
    assert set(told[SavingKind.UNTAGGED].digests) == {digest(8), digest(9)}


def test_what_nobody_could_look_at_is_told_apart() -> None:
    images = [image(n, tag=f"v{n}", days=n) for n in range(1, 6)]
    found = savings(held(images), used(images, (3, UNKNOWN), (4, IN_USE)), TERMS, NOW)
    assert [(one.known, one.digests) for one in found] == [
        (True, (digest(5),)),
        (False, (digest(3),)),
    ]


def test_a_repository_that_nobody_needs_is_forgotten_as_a_whole() -> None:
    images = [image(n, tag=f"v{n}", days=200, pulled=120) for n in range(3)]
    (whole,) = savings(held(images), used(images), TERMS, NOW)
    assert (whole.kind, whole.images, whole.rules) == (SavingKind.FORGOTTEN, 3, None)
    found = savings(held(images), used(images, (1, IN_USE)), TERMS, NOW)
    assert [one.kind for one in found] == [SavingKind.NOT_PULLED]
    assert set(found[0].digests) == {digest(0), digest(2)}
    lately = [*images, image(7, tag="v7", days=200, pulled=3)]
    assert all(
        one.kind is not SavingKind.FORGOTTEN
        for one in savings(held(lately), used(lately), TERMS, NOW)
    )


def test_copies_of_other_regions() -> None:
    images = [image(1, tag="v1"), image(2, tag="v2")]
    copies = {digest(1): ("us-east-1",), digest(2): ("us-east-1",)}
    (one,) = savings(held(images, copies), used(images, (2, IN_USE)), TERMS, NOW)
    assert (one.kind, one.digests) == (SavingKind.DUPLICATES, (digest(1),))
    assert one.elsewhere == ("us-east-1",)


_USE = st.sampled_from((FREE, UNKNOWN, IN_USE))
_ROWS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 300), st.none() | st.integers(0, 300), _USE),
    max_size=12,
)


@given(_ROWS)
def test_nothing_in_use_is_ever_told_and_hope_is_a_bound(
    rows: list[tuple[bool, int, int | None, ImageUse]],
) -> None:
    images = [
        image(n, tag=f"v{n}" if tagged else "", days=days, pulled=pulled)
        for n, (tagged, days, pulled, _) in enumerate(rows)
    ]
    uses = {digest(n): use for n, (_, _, _, use) in enumerate(rows)}
    whole = held(images)
    for one in savings(whole, uses, TERMS, NOW):
        standings = {uses[digest].standing for digest in one.digests}
        assert Standing.RUNNING not in standings
        assert not one.known or standings == {Standing.NOT_SEEN}
        assert one.freed.most <= hoped(whole, TERMS, NOW)
