"""A file's name, completed from folders that are listed beside the screen: disks may be slow."""

from __future__ import annotations

from ecrtui.tui import background
from ecrtui.tui.forms.fields import Words


class FileField(Words):
    """A path to type."""

    def __init__(self, name: str, label: str, text: str = "") -> None:
        super().__init__(name, label, text, self._known)
        self._listed: dict[str, list[str]] = {}

    def on_mount(self) -> None:
        """What stands there already may be completed."""
        super().on_mount()
        self._list_folder(self.value)

    def typed(self) -> None:
        """Another folder may be meant."""
        self._list_folder(self.value)

    def _known(self, text: str) -> list[str]:
        folder, _, begins = text.rpartition("/")
        names = self._listed.get(folder if "/" in text else ".", [])
        prefix = text[: len(text) - len(begins)]
        return [prefix + name for name in names if begins and name.startswith(begins)]

    def _list_folder(self, text: str) -> None:
        folder = text.rpartition("/")[0] if "/" in text else "."
        if folder in self._listed:
            return
        self._listed[folder] = []

        def answer(names: list[str]) -> None:
            self._listed[folder] = names
            self.suggest_again()

        def ask() -> list[str]:
            from ecrtui.workflows.folders import names

            return names(folder or "/")

        background.ask(self, f"folder {folder}", ask, answer=answer, failed=lambda _: None)
