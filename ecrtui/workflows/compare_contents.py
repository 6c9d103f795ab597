"""The contents of files that two compared images have differently.

compare_file(services, found, "/etc/nginx.conf")     # one file, read from both sides
compare_files(services, found, paths)                # many, each side's layers in one pass
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from ecrtui.compare.comparison import Comparison
from ecrtui.compare.contents import ContentsDifference, contents_difference
from ecrtui.compare.files import Difference
from ecrtui.compare.filesystem import FileSystem
from ecrtui.errors import NotFound
from ecrtui.model.contents import FileContents
from ecrtui.model.details import ImageDetails
from ecrtui.workflows.file_contents import LARGEST, read_files
from ecrtui.workflows.look_inside import Note
from ecrtui.workflows.services import Services

_HAVE_CONTENTS = frozenset({"content", "size", "type", "linkname"})


def compare_file(
    services: Services, found: Comparison, path: str, note: Note | None = None
) -> ContentsDifference:
    """One file of two images whose files were compared; raises what reading its layers raises.

    NotFound for a path that neither has.
    """
    for _, difference in compare_files(services, found, [path], note):
        return difference
    raise NotFound(path, title="Neither image has such a file")


def compare_files(
    services: Services, found: Comparison, paths: Sequence[str], note: Note | None = None
) -> Iterator[tuple[str, ContentsDifference]]:
    """Some files, in the order given; those that neither image has are left out.

    Both sides of all of them are in memory at once: `chosen` bounds that.
    """
    files = _files(found)
    before = _side(services, found.before, files.a, paths, note)
    after = _side(services, found.after, files.b, paths, note)
    for path in paths:
        if path in before or path in after:
            yield path, contents_difference(before.get(path), after.get(path))


def with_contents(found: Comparison, glob: str = "") -> list[str]:
    """Changed paths whose contents are worth a look: modified ones, sorted.

    With a glob those it matches, and then also what was added or removed.
    """
    files = _files(found)
    if glob:
        return [path for path in files.paths() if _counts(files, path) and fnmatchcase(path, glob)]
    return sorted(path for path in files.modified if _counts(files, path))


def chosen(found: Comparison, paths: Sequence[str], *, files: int, size: int) -> list[str]:
    """The first of some paths: so many at most, and of so many bytes on both sides together."""
    taken: list[str] = []
    left = size
    for path in paths[:files]:
        left -= sum(min(LARGEST, one.entry(path).size) for one in _sides(found) if path in one)
        if left < 0 and taken:
            break
        taken.append(path)
    return taken


def _counts(files: Difference, path: str) -> bool:
    differs = files.modified.get(path)
    return differs is None or not _HAVE_CONTENTS.isdisjoint(differs)


def _side(
    services: Services,
    details: ImageDetails,
    files: FileSystem,
    paths: Sequence[str],
    note: Note | None,
) -> dict[str, FileContents]:
    there = [path for path in paths if path in files]
    return {one.entry.path: one for one in read_files(services, details, files, there, note)}


def _files(found: Comparison) -> Difference:
    if found.files is None:  # a comparison of files has them
        raise AssertionError(found.before.reference)
    return found.files


def _sides(found: Comparison) -> tuple[FileSystem, FileSystem]:
    files = _files(found)
    return files.a, files.b
