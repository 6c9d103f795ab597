"""What screens with a tree of files share: the mouse, the order, folding, going through changes."""

from __future__ import annotations

from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.file_tree import FileTree
from ecrtui.tui.widgets.tree_rows import ORDERS


class TreeScreen(TextScreen):
    """Subclasses say where the tree stands and what is in it."""

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.file_tree = FileTree(id="tree")

    def on_mount(self) -> None:
        """The tree is seen at its tabs."""
        self.file_tree.display = False

    # What the tree says

    def on_file_tree_moved(self) -> None:
        """Other keys may be possible on another file."""
        self.update_bars()

    def on_file_tree_opened(self) -> None:
        """A double click is Enter."""
        self.action_do("open")

    def on_file_tree_header_clicked(self, event: FileTree.HeaderClicked) -> None:
        """A click on a title sorts by it, a second one turns the order round."""
        order, reverse = self.file_tree.data.order
        turned = not reverse if order == event.order else event.order != "name"
        self.file_tree.sort_by(event.order, reverse=turned)

    # What commands ask for

    def sort_tree(self) -> None:
        """By name, by size, by what changed."""
        order = ORDERS[(ORDERS.index(self.file_tree.data.order[0]) + 1) % len(ORDERS)]
        self.file_tree.sort_by(order, reverse=order != "name")

    def reverse_tree(self) -> None:
        """The other way round."""
        order, reverse = self.file_tree.data.order
        self.file_tree.sort_by(order, reverse=not reverse)

    def toggle(self) -> None:
        """Open or close the directory stood on."""
        self.file_tree.toggle()

    def fold(self) -> None:
        """Close all directories, or open all when none is open."""
        if any(map(self.file_tree.data.is_open, self.file_tree.data.rows)):
            self.file_tree.collapse_all()
        else:
            self.file_tree.expand_all()

    def to_changed_file(self, by: int) -> None:
        """To the next path that changed (by 1) or the one before (by -1), round the end."""
        tree = self.file_tree
        if not tree.go_to_change(by):
            data = tree.data
            node = data.next_change(0 if by > 0 else len(data.tree.marks), by)
            tree.go_to(data.path(node or 0))
