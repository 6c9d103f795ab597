"""Two images compared: a summary, the parts it is made of, the contents of one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from ecrtui.compare.comparison import Comparison
from ecrtui.compare.tree import Mark
from ecrtui.config import commands as kinds
from ecrtui.render.changes import HUNK
from ecrtui.render.columns import Cell
from ecrtui.render.copying import CopyChoice
from ecrtui.render.lines import TextLine, note
from ecrtui.render.summary import summary_text, title
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.screens.compare import tabs
from ecrtui.tui.screens.compare.contents import OpenedFile
from ecrtui.tui.screens.compare.heading import tab_spans
from ecrtui.tui.screens.compare.reading import Compared, ReadingScreen
from ecrtui.tui.screens.with_tree import TreeScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span
from ecrtui.tui.widgets.tree_rows import CHANGES

_KINDS = {
    "": CHANGES,
    "added": {Mark.ADDED},
    "removed": {Mark.REMOVED},
    "modified": {Mark.MODIFIED},
}
_ROOM = 200
"""Rows of the tree that are opened by themselves."""


class CompareScreen(ReadingScreen, TreeScreen):
    """From an older image to a newer one, or the other way round."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.COMPARE)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.tab = tabs.SUMMARY
        self.change_kind = ""
        """Of changes those that are shown; '' shows all."""
        self.unmasked = False
        self.opened = OpenedFile(self)
        self.file_tree.data.kinds = CHANGES

    def body(self) -> ComposeResult:
        """The frame, with lines or the tree of files in it."""
        with Vertical(id="frame"):
            yield self._top
            yield self.lines
            yield self.file_tree
            yield self._bottom

    @property
    def in_tree(self) -> bool:
        """Whether the tree of files is on the screen."""
        return self.tab is tabs.FILES and self.files is not None and self.files.changed

    def focus_body(self) -> None:
        """Give the keys back to what is seen."""
        (self.file_tree if self.in_tree else self.lines).focus()

    def on_unmount(self) -> None:
        """Nobody waits for a file any more."""
        self.opened.close()

    # Drawing

    def show(self) -> None:
        """Put what is known into lines, or into the tree."""
        tree, files = self.file_tree, self.files
        if files is not None and tree.data.tree is not files:
            first = not tree.data.rows
            tree.show(files)
            if first:
                tree.open_while(_ROOM)
                tree.go_to_change(1)
        if tree.display != self.in_tree:
            tree.display, self.lines.display = self.in_tree, not self.in_tree
            self.filter_text = tree.data.text if self.in_tree else self.filter_text
            self.cursor = tree if self.in_tree else self.lines
            if self._prompt is None:  # what is typed goes on being the line's
                self.focus_body()
        super().show()

    def content(self, columns: int) -> list[TextLine]:
        """The lines of the tab one is at."""
        if self.found is None:
            return []
        read = self.fetching.layers if self.fetching is not None and not self.idle else {}
        view = tabs.View(
            self.found, columns, self.reading_layers(), read, self.opened.lines, self.unmasked
        )
        lines = list(self.tab.lines(view))
        if not self.change_kind or self.tab is tabs.SUMMARY:
            return lines
        kept = [line for line in lines if line.change == self.change_kind]
        return kept or [note(f"Nothing here was {self.change_kind}.")]

    def heading(self) -> list[Span]:
        """The tabs, each clickable, with how much is in them."""
        only = f" {self.change_kind} only " if self.change_kind else ""
        shown = [
            (tab.id, number, tab.title, tab.amount(self.found) if self.found is not None else "")
            for number, tab in enumerate(tabs.TABS, 1)
            if tab is not tabs.CONTENTS or self.opened.path
        ]
        room = self.size.width - 2 - len(only)
        return [*tab_spans(shown, self.tab.id, room), *([Span(only, "warn")] if only else [])]

    def found_text(self) -> str:
        """How much a search has found."""
        if not self.in_tree:
            return super().found_text()
        found = self.file_tree.data.found
        return f"{found:,} path{'' if found == 1 else 's'} with {self.filter_text}"

    def remarks(self) -> str:
        """Of contents whose they are, else of the whole."""
        if self.tab is tabs.CONTENTS:
            return self.opened.remarks()
        return super().remarks()

    # Tabs

    def show_tab(self, name: str) -> None:
        """Go to a tab; the search in lines ends, the one in the tree stays for coming back."""
        self.lines.find("")
        self.tab = tabs.tab_of(name)
        self.filter_text = self.file_tree.data.text if self.in_tree else ""
        self.lines.start()
        self.show()

    def why_no_tab(self, name: str) -> str:
        """Contents are of a file that was opened."""
        if name == tabs.CONTENTS.id and not self.opened.path:
            return "Open a file first: Enter on one in the Files tab."
        return ""

    def next_tab(self, by: int) -> None:
        """Along the tabs that there are."""
        have = [tab for tab in tabs.TABS if not self.why_no_tab(tab.id)]
        self.show_tab(have[(have.index(self.tab) + by) % len(have)].id)

    def follow(self, leads: str) -> None:
        """To a tab, or to a file in the tree."""
        _, _, which = leads.partition(":")
        name, _, path = which.partition(":")
        self.show_tab(name)
        if path and self.in_tree:
            self._search("")
            self._only("")
            self.file_tree.go_to(path)

    # Going in

    def open_current(self) -> None:
        """Open a directory or a file of the tree, follow a line."""
        if not self.in_tree:
            super().open_current()
        elif not self.file_tree.toggle() and self.file_tree.current is not None:
            self.opened.open(self.file_tree.current_path)

    def why_no_open(self) -> str:
        """There must be something to go into."""
        if not self.in_tree:
            return super().why_no_open()
        return "" if self.file_tree.current is not None else "There is no file to stand on."

    def give_up(self) -> bool:
        """Escape shows all again, goes back to the files, stops the reading, before it leaves."""
        if self.filter_text:
            self._search("")
        elif self.change_kind:
            self._only("")
        elif self.tab is tabs.CONTENTS:
            self.show_tab(tabs.FILES.id)
        elif self.reading_files:
            self.stop_reading()
        else:
            return False
        return True

    # Filters

    def filter_by(self, text: str) -> None:
        """Show only lines, or files, that hold a text."""
        self._search(text)

    def _search(self, text: str) -> None:
        if text == self.filter_text:
            return
        self.filter_text = text
        if self.in_tree:
            self.file_tree.find(text)
            self._say_when_empty()
            data = self.file_tree.data
            first = data.next_change(0, 1) if text else None
            if first is not None:  # what leads to it is open
                self.file_tree.move_to(data.number_near(data.path(first)))
        else:
            self.lines.find(text)
        self.update_bars()

    def switch_kind(self) -> None:
        """Only added, only removed, only modified, all."""
        names = list(_KINDS)
        self._only(names[(names.index(self.change_kind) + 1) % len(names)])

    def _only(self, kind: str) -> None:
        self.change_kind = kind
        self.file_tree.show_kinds(_KINDS[kind])
        self._say_when_empty()
        self.show()

    def _say_when_empty(self) -> None:
        """Why no file is shown, should none be."""
        text, kind = self.file_tree.data.text, self.change_kind
        told = f"No path has {text}" if text else f"No file was {kind}"
        self.file_tree.empty_text = [Cell(told), Cell("Escape shows all", "dim")]

    def why_no_kind(self) -> str:
        """The summary is of all kinds."""
        return "The summary tells of all kinds." if self.tab is tabs.SUMMARY else ""

    # Changes

    def next_change(self, by: int) -> None:
        """To the next change of the tab; from the summary to the first tab that has one."""
        found = self.found
        if self.tab is tabs.SUMMARY and found is not None:
            self.show_tab(next(tab.id for tab in tabs.TABS if tabs.differs(tab, found)))
            return
        if self.in_tree:
            self.to_changed_file(by)
        else:
            self.lines.to_change(by, HUNK if self.tab is tabs.CONTENTS else "")

    def why_no_change(self) -> str:
        """Why there is none to go to."""
        found = self.found
        if found is None:
            return "Nothing is known of it yet."
        if self.tab is tabs.CONTENTS:
            return ""
        if self.in_tree and not self.file_tree.data.rows:
            return "No file is shown: Escape shows all."
        wanted = tabs.TABS if self.tab is tabs.SUMMARY else (self.tab,)
        return "" if any(tabs.differs(tab, found) for tab in wanted) else "Nothing differs here."

    # The tree

    def step_in(self) -> None:
        """Open the directory stood on, or go to what is first in it."""
        self.file_tree.step_in()

    def step_out(self) -> None:
        """Close the directory stood on, or go to the one around."""
        self.file_tree.step_out()

    def why_no_tree(self) -> str:
        """Only files have a tree."""
        return "" if self.in_tree else "Only the Files tab has a tree."

    # Other sides

    def swap(self) -> None:
        """The other way round; the file that was opened is of the former one."""
        self._forget()
        super().swap()

    def look_at(self, platform: str) -> None:
        """Another platform."""
        self._forget()
        super().look_at(platform)

    def _take(self, values: list[Compared]) -> None:
        """A tag outside ECR may name another image when it is read again."""
        if self.found is not None and _images(values[-1].found) != _images(self.found):
            self._forget()
        super()._take(values)

    def _forget(self) -> None:
        self.opened.forget()
        if self.tab is tabs.CONTENTS:
            self.show_tab(tabs.FILES.id)

    # Masks

    def switch_mask(self) -> None:
        """Show what is behind the masks, or hide it again."""
        self.unmasked = not self.unmasked
        self.opened.draw()
        self.show()

    def why_no_unmask(self) -> str:
        """Masks are in the config and in contents."""
        masking = self.tab in (tabs.CONFIG, tabs.CONTENTS)
        return "" if masking else "Only the Config and Contents tabs mask anything."

    # Copying

    def why_no_copy(self) -> str:
        """Something must be known of it."""
        return "" if self.found is not None else "Nothing is known of it yet."

    def copy_choices(self, use: Use) -> None:
        """The summary first where one sees it, else what one stands on."""
        found = self.found
        if found is None:
            return
        whole = [CopyChoice("summary", summary_text(found))]
        own = list(self._own())
        first, then = (whole, own) if self.tab is tabs.SUMMARY else (own, whole)
        use([*first, *then, CopyChoice("what is compared", title(found))])

    def _own(self) -> Sequence[CopyChoice]:
        """What one stands on."""
        if self.in_tree:
            path = self.file_tree.current_path
            return [CopyChoice("path", path)] if path else []
        line = self.lines.current
        return [CopyChoice("this line", line.copy)] if line is not None and line.copy else []


def _images(found: Comparison) -> list[str]:
    """The digests of what is compared."""
    manifests = found.before.image_manifest, found.after.image_manifest
    return [one.digest for one in manifests if one is not None]
