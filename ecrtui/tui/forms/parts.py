"""Fields that several forms have."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from ecrtui.render.text import safe
from ecrtui.tui.forms.fields import Choice, Option, Switch

_ALL = "all: the whole index"


class Platforms(Choice):
    """All of an index, one of its platforms, or some of them: arrows step, space marks."""

    def __init__(self, platforms: Sequence[str], chosen: Sequence[str]) -> None:
        known = list(dict.fromkeys(platforms))
        super().__init__(
            "platforms", "Platforms", [Option(_ALL, ""), *(Option(p, p) for p in known)]
        )
        self._some: tuple[str, ...] = ()
        self._take([one for one in chosen if one in known])

    @property
    def value(self) -> tuple[str, ...]:
        """The platforms that are chosen; none is all."""
        return self._some or tuple(filter(None, [self.options[self.at].value]))

    def put(self, at: int) -> None:
        """All, or one."""
        self._some = ()
        super().put(at)

    def mark(self, chosen: Sequence[str]) -> None:
        """Some, as a person marks them."""
        self._take(chosen)
        self.told()

    def _take(self, chosen: Sequence[str]) -> None:
        self._some = tuple(chosen) if len(chosen) > 1 else ()
        values = [option.value for option in self.options]
        self.at = values.index(chosen[0]) if len(chosen) == 1 else 0

    def draw(self) -> None:
        """What goes along, and what that makes of it."""
        super().draw()
        if self._some:
            text = safe(", ".join(self._some))
            self._shown.update(Content(f"‹ {text} ›" if self.has_class("-here") else text))
            self.remark("a new index")


def referrers_switch(*, on: bool) -> Switch:
    """What refers to an image goes with it, or stays."""
    return Switch("referrers", "Referrers", "signatures, SBOMs, all that refers to it", on=on)
