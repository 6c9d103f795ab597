"""Two images compared, the cheapest first: configurations and layers, then files.

Only layers that the two do not share are read; a shared one only when something above it, in one
image alone, makes its files matter. What a whiteout hides always does. Whether a file that one
image alone writes was there before is looked up as deep as it costs little, or is asked for;
what stays unsure is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from ecrtui.compare.bites import config_bites, file_bites
from ecrtui.compare.comparison import Comparison, Unsure
from ecrtui.compare.config import config_changes, history_changes
from ecrtui.compare.files import Difference, difference
from ecrtui.compare.filesystem import FileSystem, flatten
from ecrtui.compare.layers import LayerChange, compared, to_read
from ecrtui.compare.reading import Open, opened, unsettled
from ecrtui.errors import NotFound, UsageError, WhichPlatform
from ecrtui.model.details import ImageDetails
from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import ImageConfig, Layer
from ecrtui.model.package import Inventory
from ecrtui.model.places import is_local
from ecrtui.oci.platforms import choose_platform, normal
from ecrtui.packages import difference as packages
from ecrtui.packages.inventory import lists_all, packages_of
from ecrtui.workflows.compare_findings import PATIENCE, asked, nobody, turned
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.locate import Target, locate
from ecrtui.workflows.look_inside import LayerProgress, Note, image_at, indexes, is_stored
from ecrtui.workflows.sboms import ATTACHED, listed_by_both
from ecrtui.workflows.services import Services

replace = msgspec.structs.replace
Level = Literal["config", "layers", "files"]
LEVELS: tuple[Level, ...] = ("config", "layers", "files")
"""How deep to look, each with those before it."""
Platforms = tuple[str, str]
"""`os/arch[/variant]` for the first image and for the second; '' for what suggests itself."""
ANY: Platforms = ("", "")


_AT_ONCE = 1.0
"""Seconds that what ECR knows of findings is waited for before layers are read."""
_SMALL = 8_000_000
"""Bytes of a layer that is read in a fraction of a second."""


def compare(
    services: Services,
    before: str,
    after: str,
    *,
    platforms: Platforms = ANY,
    level: Level = "files",
    mtime: bool = False,
    deep: bool = False,
    note: Note | None = None,
) -> Iterator[Comparison]:
    """Two images by reference, each value fuller than the one before.

    With `deep` shared layers are read until nothing is unsure. `note` first tells all layers that
    are to be read, with no bytes of them. What it raises ends the reading.
    Raises what reading raises; reading a manifest for the first time COUNTS AS A PULL.
    """
    targets = locate(services, before), locate(services, after)
    one, other = both(services, *targets, platforms=platforms)
    yield from compare_images(services, one, other, level=level, mtime=mtime, deep=deep, note=note)


def both(
    services: Services, before: Target, after: Target, *, platforms: Platforms = ANY
) -> tuple[ImageDetails, ImageDetails]:
    """Two images with manifest, config and layers, read at the same time. COUNTS AS A PULL.

    Where no platform was asked for, an index beside one platform's image is looked into for that.
    """

    def read(number: int) -> Iterator[tuple[int, ImageDetails | WhichPlatform]]:
        try:
            yield number, image_at(services, (before, after)[number], platforms[number])
        except WhichPlatform as problem:
            yield number, problem

    found = dict(fan_out(read, range(2)))
    one, other = found[0], found[1]
    if isinstance(one, WhichPlatform):
        one = _of_platform(services, before, one, other)
    if isinstance(other, WhichPlatform):
        other = _of_platform(services, after, other, one)
    if any(platforms) or services.options.platform:
        return one, other
    one = _like(services, before, one, other)
    return one, _like(services, after, other, one)


def _of_platform(
    services: Services, target: Target, unclear: WhichPlatform, other: ImageDetails | WhichPlatform
) -> ImageDetails:
    """An index for which no platform suggests itself, for that of the other image."""
    if isinstance(other, WhichPlatform):
        raise unclear
    return image_at(services, target, str(_config(other).platform))


def _like(
    services: Services, target: Target, details: ImageDetails, other: ImageDetails
) -> ImageDetails:
    """An index for the platform of an image that is none, where it has that."""
    wanted, manifest = _config(other).platform, details.manifest
    if other.chosen is not None or details.chosen is None or manifest is None:
        return details
    if normal(_config(details).platform) == normal(wanted):
        return details
    try:
        choose_platform(manifest, str(wanted))
    except (NotFound, UsageError):
        return details
    return image_at(services, target, str(wanted))


def compare_images(
    services: Services,
    before: ImageDetails,
    after: ImageDetails,
    *,
    level: Level = "files",
    mtime: bool = False,
    deep: bool = False,
    note: Note | None = None,
) -> Iterator[Comparison]:
    """Two images whose manifests and configs are known, as `compare` does."""
    depth = LEVELS.index(level)
    known = _of_manifests(before, after, layers=depth >= LEVELS.index("layers"))
    scans = asked(services, before, after) if depth else nobody
    yield known
    known = replace(known, findings=scans(_AT_ONCE if depth >= LEVELS.index("files") else PATIENCE))
    if known.findings is not None:
        yield known
    if depth >= LEVELS.index("files"):
        reader = _Reader(services, known, note)
        one, other = reader.file_systems(deep=deep)
        listed, problems = listed_by_both(services, before, after)
        known = replace(known, unsure=reader.unsure, listed=listed, skipped=problems)
        known = replace(known, findings=scans(PATIENCE))
        yield _with_files(known, one, other, mtime=mtime)


def again(known: Comparison, *, swap: bool = False, mtime: bool = False) -> Comparison:
    """The same two images, the other way round or with times, from what has been read."""
    before, after = (known.after, known.before) if swap else (known.before, known.after)
    found = _of_manifests(before, after, layers=bool(known.layers))
    found = replace(found, findings=turned(known.findings) if swap else known.findings)
    if known.files is None:
        return found
    one, other = known.files.a, known.files.b
    one, other = (other, one) if swap else (one, other)
    listed = known.listed[::-1] if swap and known.listed else known.listed
    skipped = tuple(row for row in known.skipped if row.path == ATTACHED)
    found = replace(found, unsure=known.unsure, listed=listed, skipped=skipped)
    return _with_files(found, one, other, mtime=mtime)


def _of_manifests(one: ImageDetails, other: ImageDetails, *, layers: bool) -> Comparison:
    a, b = _config(one), _config(other)
    history = history_changes(a.history, b.history)
    rows = compared(one.layers, other.layers) if layers else ()
    return Comparison(one, other, config_changes(a, b), history, rows, bites=config_bites(a, b))


def _with_files(
    known: Comparison, one: FileSystem, other: FileSystem, *, mtime: bool
) -> Comparison:
    files = difference(one, other, mtime=mtime)
    bites = file_bites(files, _config(known.before), _config(known.after))
    return _with_packages(replace(known, files=files, bites=known.bites + bites), files)


def _with_packages(known: Comparison, files: Difference) -> Comparison:
    one, other = _inventory(files.a), _inventory(files.b)
    changes = packages.difference(one.packages, other.packages)
    if known.listed is not None:
        told = (*one.packages, *other.packages)
        changes += packages.listed_difference(*known.listed, told)
    skipped = known.skipped + one.problems + other.problems
    return replace(known, packages=changes, skipped=skipped)


def _inventory(files: FileSystem) -> Inventory:
    unkept = (path for layer in files.layers for path in layer.unkept if path in files)
    return packages_of(_kept(files), unkept, _inside(files))


def _config(details: ImageDetails) -> ImageConfig:
    if details.config is None:  # image_at has seen to it
        raise AssertionError(details.reference)
    return details.config


class _Reader:
    """Reads as few layers of the two images as their comparison takes."""

    def __init__(self, services: Services, known: Comparison, note: Note | None) -> None:
        self._services = services
        self._known = known
        self._note = note
        self._read: dict[str, LayerIndex] = {}
        self.unsure: Unsure | None = None

    def file_systems(self, *, deep: bool) -> tuple[FileSystem, FileSystem]:
        """What changed in both, with the shared layers below where it takes them."""
        known = self._known
        reading = to_read(known.layers)
        above = [known.before.layers[number] for number in reading.before]
        other_above = [known.after.layers[number] for number in reading.after]
        self._announce([*other_above, *above])
        sides = ((known.after, other_above), (known.before, above))
        for details, layers in sorted(sides, key=lambda side: not is_local(side[0].home)):
            self._fetch(details, layers)
        one, other = self._indexes(above), self._indexes(other_above)
        shared = list(known.layers[: reading.shared])
        left = opened(flatten(one), flatten(other))
        while shared and ((deep and left) or self._matters(left, shared[-1])):
            layer = self._shared(shared.pop())
            one.insert(0, layer)
            other.insert(0, layer)
            left = unsettled(left, layer)
        if left and shared:
            self.unsure = Unsure(len(left.paths), len(shared), sum(row.size for row in shared))
        return flatten(one), flatten(other)

    def _announce(self, layers: list[Layer]) -> None:
        """Tell what is to be read before any of it is, so that a total is known."""
        if self._note is None:
            return
        for layer in layers:
            if not is_stored(self._services, layer):
                self._note(LayerProgress(layer, 0, 0))

    def _matters(self, left: Open, row: LayerChange) -> bool:
        """Whether a shared layer is to be read: it must be, or costs little.

        A book of packages that one image alone writes says nothing without the one below it.
        """
        if left.trees or any(map(lists_all, left.paths)):
            return True
        layer = self._known.after.layers[row.after or 0]
        cheap = row.size <= _SMALL or is_stored(self._services, layer)
        return bool(left.paths) and cheap

    def _shared(self, row: LayerChange) -> LayerIndex:
        side, number = self._known.after, row.after
        if is_local(self._known.before.home):
            side, number = self._known.before, row.before
        layer = side.layers[number or 0]
        self._fetch(side, [layer])
        return self._read[_key(layer)]

    def _fetch(self, details: ImageDetails, layers: list[Layer]) -> None:
        missing = [layer for layer in layers if _key(layer) not in self._read]
        by_place = {layer.index: _key(layer) for layer in missing}
        for place, index in indexes(self._services, details, missing, self._note):
            self._read[by_place[place]] = index

    def _indexes(self, layers: list[Layer]) -> list[LayerIndex]:
        return [self._read[_key(layer)] for layer in layers]


def _key(layer: Layer) -> str:
    """What tells a layer from others, however it is compressed."""
    return layer.diff_id or layer.digest


def _kept(files: FileSystem) -> dict[str, bytes]:
    """The kept small files that the file system shows, by path: package databases, os-release."""
    return {
        path: content
        for number, layer in enumerate(files.layers)
        for path, content in layer.kept.items()
        if path in files and files.layer(path) == number
    }


def _inside(files: FileSystem) -> dict[str, dict[str, bytes]]:
    """What the archives and programs that the file system shows tell of themselves, by path."""
    return {
        path: facts
        for number, layer in enumerate(files.layers)
        for path, facts in layer.inside.items()
        if path in files and files.layer(path) == number
    }
