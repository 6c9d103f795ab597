"""Commands that choose a place from a list: bookmarks, regions, accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.places import Profile, Registry, RegistrySummary
from ecrtui.render.registries import region_name
from ecrtui.tui import background, navigation
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.session import place_key
from ecrtui.tui.spot import Spot
from ecrtui.workflows import remember
from ecrtui.workflows.remember import Place

if TYPE_CHECKING:
    from ecrtui.tui.screens.picker import Choice
    from ecrtui.tui.screens.place import PlaceScreen


def _bookmark(screen: PlaceScreen) -> None:
    place = screen.spot.to_place()
    if place is not None:
        added = remember.toggle_bookmark(screen.session.services, place)
        name = place.label or _where(screen, place)
        lasting = "" if screen.session.services.state.lasting else ", until you leave"
        screen.say(f"{'Bookmarked' if added else 'No longer bookmarked'}{lasting}: {name}")


def _not_a_place(screen: PlaceScreen) -> str:
    return "" if screen.spot.to_place() is not None else "This place needs no bookmark."


def _bookmarks(screen: PlaceScreen) -> None:
    from ecrtui.tui.screens.picker import Choice, pick

    choices = [
        Choice(place.label or "repositories", _where(screen, place), Spot.of_place(place))
        for place in remember.bookmarks(screen.session.services)
    ]
    pick(screen, "Bookmarks", choices, lambda choice: navigation.go(screen, choice.value))


def _no_bookmarks(screen: PlaceScreen) -> str:
    kept = remember.bookmarks(screen.session.services)
    return "" if kept else "There are no bookmarks yet: b makes one where you are."


def _where(screen: PlaceScreen, place: Place) -> str:
    registry = place.registry
    if place.reference:
        return "outside ECR"
    said = screen.session.services.settings.of(registry.profile)
    parts = [said.label or registry.profile or "default", region_name(registry)]
    return " · ".join(parts)


def _regions(screen: PlaceScreen) -> None:
    def go(registry: Registry) -> None:
        navigation.go(screen, elsewhere(screen.spot, registry))

    pick_region(screen, "Regions", go)


def pick_region(
    screen: PlaceScreen, title: str, chosen: Callable[[Registry], None], *, here: bool = True
) -> None:
    """The profile's registries: those that answered before, then all as they answer.

    Without `here` the one stood in is left out.
    """
    from ecrtui.tui.screens.picker import pick

    session, profile, stood_in = screen.session, _profile(screen), screen.spot.registry

    def offered(summaries: Iterable[RegistrySummary]) -> list[RegistrySummary]:
        own = [one for one in summaries if one.registry.profile == profile]
        if here or stood_in is None:
            return own
        name = region_name(stood_in)
        return [one for one in own if region_name(one.registry) != name]

    own = offered(session.summaries.values())
    known = sorted(own, key=lambda one: (not one.repositories, region_name(one.registry)))
    choices = [_region_choice(summary) for summary in known]
    picker = pick(screen, title, choices, lambda choice: chosen(choice.value))
    if session.looked_everywhere:
        return

    def found() -> Iterator[RegistrySummary]:
        from ecrtui.workflows import places

        return places.registries(session.services)

    def deliver(summaries: list[RegistrySummary]) -> None:
        for summary in summaries:
            session.learn(summary)
        picker.add([_region_choice(one) for one in offered(summaries)])

    def done(problem: EcrtuiError | None) -> None:
        session.looked_everywhere = problem is None
        picker.finish(problem)

    background.read(picker, "regions", found, deliver=deliver, done=done, caller=background.UNASKED)


def _region_choice(summary: RegistrySummary) -> Choice:
    from ecrtui.tui.screens.picker import Choice

    registry = msgspec.structs.replace(summary.registry, account="")
    count = summary.repositories
    noun = "repository" if count == 1 else "repositories"
    detail = summary.note or ("" if count is None else f"{count:,} {noun}")
    name = region_name(registry)
    return Choice(name, detail, registry, key=name)


def elsewhere(spot: Spot, registry: Registry) -> Spot:
    """The same repository in another registry; a public one has its own names."""
    same = spot.registry is not None and spot.registry.is_public == registry.is_public
    if spot.repository and same:
        return Spot(kinds.IMAGES, registry, spot.repository)
    return Spot(kinds.REPOSITORIES, registry)


def _accounts(screen: PlaceScreen) -> None:
    def go(registry: Registry) -> None:
        navigation.go(screen, Spot(kinds.REPOSITORIES, registry) if registry.region else Spot())

    pick_account(screen, "Accounts", go)


def pick_account(screen: PlaceScreen, title: str, chosen: Callable[[Registry], None]) -> None:
    """Every profile there is, in its own region, or the one stood in where it names none."""
    from ecrtui.tui.screens.picker import Choice, pick

    session, here = screen.session, screen.spot.registry
    picker = pick(screen, title, [], lambda choice: chosen(choice.value))

    def profiles() -> list[Profile]:
        from ecrtui.workflows import places

        return places.profiles(session.services, everything=True)

    def answer(found: list[Profile]) -> None:
        choices = []
        for profile in found:
            registry = Registry(profile.name, profile.region or (here.region if here else ""))
            detail = " · ".join(part for part in (profile.kind.value, profile.region) if part)
            choices.append(Choice(profile.name or "default", detail, registry))
        picker.add(choices)
        picker.finish(None)

    background.ask(picker, "accounts", profiles, answer=answer, failed=picker.finish)


def _profile(screen: PlaceScreen) -> str:
    """The profile one stands in: the place's, or that of the row stood on."""
    if screen.spot.registry is not None:
        return screen.spot.registry.profile
    return screen.session.services.profile


DEEDS = {
    "bookmark": Deed(_bookmark, _not_a_place),
    "bookmarks": Deed(_bookmarks, _no_bookmarks),
    "regions": Deed(_regions),
    "accounts": Deed(_accounts),
}

__all__ = ["DEEDS", "elsewhere", "place_key"]
