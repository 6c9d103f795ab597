"""The table alone: a hundred thousand rows of six columns, ours and Textual's own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from statistics import median
from time import perf_counter
from typing import NamedTuple

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from bench.figures import Figure, require
from bench.scale import Scale
from ecrtui.render.columns import Column, plain
from ecrtui.tui.widgets.resource_table import ResourceTable

Row = tuple[str, ...]
_NAMES = ("TAG", "PLATFORM", "SIZE", "PUSHED", "PULLED", "DIGEST")
_PAGES_DOWN = 20


class Took(NamedTuple):
    """Seconds from handing over the rows to the first frame of them, and the longest stall."""

    ready: float
    stall: float


class _Ours(ResourceTable[Row]):
    def __init__(self) -> None:
        super().__init__([_column(number) for number in range(len(_NAMES))], lambda row: row[0])

    def fill(self, rows: Sequence[Row]) -> None:
        self.append_rows(rows)

    def count(self) -> int:
        return len(self.data)

    def page_down(self) -> None:
        self.move_pages(1.0)


class _Theirs(DataTable[str]):
    def fill(self, rows: Sequence[Row]) -> None:
        self.add_columns(*_NAMES)
        self.add_rows(rows)

    def count(self) -> int:
        return self.row_count

    def page_down(self) -> None:
        self.action_page_down()


def run(scale: Scale) -> list[Figure]:
    """Filling and paging through: the longest time in which no key would have been taken."""
    rows = [tuple(f"{name.lower()}-{n:06}" for name in _NAMES) for n in range(scale.images)]
    rounds = min(scale.rounds, 5)
    ours = [asyncio.run(_measured(_Ours(), rows)) for _ in range(rounds)]
    # Half a minute a round; its figure is far from ours.
    theirs = asyncio.run(_measured(_Theirs(), rows))
    ready, stall = (median(values) for values in zip(*ours, strict=True))
    what, peer = f"table of {scale.images:,} rows", "Textual's DataTable"
    return [
        Figure(f"{what}: on the screen", ready, "s", peer, theirs.ready, 0.05, absolute=True),
        Figure(f"{what}: longest stall, filled and paged", stall, "s", peer, theirs.stall),
    ]


async def _measured(table: _Ours | _Theirs, rows: Sequence[Row]) -> Took:
    async with _Host(table).run_test(size=(120, 40)) as pilot:
        beat = _Heartbeat()
        await asyncio.sleep(0.01)  # it beats before the rows come
        started = perf_counter()
        table.fill(rows)
        await _shown(pilot.app, rows[0][0])
        ready = perf_counter() - started
        require(table.count() == len(rows), "rows are lost")
        for _ in range(_PAGES_DOWN):
            table.page_down()
            await pilot.pause()
        require(table.scroll_offset.y > _PAGES_DOWN * 20, "it did not move")
        return Took(ready, await beat.stop())


async def _shown(app: App[None], text: str) -> None:
    """Until a frame shows a text; what is made ready after it may still show as a stall."""
    while not any(text in strip.text for strip in app.screen._compositor.render_strips()):
        drawn = asyncio.Event()
        app.call_after_refresh(drawn.set)
        await drawn.wait()


class _Host(App[None]):
    """The smallest app around a table."""

    def __init__(self, table: _Ours | _Theirs) -> None:
        super().__init__()
        self._table = table

    def compose(self) -> ComposeResult:
        yield self._table


class _Heartbeat:
    """Looks every millisecond; what lies between two looks is a stall."""

    def __init__(self) -> None:
        self._longest = 0.0
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        last = perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = perf_counter()
            self._longest, last = max(self._longest, now - last), now

    async def stop(self) -> float:
        self._task.cancel()
        return self._longest


def _column(number: int) -> Column[Row]:
    return Column(
        _NAMES[number], _NAMES[number], lambda row: plain(row[number]), lambda row: row[number]
    )
