"""Commands that lead into a comparison, and those of one: changes, sides, export."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.config.commands import COMPARE_TABS
from ecrtui.errors import UsageError
from ecrtui.model.goto import completions
from ecrtui.model.places import Registry
from ecrtui.render.sizes import size
from ecrtui.tui import navigation, screens
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.tui.screens.compare.screen import CompareScreen
    from ecrtui.tui.screens.image.screen import ImageScreen
    from ecrtui.tui.screens.images import ImagesScreen
    from ecrtui.tui.screens.place import PlaceScreen


# Ways in


def _diff(screen: PlaceScreen) -> None:
    """Two marked rows; a marked one and the one stood on; or that and the one before it."""
    from ecrtui.tui.sides import pair_in

    _enter(screen, pair_in)


def _before(screen: PlaceScreen) -> None:
    """The image before the one stood on, whatever is marked."""
    from ecrtui.tui.sides import earlier_in

    _enter(screen, earlier_in)


def _enter(screen: PlaceScreen, pair: Callable[[ImagesScreen], Spot | str]) -> None:
    """The comparison that a list of images knows; of one image the one before is looked for."""
    if screen.spot.kind == kinds.IMAGE:
        navigation.enter(screen, _looking(screen, None))
        return
    found = pair(cast("ImagesScreen", screen))
    if isinstance(found, str):
        screen.say(found, warn=True)
    else:
        navigation.enter(screen, found)


def _no_pair(screen: ImagesScreen | ImageScreen) -> str:
    if screen.spot.outside is not None:
        return "Only ECR tells what was pushed before: compare it with an image of your choice."
    return screen.why_no_diff()


def _diff_with(screen: PlaceScreen) -> None:
    """Choose what to compare the image with."""
    from ecrtui.tui.screens.picker import Choice, pick

    here = _here(screen)
    if here.outside is not None:  # nobody tells what else there is
        _typed(screen)
        return
    tag = here.label or here.digest[:19]
    choices = [
        Choice("the one before", "the image of its kind that was pushed before it", _before),
        Choice("another image", "a tag, repo:tag, a digest, a whole URI", _typed),
        Choice("this machine", "the same tag as Docker or Podman holds it here", _engine),
        Choice("another region", f"{here.repository} {tag} as it is there", _region),
        Choice("another account", f"{here.repository} {tag} as it is there", _account),
    ]
    pick(screen, f"Compare {tag} with", choices, lambda choice: choice.value(screen))


def _no_image(screen: PlaceScreen) -> str:
    from ecrtui.tui.sides import why_no_side

    if screen.spot.kind == kinds.IMAGE:
        return cast("ImageScreen", screen).why_no_diff()
    return why_no_side(cast("ImagesScreen", screen))


def _typed(screen: PlaceScreen) -> None:
    from ecrtui.model.reference import parse
    from ecrtui.tui.goto import known_names
    from ecrtui.tui.sides import tags_of
    from ecrtui.tui.widgets.prompt import Question

    here = _here(screen)
    listed = screen.spot.kind == kinds.IMAGES
    names = [*(tags_of(cast("ImagesScreen", screen)) if listed else ()), *known_names(screen)]

    def finished(text: str | None) -> None:
        typed = (text or "").strip()
        if typed and not set(typed) & set(":@/"):
            typed = f"{here.repository}:{typed}"  # a tag alone is one of the same repository
        elif typed.startswith((":", "@")):
            typed = f"{here.repository}{typed}"
        try:
            wanted = str(parse(typed)) if typed else ""
        except UsageError as problem:
            screen.complain(problem.hint or problem.sentence)
            return
        screen.close_line()
        if wanted:
            navigation.enter(screen, _looking(screen, Spot(screens.OPENING, text=wanted)))

    question = Question("with", finished, complete=lambda line: completions(line, names))
    screen.ask_line(question)


def _engine(screen: PlaceScreen) -> None:
    from ecrtui.tui.sides import ENGINE

    navigation.enter(screen, _looking(screen, Spot(screens.OPENING, wanted=ENGINE)))


def _region(screen: PlaceScreen) -> None:
    from ecrtui.tui.commands.places import pick_region

    def chosen(registry: Registry) -> None:
        _elsewhere(screen, registry)

    pick_region(screen, "The same tag in", chosen, here=False)


def _account(screen: PlaceScreen) -> None:
    from ecrtui.tui.commands.places import pick_account

    pick_account(screen, "The same tag in", lambda registry: _elsewhere(screen, registry))


def _elsewhere(screen: PlaceScreen, registry: Registry) -> None:
    """The same tag, or where there is none the same digest, in another registry."""
    here = _here(screen)
    digest = "" if here.label else here.digest
    there = Spot(kinds.IMAGE, registry, here.repository, digest, here.label)
    navigation.enter(screen, _looking(screen, there))


def _here(screen: PlaceScreen) -> Spot:
    """The image stood in, or on."""
    from ecrtui.tui.sides import side_here

    if screen.spot.kind == kinds.IMAGE:
        return screen.spot
    side = side_here(cast("ImagesScreen", screen))
    return side.spot if side is not None else screen.spot


def _looking(screen: PlaceScreen, against: Spot | None) -> Spot:
    """A comparison that is still to be found: with an image, or with the one before it."""
    image = screen.spot.kind == kinds.IMAGE
    return msgspec.structs.replace(
        _here(screen),
        kind=screens.OPENING,
        wanted=kinds.COMPARE,
        against=against,
        platform=cast("ImageScreen", screen).platform if image else "",
    )


# In a comparison


def _tab(name: str) -> Deed:
    return Deed(lambda screen: screen.show_tab(name), lambda screen: screen.why_no_tab(name))


def _export(screen: CompareScreen) -> None:
    from ecrtui.tui.exporting import export

    export(screen)


def _unknown(screen: CompareScreen) -> str:
    return "" if screen.found is not None else "Nothing is known of it yet."


def _platform(screen: CompareScreen) -> None:
    """Another platform of both images; reading its manifests for the first time is a pull."""
    from ecrtui.render.summary import platform
    from ecrtui.tui.screens.picker import Choice, pick

    found = screen.found
    now = [platform(found.before), platform(found.after)] if found is not None else []
    choices = [
        Choice(name, "compared now" if now == [name, name] else "", name)
        for name in screen.platforms()
    ]
    pick(screen, "Platform", choices, lambda choice: screen.look_at(choice.value))


def _read_shared(screen: CompareScreen) -> None:
    from ecrtui.tui.screens.confirm import Confirm

    left = screen.found.unsure if screen.found is not None else None
    if left is None:
        return
    question = Confirm(
        f"Read {left.layers} shared layers, {size(left.bytes)}?",
        (
            f"{left.paths:,} paths may replace files of layers that both images share.",
            "Reading layers is no pull. What has been read is kept for the next time.",
        ),
        "Read",
    )

    def answered(yes: bool | None) -> None:
        if yes:
            screen.read_shared()

    screen.app.push_screen(question, answered)


def _no_change(screen: CompareScreen) -> str:
    return screen.why_no_change()


def _not_again(screen: CompareScreen) -> str:
    return screen.why_not_again()


def _no_tree(screen: CompareScreen) -> str:
    return screen.why_no_tree()


DEEDS = {
    "diff": Deed(_diff, _no_pair),
    "diff-with": Deed(_diff_with, _no_image),
    **{command.id: _tab(command.id) for command in COMPARE_TABS},
    "next-change": Deed(lambda screen: screen.next_change(1), _no_change),
    "previous-change": Deed(lambda screen: screen.next_change(-1), _no_change),
    "export": Deed(_export, _unknown),
    "diff-platform": Deed(_platform, lambda screen: screen.why_no_platform()),
    "swap": Deed(lambda screen: screen.swap(), _not_again),
    "change-kind": Deed(lambda screen: screen.switch_kind(), lambda screen: screen.why_no_kind()),
    "tree-in": Deed(lambda screen: screen.step_in(), _no_tree),
    "tree-out": Deed(lambda screen: screen.step_out(), _no_tree),
    "tree-sort": Deed(lambda screen: screen.sort_tree(), _no_tree),
    "tree-reverse": Deed(lambda screen: screen.reverse_tree(), _no_tree),
    "file-times": Deed(lambda screen: screen.switch_times(), _not_again),
    "read-shared": Deed(_read_shared, lambda screen: screen.why_not_sure()),
}
