"""Bytes of images that share layers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.footprint import Stored, footprint, freed

_SIZES = {f"sha256:{number:064x}": 10 * number + 1 for number in range(12)}
_IMAGE = st.none() | st.sets(st.sampled_from(sorted(_SIZES)))


def _stored(number: int, blobs: set[str] | None) -> Stored:
    known = None if blobs is None else {digest: _SIZES[digest] for digest in blobs}
    return Stored(f"sha256:{number:064d}", 1000, known)


@given(st.lists(_IMAGE), st.lists(_IMAGE))
def test_what_is_freed_is_the_difference_of_both_footprints(
    gone: list[set[str] | None], kept: list[set[str] | None]
) -> None:
    going = [_stored(number, blobs) for number, blobs in enumerate(gone)]
    staying = [_stored(number, blobs) for number, blobs in enumerate(kept, len(gone))]
    before, after = footprint([*going, *staying]), footprint(staying)
    free = freed(going, staying)
    if after.unread:
        assert free.bytes == 0
        assert free.bound >= before.most - after.most
    else:
        assert free.bytes == before.bytes - after.bytes
        assert free.bound == before.bound - after.bound


def test_a_shared_layer_counts_once_and_an_unread_image_by_its_size() -> None:
    shared, own = sorted(_SIZES)[:2]
    images = [_stored(1, {shared}), _stored(2, {shared, own}), _stored(3, None)]
    found = footprint(images)
    assert (found.bytes, found.bound, found.unread) == (_SIZES[shared] + _SIZES[own], 1000, 1)
    assert found.most == found.bytes + 1000


def test_what_a_kept_image_holds_is_not_freed() -> None:
    shared, own = sorted(_SIZES)[:2]
    free = freed([_stored(1, {shared, own})], [_stored(2, {shared})])
    assert (free.bytes, free.bound) == (_SIZES[own], 0)
