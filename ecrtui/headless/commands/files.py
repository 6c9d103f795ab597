"""`ecrtui files IMAGE`: every file of an image, as a container would see it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice

from ecrtui.compare.filesystem import FileSystem
from ecrtui.headless.entries import FILES, Row
from ecrtui.headless.output import Output
from ecrtui.headless.reading import Told
from ecrtui.workflows.look_inside import file_system, image_inside
from ecrtui.workflows.services import Services

_TOGETHER = 1000


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the flattened file system; --path takes the paths a glob matches."""
    details = image_inside(services, options.image)
    with Told() as told:
        files = file_system(services, details, told.note)
    output.pages(FILES, _pages(files, options.path))
    return 0


def _pages(files: FileSystem, glob: str) -> Iterator[list[Row]]:
    rows = (
        (entry, layer + 1)
        for entry, layer in files.rows()
        if not glob or fnmatchcase(entry.path, glob)
    )
    while page := list(islice(rows, _TOGETHER)):
        yield page
