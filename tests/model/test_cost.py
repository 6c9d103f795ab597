"""What images come to: layers once, by storage class, by month."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.cost import Month, RepositoryCost, Sums, month_of, repository_cost
from ecrtui.model.footprint import Footprint, Stored, footprint
from ecrtui.model.image import ARCHIVED, Image
from ecrtui.model.places import Registry
from ecrtui.model.prices import Price

HOME = Registry("main", "eu-west-1", "111122223333")
MAY = 1_778_000_000.0
JUNE = 1_781_000_000.0
_BLOBS = {f"sha256:{number:064x}": 10 * number + 1 for number in range(8)}
_IMAGE = st.tuples(
    st.none() | st.sets(st.sampled_from(sorted(_BLOBS))),
    st.booleans(),
    st.none() | st.floats(1_700_000_000, 1_800_000_000),
)


@given(st.lists(_IMAGE))
def test_classes_and_months_add_up_to_the_footprint(
    images: list[tuple[set[str] | None, bool, float | None]],
) -> None:
    rows: dict[str, Image] = {}
    stored = []
    for number, (blobs, archived, pushed) in enumerate(images):
        digest = f"sha256:{number:064d}"
        status = ARCHIVED if archived else "ACTIVE"
        rows[digest] = Image(digest, image_pushed_at=pushed, image_status=status)
        known = None if blobs is None else {blob: _BLOBS[blob] for blob in blobs}
        stored.append(Stored(digest, 1000, known))
    cost = repository_cost(HOME, "team/app", rows, stored, Price())
    whole = footprint(stored)
    assert cost.storage.whole == whole
    by_month = [month.stored for month in cost.months]
    assert sum(part.bytes for part in by_month) == whole.bytes
    assert sum(part.bound for part in by_month) == whole.bound
    assert sum(month.images for month in cost.months) == cost.images == len(rows)
    assert sum(part.unread for part in by_month) == whole.unread


def test_a_month_is_told_in_utc_and_gaps_are_filled() -> None:
    assert (month_of(MAY), month_of(JUNE)) == ("2026-05", "2026-06")
    assert (month_of(None), month_of(-1.0), month_of(1e20)) == ("", "", "")
    sums = Sums()
    months = (
        Month(month="2026-01", images=1, stored=Footprint(bytes=5)),
        Month(month="", images=2),
        Month(month="2025-11", images=3, stored=Footprint(bound=7)),
    )
    sums.add(RepositoryCost(registry=HOME, repository="a", images=6, months=months))
    again = (Month(month="2026-01", images=1, stored=Footprint(bound=1)),)
    sums.add(RepositoryCost(registry=HOME, repository="b", images=1, months=again))
    assert [(row.month, row.images, row.stored.most) for row in sums.months] == [
        ("", 2, 0),
        ("2025-11", 3, 7),
        ("2025-12", 0, 0),
        ("2026-01", 2, 6),
    ]
    (registry,) = sums.registries
    assert (registry.repositories, registry.images) == (2, 7)
