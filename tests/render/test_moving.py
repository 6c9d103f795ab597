"""How far a deed has come, as text: whole when there is room, and never wider than that."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.moving import Moment, Part, Stage
from ecrtui.render.moving import bar, bar_line, jobs_line, percent
from ecrtui.render.text import width

HALF = Moment(
    parts=(Part("k", "9f31c2a7", 10_000_000, 5_000_000, Stage.MOVING, "extracting"),),
    bytes=5_000_000,
    total=10_000_000,
    rate=1_000_000.0,
)
moments = st.builds(
    Moment,
    parts=st.lists(
        st.builds(
            Part,
            key=st.text(max_size=3),
            name=st.text(max_size=90),
            stage=st.sampled_from(Stage),
            note=st.text(max_size=30),
        ),
        max_size=3,
    ).map(tuple),
    bytes=st.integers(0, 10**15),
    total=st.integers(0, 10**15),
    rate=st.floats(0, 1e12),
    said=st.text(max_size=90),
)


def test_all_of_it() -> None:
    assert bar_line(HALF, 100) == (
        "[==========          ] 5.0 of 10.0 MB, 1.0 MB/s, 0:05 left - 9f31c2a7 extracting"
    )
    assert bar_line(HALF, 100, ascii_only=False) == (
        "▕██████████          ▏ 5.0 of 10.0 MB, 1.0 MB/s, 0:05 left · 9f31c2a7 extracting"
    )
    assert bar_line(HALF, 30) == "5.0 of 10.0 MB, 1.0 MB/s, 0:0~"
    assert jobs_line([HALF, HALF], 78) == "2 jobs ▕██████████          ▏ 50% 2.0 MB/s 0:05"


@given(moments, st.integers(1, 120), st.booleans())
def test_it_fits_and_obeys_nothing(moment: Moment, room: int, ascii_only: bool) -> None:
    for line in (bar_line(moment, room, ascii_only=ascii_only), jobs_line([moment], room)):
        assert width(line) <= room
        assert line.isprintable() or not line.isascii()
        assert "\x1b" not in line
    assert 0 <= percent(moment) <= 100
    assert percent(moment) < 100 or moment.bytes >= moment.total
    assert width(bar(moment, 20, ascii_only=ascii_only)) == 22
