"""Somebody at the explorer: presses keys, waits for states, reads the screen as text.

    async with opened() as person:             # as `ecrtui` in this environment
        await person.at(REPOSITORIES, "team")  # wait until the place has been read
        await person.press("j", "enter")       # key by key, as a person does
        await person.burst(":", "q", "enter")  # at once, as a slow line delivers them
        assert "v1" in person.text

Nothing is waited for but states: what never comes fails with the screen as it is.
"""

from __future__ import annotations

import asyncio
import threading
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from rich.style import Style
from textual import events
from textual._compositor import LayoutUpdate
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from ecrtui.config.commands import Command
from ecrtui.headless.arguments import parse
from ecrtui.headless.run import services_for
from ecrtui.render.text import width
from ecrtui.tui.app import Explorer
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.screens.picker import Choice, Picker
from ecrtui.tui.screens.place import PlaceScreen
from ecrtui.tui.session import Session
from tests.canaries.watching import shown

PATIENCE = 30.0
"""Seconds after which a state that does not come is a failure."""
_LOOK_AGAIN = 0.01


class NeverCame(AssertionError):
    """What was waited for did not come; the screen stands in the message."""


class Person:
    """One person at one explorer."""

    def __init__(self, app: Explorer, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self._looked_at: list[str] = []

    # What is there

    @property
    def place(self) -> PlaceScreen:
        """The place on top, or the one below a picker or a question."""
        found = [one for one in self.app.screen_stack if isinstance(one, PlaceScreen)]
        return found[-1]

    @property
    def listing(self) -> ListScreen[Any]:
        """The place, which is a list."""
        place = self.place
        if not isinstance(place, ListScreen):
            raise LookupError(f"{place.spot.kind} is no list")
        return place

    @property
    def image(self) -> Any:
        """The place, which is an image."""
        return self.place

    @property
    def rows(self) -> list[str]:
        """The keys of the rows shown, in their order."""
        data = self.listing.table.data
        shown = (data.row_at(number) for number in range(len(data)))
        return [self.listing.key(row) for row in shown]

    def command(self, name: str) -> Command:
        """A command of the place, by its id."""
        return next(one for one in self.place.commands if one.id == name)

    def style_of(self, text: str, *, line: int) -> Style:
        """The style in which a line says a text."""
        segments = self.strips[line]
        return next(one.style for one in segments if one.style and text in one.text)

    @property
    def session(self) -> Session:
        """What all screens share."""
        return self.app.session

    def tag(self, tag: str) -> str:
        """The key of the row of images that has a tag."""
        return next(row for row in self._keys if tag in self._row(row).image.image_tags)

    def name(self, key: str) -> str:
        """The first tag of a row of images."""
        return str(next(iter(self._row(key).image.image_tags), ""))

    def line_of(self, key: str) -> str:
        """The line of the screen on which a row stands."""
        table = self.listing.table
        number = table.data.number_of(key)
        assert number is not None, key
        return self.lines[table.region.y + table._header + number - int(table.scroll_offset.y)]

    @property
    def _keys(self) -> list[str]:
        return [self.listing.key(row) for row in self.listing.table.data.rows]

    def _row(self, key: str) -> Any:
        return self.listing.table.data.rows[self._keys.index(key)]

    def copied(self) -> str:
        """What is on the clipboard."""
        return self.app.clipboard

    @property
    def colours(self) -> set[str]:
        """Every background on the screen."""
        found = (segment.style for strip in self.strips for segment in strip)
        return {str(style.bgcolor) for style in found if style is not None}

    @property
    def strips(self) -> list[Strip]:
        """What the compositor would write to the terminal, line by line."""
        app = self.app
        update = app.screen._compositor.render_update(
            full=True, screen_stack=app._background_screens
        )
        assert isinstance(update, LayoutUpdate)
        return [Strip.join(list(pieces)) for pieces in update.strips]

    @property
    def lines(self) -> list[str]:
        """The screen as text."""
        lines = [strip.text for strip in self.strips]
        if lines != self._looked_at:
            self._looked_at = lines
            shown("the screen", "".join(lines))
        return lines

    @property
    def text(self) -> str:
        """The whole screen as text."""
        return "\n".join(self.lines)

    @property
    def crumbs(self) -> str:
        """The first line."""
        return self.lines[0]

    @property
    def said(self) -> list[str]:
        """Every toast so far that has not gone, titles too."""
        return [f"{one.title} {one.message}".strip() for one in self.app._notifications]

    @property
    def offered(self) -> Sequence[Choice]:
        """What the picker on top offers now."""
        picker = self.app.screen
        if not isinstance(picker, Picker):
            raise LookupError("no picker is open")
        data = picker._table.data
        rows = (data.row_at(number) for number in range(len(data)))
        return [row for row in rows if row is not None]

    @property
    def choices(self) -> list[str]:
        """The titles of what the picker on top offers now."""
        return [choice.title for choice in self.offered]

    @property
    def typed(self) -> str:
        """What stands in the line."""
        return self.app.screen.query_one(Input).value

    # What a person does

    async def press(self, *keys: str) -> None:
        """Press keys one by one, each when the one before has been answered."""
        for key in keys:
            await self.burst(key)

    async def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        await self.press(*text)

    async def burst(self, *keys: str) -> None:
        """Press keys all at once, as a slow line delivers them."""
        for key in keys:
            self.app.post_message(self.key(key))
        await self.rest()

    async def rest(self) -> None:
        """Wait until everything asked of the app and the screen so far has been done."""
        for _ in range(2):  # a key may go down to a widget and come back up
            done = asyncio.Event()
            self.app.call_later(done.set)
            await done.wait()
            await self.pilot._wait_for_screen()
        await self.until(lambda: True, "a picture of the screen")

    async def click(self, text: str, *, line: int | None = None, times: int = 1) -> None:
        """Click on a text on the screen (a given line's, or the first that shows it)."""
        lines = self.lines
        row = line if line is not None else next(n for n, one in enumerate(lines) if text in one)
        before = lines[row][: lines[row].index(text)]
        await self.pilot.click(offset=(width(before), row), times=times)

    async def filter(self, text: str) -> None:
        """Filter the list and go back to its rows."""
        await self.press("slash")
        await self.until(lambda: bool(self.app.screen.query(Input)), "the filter line")
        await self.press(*["backspace"] * len(self.typed), *text, "enter")

    async def choose(self, text: str) -> None:
        """Type in a picker and take what stands first."""
        await self.until(lambda: isinstance(self.app.screen, Picker), "a picker")
        await self.press(*text, "enter")

    async def goto(self, line: str) -> None:
        """Type a line after `:`."""
        await self.press(":", *line, "enter")

    @staticmethod
    def key(key: str) -> events.Key:
        """A key as the driver makes it: by its name, or by the character it types."""
        if len(key) == 1:
            return events.Key(key if key.isalnum() else _character_to_key(key), key)
        try:
            character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
        except KeyError:
            return events.Key(key, None)
        return events.Key(key, character)

    # Waiting

    async def left(self) -> None:
        """Wait until the explorer has been left."""
        while self.app.is_running:
            await asyncio.sleep(_LOOK_AGAIN)

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for a state, and for the picture of it."""
        ends = time.monotonic() + PATIENCE
        while not self._holds(condition):
            if self.app.mistake is not None:
                raise self.app.mistake
            if time.monotonic() > ends:
                raise NeverCame(f"never came: {what}\n{self.text}\n{self.said}")
            await asyncio.sleep(_LOOK_AGAIN)

    def _holds(self, condition: Callable[[], object]) -> bool:
        try:
            return bool(condition()) and self._drawn
        except (LookupError, StopIteration, AttributeError):  # not there yet
            return False

    @property
    def _drawn(self) -> bool:
        screen = self.app.screen
        return screen._compositor.size == self.app.size and not screen._layout_required

    async def sees(self, text: str) -> None:
        """Wait until the screen shows a text."""
        await self.until(lambda: text in self.text, f"{text!r} on the screen")

    async def hears(self, text: str) -> None:
        """Wait until a toast says a text."""
        await self.until(lambda: any(text in one for one in self.said), f"{text!r} said")

    async def at(self, kind: str, repository: str | None = None, *, digest: str = "") -> None:
        """Wait until one stands in a kind of place and it has been read, well or not."""

        def there() -> bool:
            spot = self.place.spot
            right = repository is None or spot.repository == repository
            right = right and (not digest or spot.digest == digest)
            return spot.kind == kind and right and self.app.screen is self.place and self.settled

        await self.until(there, f"{kind} {repository or ''} {digest}")
        await self.rest()

    @property
    def settled(self) -> bool:
        """Whether the place has been read to its end, well or not."""
        reading = self.place.reading
        ended = reading.read_at is not None or reading.problem is not None
        return ended and not reading.busy

    @property
    def reading(self) -> bool:
        """Whether anything is still on its way, wanted or not."""
        threads = any(thread.name == "background" for thread in threading.enumerate())
        return threads or any(worker.is_running for worker in self.app.workers)

    async def again(self) -> None:
        """Press `r` and wait until all has been read."""
        await self.press("r")
        await self.until(lambda: self.settled, "an end of reading again")
        await self.rest()


@asynccontextmanager
async def opened(*arguments: str, size: tuple[int, int] = (100, 30)) -> AsyncIterator[Person]:
    """The explorer as the program opens it with some arguments, in this environment."""
    options = parse(list(arguments))
    services = services_for(options)
    app = Explorer(services, image=options.image)
    try:
        async with app.run_test(size=size, tooltips=False) as pilot:
            yield Person(app, pilot)
            if app.mistake is not None:
                raise app.mistake
            shown("the clipboard", app.clipboard)
    finally:
        services.close()
