"""What can be copied of an image and of the line stood on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.model.image import Image
from ecrtui.model.places import Outside
from ecrtui.render.copying import CopyChoice, image_choices, manifest_choice, outside_choices
from ecrtui.tui import background
from ecrtui.tui.commands.copying import Use

if TYPE_CHECKING:
    from ecrtui.tui.screens.image.screen import ImageScreen


def choices(screen: ImageScreen, use: Use) -> None:
    """Of the line stood on, then of the image; the repository's URI is the API's own."""
    details = screen.details
    if details is None:
        return
    line = screen.lines.current
    own = [CopyChoice("this line", line.copy)] if line is not None and line.copy else []
    path = screen.opened.path if screen.tab.id == "contents" else ""
    if screen.in_tree:
        path, own = screen.file_tree.current_path, []
    own += [CopyChoice("path", path)] if path else []
    if isinstance(details.home, Outside):
        use([*own, *outside_choices(details.home, details), *manifest_choice(details)])
        return
    services, registry = screen.session.services, screen.session.whole(details.home)
    name = screen.spot.repository
    image = details.image or Image(details.digest, repository_name=name)

    def ask() -> list[CopyChoice]:
        from ecrtui.workflows import browse

        uri = browse.repository(services, registry, name).repository_uri
        return [*own, *image_choices(registry, uri, image), *manifest_choice(details)]

    background.ask(screen, "uri", ask, answer=use, failed=screen.say_problem)
