"""The widget that draws a tree of files: columns, names from strangers, moving about, the mouse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from ecrtui.compare.growth import Growth, growth
from ecrtui.model.files import LayerIndex
from ecrtui.render.text import width
from ecrtui.tui.widgets.file_tree import FileTree
from ecrtui.tui.widgets.tree_rows import CHANGES
from tests.compare.layers import Item, directory, file, index, link, symlink, whiteout

_STYLES = Path(__file__).parents[2] / "ecrtui/tui/styles/explorer.tcss"


class _Host(App[None]):
    """Nothing but the widget."""

    CSS_PATH = _STYLES

    def __init__(self) -> None:
        super().__init__()
        self.files = FileTree(id="files")
        self.asked: list[str] = []
        self.pilot: Pilot[None] | None = None

    async def click(self, tree: FileTree, at: tuple[int, int], times: int = 1) -> None:
        assert self.pilot is not None
        await self.pilot.click(tree, offset=at, times=times)
        await self.pilot.pause()

    def compose(self) -> ComposeResult:
        yield self.files

    def on_file_tree_opened(self) -> None:
        self.asked.append(f"open {self.files.current_path}")

    def on_file_tree_header_clicked(self, event: FileTree.HeaderClicked) -> None:
        self.asked.append(event.order)


@asynccontextmanager
async def _drawn(
    *layers: Sequence[Item], size: tuple[int, int] = (80, 12)
) -> AsyncIterator[tuple[_Host, FileTree]]:
    app = _Host()
    async with app.run_test(size=size) as pilot:
        grown = growth([index(items) for items in layers])
        app.files.show(grown.tree(len(layers) - 1))
        await pilot.pause()
        app.files.focus()
        app.pilot = pilot
        yield app, app.files


def _lines(tree: FileTree) -> list[str]:
    lines = [tree.render_line(y).text for y in range(tree.size.height)]
    assert {width(line) for line in lines} == {tree.scrollable_content_region.width}
    return [line.rstrip() for line in lines if line.strip()]


_BELOW = [
    directory("/etc"),
    file("/etc/old", b"1" * 5),
    file("/etc/same", b"2"),
    file("/lib/so", b"3" * 2000, 0o4755),
    symlink("/lib/so.1", "so"),
    link("/lib/twin", "/lib/so"),
]
_ABOVE = [whiteout("/etc/old"), file("/etc/new", b"4" * 9), file("/lib/so", b"5" * 1500, 0o755)]


async def test_what_is_drawn_of_a_layer() -> None:
    async with _drawn(_BELOW, _ABOVE) as (_, tree):
        tree.expand_all()
        assert _lines(tree) == [
            "      SIZE      DELTA  MODE        UID:GID      PATH↑",
            "      10 B       +4 B  drwxr-xr-x  0:0          ▾ etc/  +1 -1",
            "+      9 B       +9 B  -rw-r--r--  0:0              new",
            "-      5 B       -5 B  -rw-r--r--  0:0              old",
            "       1 B             -rw-r--r--  0:0              same",
            "    3.5 kB    +1.5 kB  drwxr-xr-x  0:0          ▾ lib/  ~1",
            "~   1.5 kB     -500 B  -rwxr-xr-x  0:0              so",
            "       0 B             lrwxrwxrwx  0:0              so.1 -> so",
            "    2.0 kB    +2.0 kB  -rwsr-xr-x  0:0              twin",
        ]


async def test_narrow_trees_keep_sizes_and_paths() -> None:
    async with _drawn(_BELOW, _ABOVE, size=(40, 12)) as (_, tree):
        assert _lines(tree)[:2] == [
            "      SIZE  PATH↑",
            "      10 B  ▸ etc/  +1 -1",
        ]


async def test_without_changes_there_is_nothing_to_grow() -> None:
    async with _drawn(_BELOW) as (_, tree):
        grown = growth([index(_BELOW)])
        tree.show(grown.whole())
        assert _lines(tree)[0].split() == ["SIZE", "MODE", "UID:GID", "PATH↑"]


def _hostile() -> Growth:
    names = [
        "\x1b[31mred\x1b]52;c;AAAA\x07",
        "[/x][red",
        "\u202egnp.exe",
        "漢字" * 60,
        "e\u0301" * 40,
        "n" * 4096,
        "\udcff\udc80",
        "line\nbreak\ttab",
        "/".join(["d"] * 300),
    ]
    items = [file(f"/{number}{name}") for number, name in enumerate(names)]
    made = index([])
    plain = [index([file(f"/{number}")]) for number in range(len(items))]
    # Python's tarfile would not write all of these names: they are put in behind its back.
    return growth(
        [_renamed(one, item.path) for one, item in zip(plain, items, strict=True)] + [made]
    )


def _renamed(layer: LayerIndex, path: str) -> LayerIndex:
    return msgspec.structs.replace(layer, paths=[path])


async def test_names_from_strangers_are_shown_and_never_obeyed() -> None:
    for columns in (20, 40, 80, 200):
        async with _drawn([], size=(columns, 40)) as (_, tree):
            tree.show(_hostile().whole())
            tree.expand_all()
            for _ in range(len(tree.data)):
                text = "".join(_lines(tree))
                assert text.isprintable(), text
                tree.move(1)


async def test_in_and_out_as_hjkl_go() -> None:
    async with _drawn([file("/a/b/c"), file("/d")]) as (_, tree):
        assert tree.current_path == "/a"
        assert tree.step_in()
        assert (tree.current_path, len(tree.data)) == ("/a", 3)
        assert tree.step_in()
        assert tree.current_path == "/a/b"
        assert tree.toggle()
        tree.move(1)
        assert tree.current_path == "/a/b/c"
        assert not tree.toggle()
        assert not tree.step_in()
        assert tree.step_out()
        assert tree.current_path == "/a/b"
        tree.collapse_all()
        assert (tree.current_path, len(tree.data)) == ("/a", 2)
        assert not tree.step_out()


async def test_the_cursor_stays_on_its_path() -> None:
    async with _drawn([file("/b/c"), file("/d")]) as (_, tree):
        assert tree.go_to("/b/c")
        tree.show(growth([index([file("/a"), file("/b/c"), file("/d")])]).tree(0))
        assert tree.current_path == "/b/c"
        tree.find("d")
        assert tree.current_path == "/d"
        tree.find("")
        assert tree.go_to("/b/c")
        assert not tree.go_to("/b/gone")
        assert tree.current_path == "/b"


async def test_only_what_changed_and_from_one_to_the_next() -> None:
    async with _drawn(_BELOW, _ABOVE) as (_, tree):
        tree.show_kinds(CHANGES)
        seen = []
        while tree.go_to_change(1):
            seen.append(tree.current_path)
        assert seen == ["/etc/new", "/etc/old", "/lib/so"]
        assert tree.go_to_change(-1)
        assert tree.current_path == "/etc/old"


async def test_the_mouse_opens_sorts_and_stands() -> None:
    async with _drawn(_BELOW, _ABOVE) as (app, tree):
        header, first, second = 0, 1, 2
        marker = _lines(tree)[first].index("▸")
        await app.click(tree, (marker, first))
        assert _lines(tree)[second].endswith("new")
        await app.click(tree, (marker + 6, second))
        assert (tree.current_path, app.asked) == ("/etc/new", [])
        await app.click(tree, (marker + 6, second), times=2)
        await app.click(tree, (9, header))
        await app.click(tree, (14, header))
        await app.click(tree, (30, header))
        await app.click(tree, (60, header))
        assert app.asked == ["open /etc/new", "size", "delta", "name"]
        await app.click(tree, (marker, first))
        assert len(tree.data) == 2
