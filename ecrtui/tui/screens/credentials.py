"""The credentials: every way in, kept by ecrtui or declared in AWS's own files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from ecrtui.config import commands as kinds
from ecrtui.model.credentials import WayIn
from ecrtui.render.columns import Column
from ecrtui.render.copying import CopyChoice
from ecrtui.render.credentials import credential_columns
from ecrtui.tui.changes import Change
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.spot import Spot
from ecrtui.workflows.remember import Order


class CredentialsScreen(ListScreen[WayIn]):
    """One row for each. It opens neither the keyring nor the network."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.CREDENTIALS)
    NOUN: ClassVar[str] = "credentials"
    ORDER: ClassVar[Order] = Order("name")

    def columns(self) -> list[Column[WayIn]]:
        """With ages as of now."""
        return credential_columns(self.session.times)

    def key(self, row: WayIn) -> str:
        """One name may be kept and declared."""
        return f"{row.where}:{row.name}"

    def stream(self, before: Mapping[str, WayIn]) -> Iterator[Change[WayIn]]:
        """All of them at once: they are in files of this machine."""
        from ecrtui.workflows.credentials import at_hand

        rows = at_hand.listing(self.session.services)
        yield Change(rows, gone=frozenset(before), read=len(rows), last=True)

    def heading(self) -> str:
        """What the rows are."""
        return "Credentials"

    def empty(self) -> Sequence[str]:
        """What brings one."""
        return ("Nobody is known here", "ecrtui credentials add NAME keeps keys in the keyring")

    def spot_of(self, row: WayIn) -> Spot:
        """All that is known of it."""
        return Spot(kinds.CREDENTIAL, text=row.name, label=row.where)

    def come_from(self, spot: Spot) -> None:
        """Stand on the one whose details one came out of."""
        self.stand_on(f"{spot.label}:{spot.text}")

    def way_in(self) -> WayIn | None:
        """The one that commands mean."""
        return self.table.current

    def copy_choices(self, use: Use) -> None:
        """Names, nothing secret."""
        row = self.table.current
        if row is not None:
            known = (
                CopyChoice("name", row.name),
                CopyChoice("account", row.account),
                CopyChoice("principal", row.principal),
                CopyChoice("role", row.role),
            )
            use([choice for choice in known if choice.text])
