"""`ecrtui files IMAGE`: every file of an image, as a container would see it, or one's contents."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import chain, islice
from shlex import quote

from ecrtui.compare.filesystem import FileSystem
from ecrtui.compare.texts import text_of
from ecrtui.errors import NotFound, UsageError
from ecrtui.headless import narration
from ecrtui.headless.entries import FILES, Row
from ecrtui.headless.output import Output
from ecrtui.headless.progress_bar import ProgressBar
from ecrtui.headless.reading import Told, other_platform, say_tables
from ecrtui.model.contents import FileContents
from ecrtui.model.details import ImageDetails
from ecrtui.model.files import EntryKind
from ecrtui.render.secrets import masked_text
from ecrtui.render.sizes import size
from ecrtui.workflows.file_contents import layers_down_to, read_file
from ecrtui.workflows.look_inside import Note, file_system, image_inside
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

_TOGETHER = 1000
_LARGEST = 512 * 1024 * 1024
"""Bytes of a file that is printed: it is held in memory until all of it is verified."""


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the flattened file system; --path takes the paths a glob matches, --cat one file."""
    if options.cat and options.format:
        raise UsageError("--cat", title="A file is printed as it is", hint="Leave out the format.")
    watch = Watch()
    with ProgressBar(watch):
        details = image_inside(services, options.image, watch=watch)
    for remark in other_platform(details, services.options.platform):
        narration.say(remark)
    with Told() as told:
        if options.cat:
            contents = _contents(services, details, options.cat, told.note)
        else:
            files = file_system(services, details, told.note)
    if options.cat:
        _cat(contents, output, unmasked=options.show_secrets)
        return 0
    pages = _pages(files, options.path)
    first = next(pages, None)
    output.pages(FILES, pages if first is None else chain([first], pages))
    if first is None and options.path:
        narration.say(f"no path of the image matches {options.path}")
    say_tables(files.layers)
    return 0


def _contents(services: Services, details: ImageDetails, path: str, note: Note) -> FileContents:
    """The file that a path leads to, read from no more layers than it takes."""
    named = os.fsencode(path).decode("utf-8", "surrogateescape")
    files = layers_down_to(services, details, named, note)
    return read_file(services, details, files, _meant(files, named), note, most=_LARGEST)


def _meant(files: FileSystem, path: str) -> str:
    """The regular file a path leads to, as in a container; raises NotFound, UsageError."""
    found = files.resolve(path)
    if found is None:
        raise NotFound(
            path,
            title="There is no such file in the image",
            hint="ecrtui files IMAGE --path GLOB lists those there are.",
        )
    kind = files.kind(found)
    if kind is not EntryKind.FILE:
        listed = f"ecrtui files IMAGE --path {quote(found.rstrip('/') + '/*')} lists what is in it."
        hint = listed if kind is EntryKind.DIRECTORY else "Only regular files have contents."
        raise UsageError(path, title=f"It is no file but a {kind.label}", hint=hint)
    if files.facts(found).size > _LARGEST:
        raise UsageError(
            f"{path} has {size(files.facts(found).size)}",
            title="The file is too large to be printed",
            hint=f"At most {size(_LARGEST)} are; docker cp or skopeo copy get it whole.",
        )
    return found


def _cat(contents: FileContents, output: Output, *, unmasked: bool) -> None:
    """A file's own bytes; on a terminal made visible, with secrets masked."""
    if not output.terminal:
        output.raw(contents.data)
        return
    text = text_of(contents.data)
    if text is None:
        raise UsageError(
            f"{contents.entry.path} has {size(contents.entry.size)}",
            title="The file is no text, and this is a terminal",
            hint="Send it to a file or a program: ecrtui files IMAGE --cat PATH > FILE",
        )
    lines = text.lines if unmasked else masked_text(text.lines)
    output.lines(line.split("\t") for line in lines)
    hidden = sum(one != other for one, other in zip(lines, text.lines, strict=True))
    if hidden:
        narration.say(f"{hidden:,} lines are masked: --show-secrets shows them")
    if text.more:
        narration.say(f"only the first {len(lines):,} lines are shown")


def _pages(files: FileSystem, glob: str) -> Iterator[list[Row]]:
    rows = (
        (entry, layer + 1)
        for entry, layer in files.rows()
        if not glob or fnmatchcase(entry.path, glob)
    )
    while page := list(islice(rows, _TOGETHER)):
        yield page
