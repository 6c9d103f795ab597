"""`ecrtui layers IMAGE`: its layers, what they hold and what of it nobody sees."""

from __future__ import annotations

import argparse
from typing import Any, NamedTuple

from ecrtui.compare.waste import LayerUse, Waste, uses, waste
from ecrtui.headless import narration
from ecrtui.headless.output import Column, Listing, Output
from ecrtui.headless.progress_bar import ProgressBar
from ecrtui.headless.reading import Told, other_platform, say_tables
from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import Layer
from ecrtui.render.secrets import masked
from ecrtui.render.sizes import size
from ecrtui.workflows.look_inside import file_system, image_inside
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

FAILED = 1
"""A gate given on the command line was not passed."""


class _Row(NamedTuple):
    layer: Layer
    use: LayerUse
    read: LayerIndex


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the layers; 1 when they waste more than the options allow."""
    watch = Watch()
    with ProgressBar(watch):
        details = image_inside(services, options.image, watch=watch)
    for remark in other_platform(details, services.options.platform):
        narration.say(remark)
    with Told() as told:
        files = file_system(services, details, told.note)
    found = waste(files.layers)
    rows = [
        _Row(layer, use, index)
        for layer, use, index in zip(details.layers, uses(files), files.layers, strict=True)
    ]
    if output.is_json:
        output.document(_document(rows, found))
    else:
        output.pages(_LAYERS, [rows])
        narration.say(
            f"efficiency {found.efficiency:.1%}, {size(found.wasted_bytes)} in files that are"
            " there more than once"
        )
    say_tables(files.layers)
    return _judged(found, options)


def _judged(found: Waste, options: argparse.Namespace) -> int:
    failed = []
    if options.max_wasted is not None and found.wasted_bytes > options.max_wasted:
        failed.append(f"{size(found.wasted_bytes)} wasted, allowed {size(int(options.max_wasted))}")
    if options.min_efficiency is not None and found.efficiency < options.min_efficiency:
        failed.append(f"efficiency {found.efficiency:.4f}, wanted {options.min_efficiency:g}")
    for sentence in failed:
        narration.say(sentence)
    return FAILED if failed else 0


def _document(rows: list[_Row], found: Waste) -> dict[str, Any]:
    return {
        "layers": [_layer(row) for row in rows],
        "efficiency": found.efficiency,
        "wastedBytes": found.wasted_bytes,
        "wasted": [
            {"path": one.path, "count": one.count, "bytes": one.bytes} for one in found.wasted
        ],
    }


def _layer(row: _Row) -> dict[str, Any]:
    layer, use, read = row
    return {
        "index": layer.index,
        "digest": layer.digest,
        "diffId": layer.diff_id or None,
        "mediaType": layer.media_type or None,
        "size": layer.size,
        "uncompressedSize": _unpacked(row),
        "createdBy": layer.created_by or None,
        "entries": use.entries,
        "wastedBytes": use.wasted_bytes,
        "fromTableOfContents": read.from_toc,
    }


def _unpacked(row: _Row) -> int | None:
    """Bytes, None where a table of contents does not tell."""
    unknown = row.read.from_toc and not row.read.uncompressed_size
    return None if unknown else row.read.uncompressed_size


_LAYERS: Listing[_Row] = Listing(
    (
        Column("#", lambda row, _: str(row.layer.index), lambda row: str(row.layer.index)),
        Column("SIZE", lambda row, _: size(row.layer.size), lambda row: str(row.layer.size), True),
        Column(
            "UNPACKED",
            lambda row, _: "?" if _unpacked(row) is None else size(row.read.uncompressed_size),
            lambda row: "" if _unpacked(row) is None else str(row.read.uncompressed_size),
            True,
        ),
        Column(
            "UNSEEN",
            lambda row, _: size(row.use.wasted_bytes) if row.use.wasted_bytes else "",
            lambda row: str(row.use.wasted_bytes),
            True,
        ),
        Column(
            "ENTRIES",
            lambda row, _: f"{row.use.entries:,}",
            lambda row: str(row.use.entries),
            True,
        ),
        Column("DIGEST", None, lambda row: row.layer.digest),
        Column(
            "COMMAND",
            lambda row, _: masked(row.layer.created_by),
            lambda row: masked(row.layer.created_by),
        ),
    ),
    _layer,
)
