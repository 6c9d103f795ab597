"""Rolling from where one stands: what is to run which image is chosen, planned and followed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.image import Image, ImageId
from ecrtui.model.usage import Use
from ecrtui.render.images import image_name, short_digest, telling_tag
from ecrtui.render.usage import ROLLED, kind, place, reference
from ecrtui.tui import background
from ecrtui.tui.screens.picker import Choice, pick
from ecrtui.workflows.locate import Target

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.tui.screens.time import TimeScreen
    from ecrtui.tui.screens.uses import UsesScreen
    from ecrtui.workflows.rolling.deed import RollPlan
    from ecrtui.workflows.watch import Watch


def why_not(screen: PlaceScreen) -> str:
    """There must be an image, or something that runs one."""
    if screen.spot.kind == kinds.TIME and cast("TimeScreen", screen).is_gone:
        return "The repository has this image no more."
    if screen.spot.kind != kinds.USES:
        return "" if _image_here(screen) is not None else "There is no row to stand on."
    use = cast("UsesScreen", screen).use_here()
    if use is None:
        return "There is no use to stand on."
    return "" if use.kind in ROLLED else f"{kind(use)} is not rolled from here."


def roll(screen: PlaceScreen) -> None:
    """From an image: choose what is to run it. From a use: choose the image that it is to run."""
    if screen.spot.kind == kinds.USES:
        use = cast("UsesScreen", screen).use_here()
        if use is not None:
            _choose_image(screen, use)
        return
    meant = _image_here(screen)
    if meant is not None:
        _choose_use(screen, *meant)


def _image_here(screen: PlaceScreen) -> tuple[Target, str] | None:
    """The image stood on, and what it is called; in a history the one that was named."""
    from ecrtui.tui.subjects import called, subject_here

    if screen.spot.kind != kinds.TIME:
        subject = subject_here(screen)
        return (subject.target, subject.called) if subject is not None else None
    history = cast("TimeScreen", screen)
    row = history.table.current
    if row is None or not row.move.digest:
        return None
    tag, digest, name = telling_tag(row.names), row.move.digest, screen.spot.repository
    return Target(history.registry, name, ImageId(digest, tag)), called(name, digest, tag)


def _choose_use(screen: PlaceScreen, target: Target, called: str) -> None:
    """Services and functions that use the repository now, as they are found."""
    services = screen.session.services
    shown: set[str] = set()

    def chosen(choice: Choice) -> None:
        _propose(screen, target, choice.value)

    picker = pick(screen, f"What is to run {called}?", [], chosen)

    def make() -> Iterator[list[Use]]:
        from ecrtui.workflows import usage

        for seen in usage.look(services, target.registry, target.repository):
            yield [use for use in seen.uses if use.kind in ROLLED]

    def deliver(found: list[list[Use]]) -> None:
        new = [use for use in found[-1] if _name(use) not in shown]
        shown.update(map(_name, new))
        picker.add([_choice(use) for use in sorted(new, key=lambda use: -use.running)])

    def done(problem: EcrtuiError | None) -> None:
        nothing = None
        if not shown:
            nothing = EcrtuiError(
                title="No service and no function uses this repository",
                hint="ecrtui roll IMAGE --service CLUSTER/NAME --container NAME names one.",
            )
        picker.finish(problem or nothing)

    background.read(screen, "roll", make, deliver=deliver, done=done)


def _name(use: Use) -> str:
    """Aliases and versions of one function are one thing to roll."""
    name = use.name.partition(":")[0] if not use.where else use.name
    return "\n".join((use.kind.value, use.account, use.region, use.where, name))


def _choice(use: Use) -> Choice:
    runs = f"{use.running} run {reference(use)}" if use.running else reference(use)
    return Choice(place(use), f"{kind(use)}, {use.region}: {runs}", use, _name(use))


def _choose_image(screen: PlaceScreen, use: Use) -> None:
    """Of the repository's tagged images, the newest first."""
    services, registry = screen.session.services, screen.spot.registry
    name = screen.spot.repository

    def chosen(choice: Choice) -> None:
        image: Image = choice.value
        tag = telling_tag(image.image_tags)
        if registry is not None:
            target = Target(registry, name, ImageId(image.image_digest, tag))
            _propose(screen, target, use)

    picker = pick(screen, f"What is {place(use)} to run?", [], chosen)

    def ask() -> list[Image]:
        from ecrtui.workflows import browse

        if registry is None:
            return []
        pages = browse.images(services, registry, name)
        rows = [image for page in pages for image in page.items if image.image_tags]
        return sorted(rows, key=lambda row: row.image_pushed_at or 0.0, reverse=True)

    def answer(images: list[Image]) -> None:
        times = screen.session.times
        picker.add(
            [
                Choice(
                    " ".join(image.image_tags) or image_name(image),
                    f"{short_digest(image.image_digest)}, pushed "
                    f"{times.short(image.image_pushed_at)}",
                    image,
                )
                for image in images
            ]
        )
        picker.finish(None)

    background.ask(screen, "roll", ask, answer=answer, failed=picker.finish)


def _propose(screen: PlaceScreen, target: Target, use: Use) -> None:
    from ecrtui.tui.screens.plan import propose
    from ecrtui.workflows.rolling import roll as rolls
    from ecrtui.workflows.rolling import workload

    services = screen.session.services

    def plan(_: Watch) -> RollPlan:
        found = workload.of_use(services, use, target.registry)
        return rolls.plan(services, rolls.RollRequest(target, found))

    propose(screen, plan, partial(rolls.run, services))
