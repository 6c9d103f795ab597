"""What is sent for a frame leaves the terminal as Textual's own writing would, in fewer bytes."""

from __future__ import annotations

from typing import Any

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from ecrtui.tui.frames import Frames

WIDE, HIGH, BORDER = 24, 4, 20
"""Columns and rows of the terminal; a widget ends and another begins at the border."""
_WRAPS = 7
"""The terminal's mode of going on in the next line at the end of one."""
CONSOLE = Console(color_system="truecolor", force_terminal=True)
COLOURS = st.sampled_from([None, "red", "bright_blue", "#102030", "color(200)", "default"])
STYLES = st.none() | st.builds(
    Style,
    color=COLOURS,
    bgcolor=COLOURS,
    bold=st.booleans(),
    underline=st.booleans(),
    reverse=st.booleans(),
    link=st.sampled_from([None, None, "https://example.org/"]),
)
ODD = ["a", " ", "é", "e\u0301", "世", "👍"]
TEXTS = st.text("ab  ─…", max_size=14) | st.lists(st.sampled_from(ODD), max_size=8).map("".join)


@st.composite
def strips(draw: st.DrawFn, cells: int) -> Strip:
    """A part of a line, exactly so wide."""
    segments, left = [], cells
    for text, style in draw(st.lists(st.tuples(TEXTS, STYLES), max_size=3)):
        segment = Segment(text[:left], style)
        if 0 < segment.cell_length <= left:
            segments.append(segment)
            left -= segment.cell_length
    return Strip([*segments, Segment(" " * left, draw(STYLES))], cells)


@st.composite
def chops(draw: st.DrawFn) -> dict[int, Strip]:
    """A whole line of two widgets."""
    return {0: draw(strips(BORDER)), BORDER: draw(strips(WIDE - BORDER))}


@st.composite
def updates(draw: st.DrawFn) -> CompositorUpdate:
    """The whole screen, or some lines of it from one column to another."""
    lines = [draw(chops()) for _ in range(HIGH)]
    if draw(st.booleans()):
        return LayoutUpdate([list(line.values()) for line in lines], Region(0, 0, WIDE, HIGH))
    spans = [
        (y, first, last)
        for y in sorted(draw(st.sets(st.integers(0, HIGH - 1), min_size=1)))
        for first, last in [draw(st.sampled_from([(0, WIDE), (0, BORDER), (BORDER, WIDE)]))]
    ]
    return ChopsUpdate(lines, spans, [[BORDER, WIDE]] * HIGH)


def terminal() -> pyte.Screen:
    """One that does not wrap lines: Textual asks for that."""
    screen = pyte.Screen(WIDE, HIGH)
    screen.reset_mode(_WRAPS, private=True)
    return screen


def picture(screen: pyte.Screen) -> list[list[Any]]:
    """Every cell as one sees it: a blank has no ink."""
    return [
        [
            mark._replace(fg="", bold=False)
            if mark.data == " " and not (mark.reverse or mark.underscore)
            else mark
            for mark in (screen.buffer[y][x] for x in range(WIDE))
        ]
        for y in range(HIGH)
    ]


def feed(screen: pyte.Screen, text: str) -> None:
    """Show what was sent; links, which this terminal does not know, left out."""
    shown = [part.partition("\x1b\\")[2] for part in f"\x1b\\{text}".split("\x1b]8;")]
    pyte.Stream(screen).feed("".join(shown))


@given(st.lists(updates(), max_size=6), st.integers(0, 6))
def test_the_terminal_shows_what_textual_drew(drawn: list[CompositorUpdate], lost: int) -> None:
    """Also when it is wiped in between, as long as that is said."""
    theirs, ours, frames = terminal(), terminal(), Frames()
    for number, update in enumerate(drawn):
        if number == lost:
            theirs, ours = terminal(), terminal()
            frames.forget()
        feed(theirs, update.render_segments(CONSOLE))
        feed(ours, frames.write(update, CONSOLE))
        assert picture(ours) == picture(theirs)


def test_what_is_the_same_is_not_sent() -> None:
    line = [Strip([Segment("one ", Style(color="red")), Segment("two")])]
    update = LayoutUpdate([line], Region(0, 0, 7, 1))
    frames = Frames()
    assert frames.write(update, CONSOLE) == "\x1b[1;1H\x1b[31mone \x1b[39mtwo"
    assert frames.write(update, CONSOLE) == ""
    other = [Strip([Segment("one ", Style(color="blue")), Segment("too")])]
    assert (
        frames.write(LayoutUpdate([other], Region(0, 0, 7, 1)), CONSOLE)
        == "\x1b[1;1H\x1b[34mone \x1b[39mto"
    )


def test_text_of_unknown_width_is_sent_whole_each_time() -> None:
    """A terminal may think otherwise of where it ends; then nothing may be left out."""
    odd = LayoutUpdate([[Strip([Segment("👍🏽 ok")])]], Region(0, 0, 5, 1))
    frames = Frames()
    assert frames.write(odd, CONSOLE) == frames.write(odd, CONSOLE) == "\x1b[1;1H👍🏽 ok"
