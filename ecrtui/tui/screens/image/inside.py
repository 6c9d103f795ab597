"""What is inside an image: its layers read when they are asked for, its files as a tree."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.events import DescendantFocus

from ecrtui.compare.tree import Mark, no_tree
from ecrtui.render.columns import Cell
from ecrtui.render.layers import LayersView
from ecrtui.render.sizes import size
from ecrtui.render.trees import counts_text
from ecrtui.tui.screens.image.reading import FILES, LAYERS, LayersRead
from ecrtui.tui.screens.with_tree import TreeScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span
from ecrtui.tui.widgets.tree_rows import CHANGES, EVERYTHING

_WIDE = 110
"""Columns from which on both panes stand beside each other."""
_ROOM = 40
"""Rows of the tree that are opened by themselves."""
_KINDS = {
    "": EVERYTHING,
    "changes": CHANGES,
    "added": frozenset({Mark.ADDED}),
    "modified": frozenset({Mark.MODIFIED}),
    "removed": frozenset({Mark.REMOVED}),
}


class InsideScreen(LayersRead, TreeScreen):
    """Layers and files of an image. Subclasses say of which image, and which tab is seen."""

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._panes = Container(self.lines, self.file_tree, id="panes")
        self.change_kind = ""
        """Of _KINDS the one that is shown; '' shows all."""
        self._layer = 0
        """The number of the layer stood on, from 1."""

    # Life

    def body(self) -> ComposeResult:
        """The frame, with lines, the tree of files, or both in it."""
        with Vertical(id="frame"):
            yield self._top
            yield self._panes
            yield self._bottom

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Keys move the cursor of the pane that has them, also when the mouse chose it."""
        if event.widget in (self.lines, self.file_tree):
            self.cursor = self.file_tree if event.widget is self.file_tree else self.lines

    def focus_body(self) -> None:
        """Give the keys back to the pane that had them."""
        (self.file_tree if self.cursor is self.file_tree else self.lines).focus()

    @property
    def columns(self) -> int:
        """How wide a line may be: beside the tree there is less room."""
        across = super().columns
        return across * 2 // 5 if self.tree_tab == LAYERS and self._wide else across

    @property
    def _wide(self) -> bool:
        return self.size.width >= _WIDE

    # Drawing

    def show(self) -> None:
        """Put what is known into the panes of the tab."""
        tab = self.tree_tab
        beside = tab == LAYERS and self._wide
        self._panes.set_class(beside, "-beside")
        self._panes.set_class(tab == LAYERS and not beside, "-above")
        self.lines.one_of_two = tab == LAYERS
        seen = (tab != FILES, bool(tab))
        if (self.lines.display, self.file_tree.display) != seen:
            self.lines.display, self.file_tree.display = seen
            self.cursor = self.file_tree if tab == FILES else self.lines
            self.focus_body()
        if tab:
            self.look_inside()
            if self.found is None and self.file_tree.data.rows:
                self.file_tree.show(no_tree())  # it was of another platform
            self.file_tree.empty_text = self._empty_text()
            self.file_tree.refresh()
        super().show()

    def files_came(self) -> None:
        """Draw the tree; until somebody moves in it, it is opened as far as there is room."""
        self._show_tree()
        if not self.file_tree.touched:
            self.file_tree.open_while(_ROOM)

    def show_files(self) -> None:
        """One came to another tab."""
        self.on_lines_view_moved()
        self._show_tree()

    def layers_view(self, columns: int) -> LayersView:
        """The layers with what is known of them."""
        details, found = self.details, self.found
        return LayersView(
            details.layers if details is not None else (),
            columns,
            found.uses if found is not None else (),
            self.fetching.layers if self.fetching is not None else {},
            found.waste if found is not None else None,
            self.session.ascii,
        )

    def _show_tree(self) -> None:
        """Put the files into the tree as of the layer stood on, or all of them."""
        found, tab = self.found, self.tree_tab
        if found is None or not tab:
            return
        whole = tab == FILES
        tree = found.growth.whole() if whole else found.growth.tree(self.layer_at_hand - 1)
        self.file_tree.data.kinds = EVERYTHING if whole else _KINDS[self.change_kind]
        self.file_tree.show(tree)

    @property
    def layer_at_hand(self) -> int:
        """The number of the layer, from 1, as of which files are shown."""
        last = len(self.found.growth) if self.found is not None else 0
        return last if self.tree_tab == FILES else min(self._layer, last) or last

    def _empty_text(self) -> list[Cell]:
        """What stands in place of files."""
        found = self.found
        if found is None or self.files_problem is not None:
            return self.why_no_files(max(20, self.file_tree.size.width - 4))
        if self.tree_tab == LAYERS and self.layer_at_hand not in found.read:
            return [Cell(f"Layer {self.layer_at_hand} has not been read yet.", "dim")]
        if self.filter_text:
            return [Cell(f"No file has {self.filter_text}"), Cell("Escape shows all", "dim")]
        if self.change_kind and self.tree_tab == LAYERS:
            kind = "changed" if self.change_kind == "changes" else self.change_kind
            return [Cell(f"No file was {kind} by this layer."), Cell("Escape shows all", "dim")]
        return [Cell("There are no files.")]

    def remarks(self) -> str:
        """How far the reading is, what is wasted, what could not be read."""
        found = self.found
        if not self.tree_tab:
            return ""
        told = self.reading_remark()
        if told:
            return told
        if found is not None and found.waste is not None:
            waste = found.waste
            told = f"efficiency {waste.efficiency:.1%} · {size(waste.wasted_bytes)} wasted"
            tables = sum(layer.from_toc for layer in found.growth.files.layers)
            return f"{told} · {tables} read by table" if tables else told
        return ""

    def found_text(self) -> str:
        """How many files, or lines, pass the filter."""
        if not self.tree_tab:
            return super().found_text()
        found = self.file_tree.data.found
        return f"{found:,} file{'' if found == 1 else 's'} with {self.filter_text}"

    def notes(self) -> list[Span]:
        """What the tree shows: as of which layer, what of it, in which order."""
        if not self.tree_tab or self.found is None:
            return super().notes()
        tree, (order, reverse) = self.file_tree.data.tree, self.file_tree.data.order
        parts = []
        if self.tree_tab == LAYERS:
            parts.append(f"as of layer {self.layer_at_hand}")
            parts.append(counts_text(tree.counts(0)))
            parts.append(f"{self.change_kind} only" if self.change_kind else "")
        else:
            parts.append(f"{size(tree.sizes[0])} of files")
        parts.append(f"{order} {'↓' if reverse else '↑'}" if order != "name" or reverse else "")
        return [Span(f" {' · '.join(part for part in parts if part)} ", "dim")]

    # What commands ask for

    def stand_on_layer(self, number: int) -> None:
        """Show the files as of a layer."""
        if number != self._layer:
            self._layer = number
            self._show_tree()
            self.update_bars()

    def on_lines_view_moved(self) -> None:
        """On another layer the tree is as of that one."""
        line = self.lines.current
        if self.tree_tab == LAYERS and line is not None:
            what, _, which = line.leads.partition(":")
            if what == "layer":
                self.stand_on_layer(int(which))
        self.update_bars()

    def show_wasted(self, number: int, path: str) -> None:
        """A path that wastes space, as of the last layer that has it."""
        line = next(
            (at for at, one in enumerate(self.lines.all) if one.leads == f"layer:{number}"), None
        )
        if line is not None:
            self.lines.move_to(line)
        self.show_kind("")
        self.stand_on_layer(number)
        self.to_pane(self.file_tree)
        if not self.file_tree.go_to(path):
            self.say(f"{path} is not in the tree as of layer {number}.", warn=True)

    def filter_by(self, text: str) -> None:
        """Show only lines, or files, that hold a text."""
        if not self.tree_tab:
            super().filter_by(text)
            return
        self.filter_text = text
        self.file_tree.find(text)
        self.file_tree.empty_text = self._empty_text()
        self.update_bars()

    def give_up(self) -> bool:
        """Escape shows all again, stops the reading, goes back to the layers, before it leaves."""
        if super().give_up():
            return True
        if not self.tree_tab:
            return False
        if self.reading_files:
            self.stop_reading()
        elif self.tree_tab == LAYERS and self.change_kind:
            self.show_kind("")
        elif self.tree_tab == LAYERS and self.in_tree:
            self.to_pane(self.lines)
        else:
            return False
        return True

    @property
    def in_tree(self) -> bool:
        """Whether the tree has the keys."""
        return bool(self.tree_tab) and self.cursor is self.file_tree

    def why_no_tree(self) -> str:
        """The tree must be seen, with files in it."""
        if not self.tree_tab:
            return "Only the Layers and Files tabs have a tree."
        return "" if self.file_tree.data.rows else "There are no files to move in."

    def to_pane(self, pane: object) -> None:
        """Give the keys to the layers or to the tree."""
        self.cursor = self.file_tree if pane is self.file_tree else self.lines
        self.focus_body()
        self.update_bars()

    def step_in(self) -> None:
        """From a layer into the tree; there open a directory, or go to what is first in it."""
        if self.in_tree:
            self.file_tree.step_in()
        else:
            self.to_pane(self.file_tree)

    def step_out(self) -> None:
        """Close a directory, or go to the one around; at the top back to the layers."""
        if self.in_tree and not self.file_tree.step_out() and self.tree_tab == LAYERS:
            self.to_pane(self.lines)

    def toggle(self) -> None:
        """Open or close the directory stood on."""
        self.to_pane(self.file_tree)
        super().toggle()

    def switch_kind(self) -> None:
        """All, only what changed, only added, modified, removed."""
        names = list(_KINDS)
        self.show_kind(names[(names.index(self.change_kind) + 1) % len(names)])

    def show_kind(self, kind: str) -> None:
        """Show only what the layer did in one way; '' shows all."""
        self.change_kind = kind
        self.file_tree.show_kinds(_KINDS[kind])
        if kind:
            self.file_tree.open_while(_ROOM)
        self.show()

    def why_no_kind(self) -> str:
        """Only layers change anything."""
        if self.tree_tab != LAYERS:
            return "Only the Layers tab tells what changed."
        return "" if self.found is not None else "The files have not been read."

    def next_change(self, by: int) -> None:
        """To the next path that the layer changed, round the end."""
        self.to_pane(self.file_tree)
        self.to_changed_file(by)

    def why_no_change(self) -> str:
        """Why there is none to go to."""
        reason = self.why_no_kind()
        return reason or ("" if self.file_tree.data.tree.changed else "This layer changes nothing.")
