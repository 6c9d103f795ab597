"""A list from which several are chosen: space marks, Enter takes what is marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual import events

from ecrtui.tui.screens.picker import Choice, Picker


class MarkingPicker(Picker):
    """Its answer is a choice whose value is the tuple of the values that are marked; without marks
    it is the one stood on. A choice whose value is '' stands for all of them, and takes no mark."""

    ALSO = "space mark  "

    def __init__(
        self, title: str, choices: Sequence[Choice], chosen: Collection[str], *, ascii_only: bool
    ) -> None:
        super().__init__(title, choices, ascii_only=ascii_only)
        self._before = [self._table.data.key(one) for one in choices if one.value in chosen]
        if len(self._before) > 1:
            self._table.data.marks = set(self._before)

    def on_mount(self) -> None:
        """Stand on what is chosen, so that Enter alone changes nothing."""
        if self._before:
            self._table.stand_on(self._before[0])

    def take_key(self, event: events.Key) -> bool:
        """Space marks, and goes on to the next."""
        if event.key != "space":
            return super().take_key(event)
        choice, data = self._table.current, self._table.data
        if choice is not None and choice.value:
            data.toggle_mark(data.key(choice))
        elif choice is not None:
            data.marks.clear()
        self._table.changed()
        self._table.move(1)
        return True

    def _chosen(self) -> Choice | None:
        here = self._table.current
        marked = self._table.data.marked()
        if here is None or not here.value or not marked:
            marked = [] if here is None else [here]
        if not marked:
            return None
        values = tuple(choice.value for choice in marked if choice.value)
        return Choice(", ".join(values), "", values)
