"""For which platform an image is brought here, and on which way."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ecrtui.tui.forms.fields import Choice, FormField, Option
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.session import Session

_WAYS = (
    Option("the engine pulls it", False, "handed over if it cannot"),
    Option("ecrtui reads it and hands it over", True, ""),
)


class TypedPull(msgspec.Struct, frozen=True):
    """What stands in the form."""

    platform: str = ""
    """'' for the engine's own."""
    load: bool = False


class PullForm(FormScreen[TypedPull]):
    """For one image; the plan itself says what is chosen unless one wants otherwise."""

    DEED = "plan it"

    def __init__(
        self, session: Session, called: str, platforms: Sequence[str], typed: TypedPull
    ) -> None:
        super().__init__(f"Pull {called}", ascii_only=session.ascii)
        self._platforms = platforms
        self._typed = typed

    def lines(self) -> Sequence[FormField]:
        """The platform, the way."""
        options = [Option("the engine's own", ""), *(Option(one, one) for one in self._platforms)]
        values = [option.value for option in options]
        chosen = self._typed.platform
        at = values.index(chosen) if chosen in values else 0
        return [
            Choice("platform", "Platform", options, at),
            Choice("way", "How", _WAYS, int(self._typed.load)),
        ]

    def made(self) -> TypedPull:
        """Whatever is chosen can be planned."""
        values = self.values
        return TypedPull(values["platform"], values["way"])
