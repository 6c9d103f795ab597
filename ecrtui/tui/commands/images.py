"""Commands of a list of images: reading manifests on purpose, waiting for a tag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError
from ecrtui.model.image import Image, ImageId
from ecrtui.tui import background
from ecrtui.tui.commands.deed import Deed

if TYPE_CHECKING:
    from ecrtui.tui.screens.confirm import Confirm
    from ecrtui.tui.screens.images import ImagesScreen


def _read(screen: ImagesScreen) -> None:
    digests = screen.unread()
    if screen.session.may_read_manifests:
        screen.read_manifests(digests)
        return

    def answered(yes: bool | None) -> None:
        if yes:
            screen.read_manifests(digests)

    screen.app.push_screen(reading_question(len(digests)), answered)


def reading_question(count: int) -> Confirm:
    """Whether so many manifests are to be read."""
    from ecrtui.tui.screens.confirm import Confirm

    return Confirm(
        f"Read {count} manifest{'' if count == 1 else 's'}?",
        (
            "ECR counts it as a pull: it moves the last pull time, on which",
            "lifecycle rules act. Manifests are then kept, and never read again.",
            "You will not be asked again until you leave.",
        ),
        "Read",
    )


def _nothing_unread(screen: ImagesScreen) -> str:
    if screen.unread():
        return ""
    if screen.table.data.marks:
        return "None of the marked rows is an index that has not been read."
    return "This row is no index, or its manifest has been read before."


def _wait(screen: ImagesScreen) -> None:
    from ecrtui.tui.widgets.prompt import Question

    def finished(text: str | None) -> None:
        screen.close_line()
        if text and text.strip():
            wait_for(screen, text.strip())

    screen.ask_line(Question("wait for tag", finished))


def wait_for(screen: ImagesScreen, tag: str) -> None:
    """Look every few seconds until the tag is there; leaving the place ends it."""
    services = screen.session.services

    def looks() -> Iterator[Image | None]:
        from ecrtui.workflows.locate import Target
        from ecrtui.workflows.wait import wait_for

        target = Target(screen.registry, screen.spot.repository, ImageId(image_tag=tag))
        return wait_for(services, target)

    def deliver(found: list[Image | None]) -> None:
        image = found[-1]
        if image is not None:
            screen.waiting_for = ""
            screen.say(f"{tag} is there", title=screen.spot.repository)
            screen.app.bell()
            screen.stand_on(image.image_digest)
            screen.reload()

    def done(problem: EcrtuiError | None) -> None:
        screen.waiting_for = ""
        screen.update_bars()
        if problem is not None:
            screen.say(problem.sentence, title=f"No longer waiting for {tag}", warn=True)

    screen.waiting_for = tag
    screen.update_bars()
    background.read(screen, "wait", looks, deliver=deliver, done=done)


DEEDS = {"read": Deed(_read, _nothing_unread), "wait": Deed(_wait)}
