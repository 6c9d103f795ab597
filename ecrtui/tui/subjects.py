"""What is meant when something is to be moved: the marked rows, or the one stood on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ecrtui.config import commands as kinds
from ecrtui.model.folding import Member
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import ManifestKind
from ecrtui.model.places import Home, Outside, Registry
from ecrtui.model.previous import runs
from ecrtui.model.reference import Transport
from ecrtui.render.images import ImageRow, image_name, row_key, telling_tag
from ecrtui.tui.screens.engine import name_and_tag
from ecrtui.tui.widgets.resource_table import ResourceTable
from ecrtui.workflows.locate import Target

if TYPE_CHECKING:
    from ecrtui.model.details import ImageDetails
    from ecrtui.model.local import EngineImage
    from ecrtui.tui.screens.image.screen import ImageScreen
    from ecrtui.tui.screens.images import ImagesScreen
    from ecrtui.tui.screens.place import PlaceScreen

MOST = 100
"""Images moved at once: each is planned before any moves."""


class Subject(NamedTuple):
    """One image that is meant."""

    target: Target
    called: str
    """`team/app:v1`, or `team/app@9f31c2a7...`."""
    tag: str = ""
    """What says most of which image it is; '' where it has none."""
    platforms: tuple[str, ...] = ()
    """That its index is known to hold."""
    archived: bool = False
    no_image: str = ""
    """Why no engine can run it; '' for an image."""

    @property
    def home(self) -> Home:
        """Where it is."""
        return self.target.home


def why_none(screen: PlaceScreen) -> str:
    """Why nothing can be moved from here; '' when something can. Asked with every key."""
    if screen.spot.kind == kinds.IMAGE:
        return ""
    table = _table(screen)
    if len(table.data.marks) > MOST:
        return f"{len(table.data.marks):,} rows are marked: {MOST} can be moved at once."
    there = table.data.marks or table.current is not None
    return "" if there else "There is no row to stand on."


def why_no_pull(screen: PlaceScreen) -> str:
    """Why what is meant cannot be brought to the engine."""
    home = screen.spot.home
    if isinstance(home, Outside) and home.transport is Transport.DAEMON:
        return "It is on this machine."
    return next((one.no_image for one in subjects(screen) if one.no_image), "")


def why_no_tag(screen: PlaceScreen) -> str:
    """Why the image stood on gets no tag."""
    home = screen.spot.home
    if isinstance(home, Outside) and not home.is_remote:
        return "Tags are given in registries."
    return "There is no row to stand on." if subject_here(screen) is None else ""


def why_no_archive(screen: PlaceScreen) -> str:
    """Why what is meant goes neither into the archive nor out of it."""
    if not isinstance(screen.spot.home, Registry) or screen.spot.home.is_public:
        return "Only private registries of ECR have an archive."
    both = len({one.archived for one in subjects(screen)}) > 1
    return "Some of the marked rows are archived, some are not." if both else ""


def subjects(screen: PlaceScreen) -> list[Subject]:
    """The marked rows in their order, else the one stood on; an image's own screen means it."""
    if screen.spot.kind == kinds.IMAGE:
        return [_of_screen(cast("ImageScreen", screen))]
    table = _table(screen)
    rows = table.data.marked() or ([table.current] if table.current is not None else [])
    return [_of_row(screen, row) for row in rows]


def subject_here(screen: PlaceScreen) -> Subject | None:
    """The image stood on, whatever is marked; None where there is no row."""
    if screen.spot.kind == kinds.IMAGE:
        return _of_screen(cast("ImageScreen", screen))
    row = _table(screen).current
    return _of_row(screen, row) if row is not None else None


def _table(screen: PlaceScreen) -> ResourceTable[Any]:
    return cast("ImagesScreen", screen).table


def _of_row(screen: PlaceScreen, row: Any) -> Subject:
    if screen.spot.kind == kinds.ENGINE:
        return in_engine(row)
    return _in_list(cast("ImagesScreen", screen), row)


def _in_list(screen: ImagesScreen, row: ImageRow) -> Subject:
    digest, repository = row_key(row), screen.spot.repository
    tags = row.image.image_tags if row.image is not None else ()
    tag = telling_tag(tags)
    manifest = None if isinstance(row, Member) else row.manifest
    children = manifest.platforms if manifest is not None else ()
    return Subject(
        Target(screen.registry, repository, ImageId(digest, tag)),
        called(repository, digest, tag),
        tag,
        tuple(str(child.platform) for child in children if child.platform),
        row.image is not None and row.image.archived,
        _no_image(row),
    )


def _no_image(row: ImageRow) -> str:
    if isinstance(row, Member):
        return "" if row.role == "platform" else f"It is no image but a part: {row.role}."
    if row.image.archived or runs(row.image):
        return ""
    return f"{image_name(row.image)} is an artifact: engines run images only."


def _of_screen(screen: ImageScreen) -> Subject:
    details, spot = screen.details, screen.spot
    digest = details.digest if details is not None else spot.digest
    tags = details.image.image_tags if details is not None and details.image is not None else ()
    # Of a child of an index the label is its platform.
    named = isinstance(spot.home, Outside) or not spot.digest
    tag = telling_tag(tags) or (spot.label if named else "")
    children = details.manifest.platforms if details is not None and details.manifest else ()
    image_id = ImageId(digest, tag)
    if isinstance(spot.home, Outside) and spot.home.transport is not Transport.DOCKER:
        image_id = ImageId("", tag) if tag else ImageId(digest)
    return Subject(
        Target(spot.home, spot.repository, image_id),
        called(spot.repository, digest, tag) if isinstance(spot.home, Registry) else spot.name,
        tag,
        tuple(str(child.platform) for child in children if child.platform),
        details is not None and details.image is not None and details.image.archived,
        _artifact(details),
    )


def _artifact(details: ImageDetails | None) -> str:
    kind = details.manifest.kind if details is not None and details.manifest else None
    artifact = kind is ManifestKind.ARTIFACT
    return "It is an artifact: engines run images only." if artifact else ""


def in_engine(row: EngineImage) -> Subject:
    """An image of the engine."""
    repository, tag = name_and_tag(row)
    target = Target(Outside(Transport.DAEMON), repository, ImageId("", tag))
    return Subject(target, row.name, tag if row.names else "")


def called(repository: str, digest: str, tag: str) -> str:
    """`team/app:v1`, or the start of a digest."""
    return f"{repository}:{tag}" if tag else f"{repository}@{digest.partition(':')[2][:12]}"
