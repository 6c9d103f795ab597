"""Other terminals, other sizes, hostile text: what reaches the terminal is only what we drew."""

from __future__ import annotations

import re
import unicodedata

import pytest

from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import (
    DOWN,
    ENTER,
    ESCAPE,
    LARGE,
    MIDDLE,
    QUIT,
    READ,
    REDRAW,
    SMALL,
    Explorer,
    both,
    lacks,
    shows,
)
from tests.terminal.furnished import furnished_world
from tests.terminal.program import Terminal

_ESCAPE_SEQUENCES = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])"
)
_SET_COLOUR = re.compile(rb"[34]8;[25];")


def walk_in(terminal: Terminal) -> None:
    """From the registries to an image of `furnished_world`, and to its layers."""
    terminal.wait(READ, "the registries")
    terminal.type(ENTER)
    terminal.wait(both(READ, shows("Repositories")), "the repositories")
    terminal.type(DOWN + ENTER)
    terminal.wait(both(READ, shows("Images of team/app")), "the images")
    terminal.type(ENTER)
    terminal.wait(both(READ, shows("What it is")), "the image")
    terminal.type("4")
    terminal.wait(shows("COPY content"), "its layers")


def leave(terminal: Terminal) -> None:
    terminal.type(QUIT)
    terminal.ended()
    assert terminal.exit_code == 0


@pytest.mark.parametrize("term", ["linux", "dumb", "vt100", "screen", "xterm-kitty", "unheard-of"])
def test_terminals(serve: Serve, term: str) -> None:
    with serve(furnished_world()).start(term=term, COLORTERM=None) as terminal:
        walk_in(terminal)
        leave(terminal)


def test_plain_ascii(serve: Serve) -> None:
    """With `ascii = true` nothing of ours needs a font; the world's own text is ASCII here."""
    explorer = serve(furnished_world())
    explorer.configure("ascii = true\n")
    seen = set[str]()
    with explorer.start() as terminal:
        walk_in(terminal)
        seen |= strange(terminal)
        for keys, what in (("9", "Manifest"), ("?", "Help"), (ESCAPE, "Manifest")):
            terminal.type(keys)
            terminal.wait(shows(what), what)
            seen |= strange(terminal)
        terminal.type(ESCAPE)
        terminal.wait(both(READ, shows("Images of")), "the images")
        terminal.type("l *")
        terminal.wait(shows("marked"), "marked rows")
        seen |= strange(terminal)
        terminal.type("Y")
        terminal.wait(shows("digest"), "the copy menu")
        seen |= strange(terminal)
        terminal.type(ESCAPE)
        terminal.wait(lacks("docker pull"), "the images")
        terminal.type("i")
        terminal.wait(both(READ, shows("Settings of")), "the settings")
        seen |= strange(terminal)
        leave(terminal)
    assert not seen


def test_what_was_written_over_the_screen_goes(explorer: Explorer) -> None:
    """Only changes are sent, so a key sends all of it again."""
    with explorer.start() as terminal:
        terminal.wait(READ, "the registries")
        terminal.settle()
        before = terminal.text
        terminal.screen.erase_in_display(2)
        terminal.type(DOWN)
        terminal.settle()
        assert before not in terminal.text
        terminal.type(REDRAW)
        terminal.wait(lambda lines: terminal.text == before, "all of it")
        leave(terminal)


def strange(terminal: Terminal) -> set[str]:
    return {mark for line in terminal.lines for mark in line if not mark.isascii()}


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
def test_the_terminals_own_colours(serve: Serve, theme: str) -> None:
    """An ANSI theme names colours by their numbers: the palette stays the terminal's."""
    explorer = serve(furnished_world())
    explorer.configure(f'theme = "{theme}"\n')
    with explorer.start() as terminal:
        walk_in(terminal)
        own = _SET_COLOUR.findall(terminal.raw[terminal.raw.rfind(b"COPY") - 4000 :])
        leave(terminal)
    assert not own


def test_the_cursor_is_seen_without_colour(serve: Serve) -> None:
    """Where nothing may be coloured, the row one stands on still differs from the others."""
    with serve(furnished_world()).start(NO_COLOR="1") as terminal:
        terminal.wait(READ, "the registries")
        first, second = (terminal.look_of(line, "main") for line in (3, 4))
        terminal.type(DOWN)
        terminal.wait(lambda _: terminal.look_of(4, "main") != second, "the cursor there")
        assert terminal.look_of(3, "main") != first


