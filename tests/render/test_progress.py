"""How far something has come."""

from __future__ import annotations

from ecrtui.render.progress import duration, part_of, progress


def test_a_part_of_a_whole() -> None:
    assert part_of(12_400_000, 182_000_000) == "12.4 of 182 MB"
    assert part_of(512_000, 182_000_000) == "512 kB of 182 MB"
    assert part_of(0, 0) == "0 of 0 B"


def test_rate_and_time_left_where_they_are_known() -> None:
    assert progress(1_000, 2_000, 0.0, None) == "1.0 of 2.0 kB"
    assert progress(38_000_000, 190_000_000, 38e6, 4.0) == "38.0 of 190 MB, 38.0 MB/s, 0:04 left"


def test_durations() -> None:
    assert [duration(one) for one in (0, 59.6, 61, 3_723)] == ["0:00", "1:00", "1:01", "1:02:03"]
