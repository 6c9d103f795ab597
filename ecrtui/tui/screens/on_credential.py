"""Places where one stands on a credential: whose it is that is renewed and signed in there."""

from __future__ import annotations

from ecrtui.model.credentials import WayIn
from ecrtui.tui.screens.place import PlaceScreen


class OnCredential(PlaceScreen):
    """Beside a screen's own class, and before it."""

    def way_in(self) -> WayIn | None:
        """The one that commands mean."""
        raise NotImplementedError

    @property
    def profile(self) -> str:
        """That of the credential, so that renewing renews it."""
        way = self.way_in()
        return super().profile if way is None or way.is_session else way.name

    @property
    def portal(self) -> str:
        """The portal, where it is one."""
        way = self.way_in()
        return way.name if way is not None and way.is_session else ""

    def signed_in(self) -> None:
        """Something that had ended may be used again."""
        if self.reading.read_at is not None and self.idle:
            self.reload()
