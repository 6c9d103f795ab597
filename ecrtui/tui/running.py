"""An image run from where one stands: the form, then its log, or the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ecrtui.config import commands as kinds
from ecrtui.model.folding import Member
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import ManifestKind
from ecrtui.model.places import Outside
from ecrtui.model.previous import runs
from ecrtui.model.reference import Transport
from ecrtui.render.images import row_key, telling_tag
from ecrtui.tui import navigation
from ecrtui.workflows.locate import Target

if TYPE_CHECKING:
    from ecrtui.tui.forms.running import Agreed
    from ecrtui.tui.screens.image.screen import ImageScreen
    from ecrtui.tui.screens.images import ImagesScreen
    from ecrtui.tui.screens.place import PlaceScreen

_ARTIFACT = "It is an artifact: engines run images only."
_ARCHIVED = "It is archived: it has to be restored first."


class Subject(NamedTuple):
    """The image stood on."""

    target: Target
    called: str
    """What a person calls it: `team/app:v1`."""
    refusal: str = ""
    """Why it cannot be run; '' when it can."""


def why_no_run(screen: PlaceScreen) -> str:
    """Why what is stood on cannot be run; '' when it can."""
    found = _subject(screen)
    return found.refusal if found is not None else "There is no row to stand on."


def open_form(screen: PlaceScreen) -> None:
    """Ask how."""
    found = _subject(screen)
    if found is not None:
        open_again(screen, found.target, found.called)


def open_again(
    screen: PlaceScreen, target: Target, called: str, typed: Mapping[str, Any] | None = None
) -> None:
    """Ask how, with what was typed before."""
    from ecrtui.tui.forms.running import RunForm

    def answered(agreed: Agreed | None) -> None:
        if agreed is not None:
            _go_on(screen, agreed)

    screen.app.push_screen(RunForm(screen.session, target, called, typed), answered)


def _subject(screen: PlaceScreen) -> Subject | None:
    if screen.spot.kind == kinds.IMAGE:
        return _of_screen(cast("ImageScreen", screen))
    row: Any = cast("ImagesScreen", screen).table.current
    if row is None:
        return None
    if screen.spot.kind == kinds.ENGINE:
        from ecrtui.tui.screens.engine import name_and_tag

        repository, tag = name_and_tag(row)
        return Subject(Target(Outside(Transport.DAEMON), repository, ImageId("", tag)), row.name)
    return _of_row(cast("ImagesScreen", screen), row)


def _of_row(screen: ImagesScreen, row: Any) -> Subject:
    """A row, or what folds under it: of an index the platforms alone run."""
    repository, image = screen.spot.repository, row.image
    refusal = ""
    if isinstance(row, Member) and row.role != "platform":
        refusal = _ARTIFACT
    elif image is not None and image.archived:
        refusal = _ARCHIVED
    elif image is not None and not isinstance(row, Member) and not runs(image):
        refusal = _ARTIFACT
    tag = telling_tag(image.image_tags) if image is not None else ""
    target = Target(screen.registry, repository, ImageId(row_key(row), tag))
    return Subject(target, _called(repository, row_key(row), tag), refusal)


def _of_screen(screen: ImageScreen) -> Subject:
    details, spot = screen.details, screen.spot
    image = details.image if details is not None else None
    digest = details.digest if details is not None else spot.digest
    if isinstance(spot.home, Outside):
        wanted = ImageId("", spot.label) if spot.label else ImageId(digest)
        return Subject(Target(spot.home, spot.repository, wanted), spot.name)
    tag = telling_tag(image.image_tags) if image is not None else ""
    refusal = _ARCHIVED if image is not None and image.archived else ""
    manifest = details.manifest if details is not None else None
    if manifest is not None and manifest.kind is ManifestKind.ARTIFACT:
        refusal = _ARTIFACT
    target = Target(spot.home, spot.repository, ImageId(digest, tag))
    return Subject(target, _called(spot.repository, digest, tag), refusal)


def _called(repository: str, digest: str, tag: str) -> str:
    return f"{repository}:{tag}" if tag else f"{repository}@{digest[:19]}"


def _go_on(screen: PlaceScreen, agreed: Agreed) -> None:
    """To its log; what takes the terminal gets it."""
    from ecrtui.tui.screens.containers import container_spot
    from ecrtui.tui.terminal import Handed, hand

    if agreed.container is not None:
        navigation.enter(screen, container_spot(agreed.container))
        return
    plan = agreed.plan

    def make() -> Handed:
        from ecrtui.render.docker_line import interactive_line
        from ecrtui.workflows import containers

        client, labels = containers.client(), containers.labels_of(plan.source)
        image, program = plan.ready.sure_name, client.program
        line = interactive_line(plan.spec, image, program=program, labels=labels)
        secrets = {one.name: one.value or "" for one in line.secrets}
        return Handed(
            plan.source,
            (program, *client.options, *line.words[1:]),
            {**client.environment, **secrets},
            is_shell=agreed.is_shell,
            failed=lambda: containers.remove_unstarted(labels),
        )

    hand(screen, make)
