"""The command that signs in again: before the credentials end, or after."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ecrtui.render.signing_in import left
from ecrtui.tui import background
from ecrtui.tui.commands.deed import Deed

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen


def renew(screen: PlaceScreen) -> None:
    """Sign in again with the profile one stands on, or to the portal."""
    profile, services, portal = screen.profile, screen.session.services, screen.portal

    renewing = screen.session.renewing

    def answer(done: bool) -> None:
        if done and portal:
            screen.say(f"Signed in to {portal}")
        elif done:
            expires = services.expires(profile)
            ends = f", for {left(expires - time.time())}" if expires is not None else ""
            screen.say(f"Signed in as {profile or 'default'}{ends}")
        screen.update_bars()

    background.ask(
        screen,
        "renew",
        lambda: renewing.to_portal(portal) if portal else renewing.now(profile),
        answer=answer,
        failed=screen.say_problem,
    )


def _no_profile(screen: PlaceScreen) -> str:
    outside = screen.spot.outside is not None
    return "Nobody signs in to AWS for what is outside ECR." if outside else ""


DEEDS = {"renew": Deed(renew, _no_profile)}
