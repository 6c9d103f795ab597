"""`ecrtui diff FROM TO`: what changed from one image to another."""

from __future__ import annotations

import argparse
from typing import Any

import msgspec

from ecrtui.compare.comparison import Comparison
from ecrtui.compare.files import Difference, FileChange
from ecrtui.compare.layers import LayerChange
from ecrtui.errors import NotFound
from ecrtui.headless import narration
from ecrtui.headless.contents import (
    Contents,
    Shown,
    contents_document,
    contents_of,
    markdown_lines,
    text_lines,
)
from ecrtui.headless.entries import entry_document, shown_path
from ecrtui.headless.output import TABLE, Output
from ecrtui.headless.reading import Told
from ecrtui.model.details import ImageDetails
from ecrtui.render.comparison import comparison_lines, markdown, matching, summary_lines
from ecrtui.render.sizes import size
from ecrtui.workflows.compare import compare
from ecrtui.workflows.services import Services

DIFFERS = 1


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the difference; with --exit-code 1 when there is one."""
    found = None
    with Told() as told:
        for found in compare(  # noqa: B007
            services,
            options.before,
            options.after,
            level="files" if options.level == "contents" else options.level,
            mtime=options.mtime,
            deep=options.deep,
            note=told.note,
        ):
            pass
        if found is None:
            raise NotFound(options.before)
        contents = None
        if options.level == "contents":
            contents = contents_of(
                services,
                found,
                output.format,
                glob=options.path,
                unmasked=options.show_secrets,
                note=told.note,
            )
    if output.is_json:
        output.document(_document(services, found, options.path, contents))
    else:
        _print(found, options.path, output, contents)
    _tell(services, found)
    if contents is not None and contents.masked:
        narration.say(f"{contents.masked:,} lines are masked: --show-secrets shows them")
    return DIFFERS if options.exit_code and not found.same else 0


def _print(found: Comparison, glob: str, output: Output, contents: Contents | None) -> None:
    if output.format == "markdown":
        output.lines([line] for line in markdown(found, glob=glob))
        output.lines([line] for line in (markdown_lines(contents) if contents else ()))
        return
    if output.format != TABLE:
        output.lines(comparison_lines(found, glob=glob))
    else:
        output.lines([f"{label:<8}{text}"] for label, text in summary_lines(found))
        for line in comparison_lines(found, glob=glob, most=_MOST):
            output.lines([[f"{line.part:<8}{line.sign} {line.name}  {line.detail}".rstrip()]])
    output.lines(text_lines(contents) if contents else ())


_MOST = 200
"""Files a person at a terminal is shown; a program gets all."""


def _tell(services: Services, found: Comparison) -> None:
    for one in found.skipped:
        narration.say(f"{one.path} was not read: {one.reason}")
    traffic = services.traffic
    narration.say(f"fetched {size(traffic.bytes)} in {traffic.requests} requests")
    if found.unsure is not None:
        narration.say(
            f"{found.unsure.paths:,} paths told as added or removed may replace files of"
            f" {found.unsure.layers} shared layers ({size(found.unsure.bytes)}) that were not read:"
            " --deep reads them"
        )


def _document(
    services: Services, found: Comparison, glob: str, contents: Contents | None
) -> dict[str, Any]:
    """As docs/json.md says; null is what was not looked at."""
    return {
        "from": _side(found.before),
        "to": _side(found.after),
        "config": [
            {"field": row.field, "from": row.before, "to": row.after} for row in found.config
        ],
        "layers": [_layer(row) for row in found.layers],
        **_of_files(found, glob, contents),
        "packages": None if found.packages is None else msgspec.to_builtins(found.packages),
        "findings": None,
        "bites": [
            {"kind": one.kind, "subject": shown_path(one.subject), "text": one.text}
            for one in found.bites
        ],
        "unsure": None if found.unsure is None else msgspec.to_builtins(found.unsure),
        "fetched": {"bytes": services.traffic.bytes, "requests": services.traffic.requests},
    }


def _layer(row: LayerChange) -> dict[str, Any]:
    return {
        "change": row.change,
        "recompressed": row.recompressed,
        "digest": row.digest,
        "diffId": row.diff_id or None,
        "size": row.size,
        "createdBy": row.created_by or None,
    }


def _of_files(found: Comparison, glob: str, contents: Contents | None) -> dict[str, Any]:
    files = found.files
    if files is None:
        return {"files": None, "renames": None, "summary": None, "contentsLeft": None}
    shown = {one.path: one for one in contents.shown} if contents else {}
    return {
        "files": [_file(files, row, shown.get(row.path)) for row in matching(files, glob)],
        "contentsLeft": contents.left if contents else None,
        "renames": [
            {"from": shown_path(one.before), "to": shown_path(one.after)} for one in files.renames
        ],
        "summary": msgspec.to_builtins(files.summary),
    }


def _side(details: ImageDetails) -> dict[str, Any]:
    manifest = details.image_manifest
    return {
        "reference": details.reference,
        "digest": manifest.digest if manifest else details.digest,
        "platform": str(details.config.platform) if details.config else None,
        "size": manifest.layer_bytes if manifest else None,
    }


def _file(files: Difference, row: FileChange, contents: Shown | None) -> dict[str, Any]:
    before = after = None
    if row.before is not None:
        before = entry_document(row.before, files.a.layer(row.path) + 1)
    if row.after is not None:
        after = entry_document(row.after, files.b.layer(row.path) + 1)
    either = row.after or row.before
    return {
        "path": shown_path(row.path),
        "change": row.change,
        "type": either.kind.label if either else None,
        "from": before,
        "to": after,
        "differs": row.differs,
        "contents": contents_document(contents),
    }
