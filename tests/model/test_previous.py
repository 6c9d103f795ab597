"""Which image came before another."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.image import ARCHIVED, Image
from ecrtui.model.previous import previous, runs

INDEX = "application/vnd.oci.image.index.v1+json"
IMAGE = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"


def image(tag: str, pushed: float | None, *, index: bool = False, **more: str) -> Image:
    row = Image(
        f"sha256:{tag}{pushed}",
        image_tags=(tag,) if tag else (),
        image_pushed_at=pushed,
        image_manifest_media_type=INDEX if index else IMAGE,
        artifact_media_type=CONFIG,
    )
    return msgspec.structs.replace(row, **more)


def test_the_one_pushed_last_before_it() -> None:
    rows = [image(f"v{day}", float(day)) for day in (3, 1, 2, 5)]
    assert previous(rows, rows[0]) == rows[2]
    assert previous(rows, rows[1]) is None


def test_what_is_no_release_does_not_count() -> None:
    latest, older = image("v9", 9.0), image("v1", 1.0)
    others = [
        image("", 8.0),
        image("sbom", 8.0, artifact_media_type="application/spdx+json"),
        image("cold", 8.0, image_status=ARCHIVED),
        image("part", 8.0),
        image("later", 10.0),
    ]
    rows = [*others, latest, older]
    assert previous(rows, latest, {others[3].image_digest}) == older
    assert not runs(others[1])


def test_like_is_compared_with_like_where_there_is_any() -> None:
    index, older, between = (
        image("v2", 5.0, index=True),
        image("v1", 1.0, index=True),
        image("x", 4.0),
    )
    assert previous([index, older, between], index) == older
    assert previous([index, between], index) == between


@given(st.lists(st.sampled_from([None, 0.0, 1.0, 2.0]), min_size=1, max_size=8))
def test_it_is_an_order(moments: list[float | None]) -> None:
    rows = [image(f"v{number}", moment) for number, moment in enumerate(moments)]
    latest = max(rows, key=lambda one: (one.image_pushed_at or 0.0, one.image_digest))
    seen: list[str] = []
    at: Image | None = latest
    while at is not None:
        seen.append(at.image_digest)
        at = previous(rows, at)
    assert sorted(seen) == sorted(row.image_digest for row in rows)