def test_resizing(serve: Serve) -> None:
    """Smaller, larger, so small that nothing fits, and back: what is shown is there again."""
    with serve(furnished_world()).start() as terminal:
        walk_in(terminal)
        terminal.settle()
        whole = terminal.lines
        for size in (LARGE, (20, 5), (1, 1), (300, 8), MIDDLE, (10, 60), SMALL):
            terminal.resize(*size)
            terminal.settle()
        assert terminal.lines == whole
        terminal.resize(20, 5)
        for keys in ("\t", ESCAPE, "?", ESCAPE, ":", ESCAPE, "Y", ESCAPE, "i", ESCAPE, "G", "k"):
            terminal.type(keys)
            terminal.settle()
        terminal.resize(*SMALL)
        terminal.wait(both(READ, shows("Images of")), "the images")
        leave(terminal)


def test_hostile_text_stays_text(serve: Serve) -> None:
    """No escape sequence, no control character and no bidirectional override of others' text
    reaches the terminal, whatever field it stands in."""
    world = worlds.hostile_world()
    with serve(world).start(size=MIDDLE) as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("hostile/number-0")), "the repositories")
        for number in range(len(worlds.HOSTILE)):
            see_everything_of(terminal, number)
        leave(terminal)
    check_stream(bytes(terminal.raw))


def see_everything_of(terminal: Terminal, number: int) -> None:
    name = f"hostile/number-{number}"
    terminal.type(f":repo {name}{ENTER}")
    terminal.wait(both(READ, shows(f"Images of {name}")), name)
    for keys in ("Y", "?"):
        terminal.type(keys)
        terminal.wait(shows("esc close"), "what is on top")
        terminal.type(ESCAPE)
        terminal.wait(lacks("esc close"), "the images")
    terminal.type("i")
    terminal.wait(both(READ, shows(f"Settings of {name}")), "the settings")
    terminal.type("G")
    terminal.settle()
    terminal.type(f":{name}:plain{ENTER}")
    terminal.wait(both(READ, shows("1 Overview", "plain")), "the image")
    for tab in ("3", "4", "5", "6", "7", "9", "G"):
        terminal.type(tab)
        terminal.settle()


def check_stream(raw: bytes) -> None:
    """Every escape sequence is one of ours, and no control character stands between them."""
    text = _ESCAPE_SEQUENCES.sub(b"", raw).decode("utf-8")
    # The newlines are ours: Textual ends a line of the screen with them.
    strange = {
        mark
        for mark in set(text) - {"\r", "\n"}
        if unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    }
    assert not strange
    for hostile in (b"\x1b[31m", b"\x1b]52;c;aGk="):
        assert hostile not in raw


def test_the_check_itself_sees_what_it_looks_for() -> None:
    for text in ("\x1b[31mred", "a\u202eb", "\x07", "\x00", "\x1b]52;c;aGk=\x07"):
        with pytest.raises(AssertionError):
            check_stream(b"\x1b[0mfine" + text.encode())
    check_stream(b"\x1b[0m\x1b[38;2;1;2;3mfine\r\n")


def test_hostile_names_are_listed(serve: Serve) -> None:
    with serve(worlds.hostile_world(names=True)).start() as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Repositories")), "the repositories")
        for _ in worlds.HOSTILE:
            terminal.type(DOWN)
            terminal.settle()
        terminal.type("/x" + ENTER)
        terminal.settle()
        leave(terminal)
    check_stream(bytes(terminal.raw))


def test_one_that_left_while_it_was_read(explorer: Explorer) -> None:
    """In and out again faster than anything answers: the place shows its own rows."""
    explorer.sandbox.faults.add("stall", operation="DescribeRepositories", seconds=1)
    with explorer.start() as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(ENTER)
        terminal.wait(shows("Reading repositories"), "that it reads")
        terminal.type(ESCAPE)
        terminal.wait(shows("Accounts and regions"), "the registries")
        terminal.type(DOWN + ENTER)
        terminal.wait(both(READ, shows("us-east-1", "Repositories")), "the other region")
        terminal.settle()
        assert shows("app-1", "app-4")(terminal.lines)
        assert lacks("app-0", "app-3")(terminal.lines)
