"""Deleting from where one stands: what is meant becomes a list of what would go."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ecrtui.config import commands as kinds
from ecrtui.model.image import ImageId
from ecrtui.model.places import Registry
from ecrtui.tui import navigation
from ecrtui.tui.spot import Spot
from ecrtui.tui.subjects import Subject, subjects

if TYPE_CHECKING:
    from ecrtui.model.repository import Repository
    from ecrtui.tui.screens.images import ImagesScreen
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.tui.screens.pruning import PruningScreen
    from ecrtui.tui.screens.repositories import RepositoriesScreen
    from ecrtui.workflows.untag import UntagPlan
    from ecrtui.workflows.watch import Watch


def prune(screen: PlaceScreen) -> None:
    """By rules: of the repository one is in or stands on, or other rules for the same."""
    if screen.spot.kind == kinds.PRUNING:
        cast("PruningScreen", screen).ask_rules()
        return
    navigation.enter(screen, Spot(kinds.PRUNING, screen.spot.registry, screen.repository_here()))


def delete(screen: PlaceScreen) -> None:
    """What is meant here: images, or a repository."""
    if screen.spot.kind == kinds.REPOSITORIES:
        _repository(cast("RepositoriesScreen", screen))
    else:
        _images(screen, subjects(screen))


def why_no_delete(screen: PlaceScreen) -> str:
    """Why nothing can be deleted from here."""
    if not isinstance(screen.spot.home, Registry):
        return "Only images in ECR are deleted from here."
    if screen.spot.kind == kinds.IMAGE:
        return ""
    table = cast("ImagesScreen", screen).table
    return "" if table.data.marks or table.current is not None else "There is no row to stand on."


def why_no_prune(screen: PlaceScreen) -> str:
    """Why no rules can be said here."""
    if screen.spot.kind == kinds.PRUNING:
        return cast("PruningScreen", screen).why_no_rules()
    return "" if screen.repository_here() else "There is no row to stand on."


def _images(screen: PlaceScreen, meant: list[Subject]) -> None:
    tags = _tags(screen) if len(meant) == 1 else ()
    if len(tags) < 2:
        _whole(screen, meant)
        return
    from ecrtui.tui.screens.picker import Choice, pick

    choices = [Choice("the image", f"with all its tags: {', '.join(tags)}", "")]
    choices += [Choice(f"only the tag {tag}", "the image stays", tag) for tag in tags]

    def chosen(choice: Choice) -> None:
        if choice.value:
            _tag(screen, meant[0], choice.value)
        else:
            _whole(screen, meant)

    pick(screen, f"Delete of {meant[0].called}", choices, chosen)


def _tags(screen: PlaceScreen) -> tuple[str, ...]:
    """The tags of the one image that is meant."""
    if screen.spot.kind == kinds.IMAGE:
        image = getattr(getattr(screen, "details", None), "image", None)
    else:
        table = cast("ImagesScreen", screen).table
        rows = table.data.marked() or ([table.current] if table.current is not None else [])
        image = rows[0].image if rows else None
    return image.image_tags if image is not None else ()


def _whole(screen: PlaceScreen, meant: list[Subject]) -> None:
    from ecrtui.tui.screens.pruning import PruningScreen
    from ecrtui.workflows.prune import PruneRequest

    target = meant[0].target
    request = PruneRequest(
        registry=target.registry,
        repository=target.repository,
        images=tuple(
            ImageId(one.target.image_id.image_digest)
            if one.target.image_id.image_digest
            else one.target.image_id
            for one in meant
        ),
    )
    spot = Spot(kinds.PRUNING, target.registry, target.repository)
    screen.app.push_screen(PruningScreen(screen.session, spot, request))


def _tag(screen: PlaceScreen, subject: Subject, tag: str) -> None:
    from ecrtui.tui.screens.plan import propose
    from ecrtui.workflows import prune, untag
    from ecrtui.workflows.prune import PrunePlan

    services = screen.session.services

    def run(made: UntagPlan | PrunePlan, watch: Watch) -> object:
        if isinstance(made, PrunePlan):
            return prune.run(services, made, watch)
        return untag.run(services, made, watch)

    propose(screen, lambda _: untag.plan(services, subject.target, (tag,)), run)  # type: ignore[arg-type]


def _repository(screen: RepositoriesScreen) -> None:
    from ecrtui.tui.screens.pruning import PruningScreen
    from ecrtui.workflows.prune import PruneRequest

    row: Repository | None = screen.table.current
    if row is not None:
        request = PruneRequest(
            registry=screen.registry,
            repository=row.repository_name,
            with_repository=True,
            with_images=True,
        )
        spot = Spot(kinds.PRUNING, screen.registry, row.repository_name)
        screen.app.push_screen(PruningScreen(screen.session, spot, request))
