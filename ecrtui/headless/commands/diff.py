"""`ecrtui diff FROM TO`: what changed from one image to another."""

from __future__ import annotations

import argparse
from typing import Any

from ecrtui.compare.comparison import Comparison
from ecrtui.errors import NotFound
from ecrtui.headless import narration
from ecrtui.headless.contents import (
    Contents,
    contents_document,
    contents_of,
    markdown_lines,
    text_lines,
)
from ecrtui.headless.output import TABLE, Output
from ecrtui.headless.reading import Told
from ecrtui.render.comparison import comparison_lines, markdown
from ecrtui.render.comparison_document import comparison_document
from ecrtui.render.sizes import size
from ecrtui.render.summary import summary, unsure
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
        output.lines([f"{field.label:<10}{field.text}"] for field in summary(found))
        for line in comparison_lines(found, glob=glob, most=_MOST):
            output.lines([[f"{line.part:<8}{line.sign} {line.name}  {line.detail}".rstrip()]])
    output.lines(text_lines(contents) if contents else ())


_MOST = 200
"""Files a person at a terminal is shown; a program gets all."""


def _document(
    services: Services, found: Comparison, glob: str, contents: Contents | None
) -> dict[str, Any]:
    traffic = services.traffic
    fetched = {"bytes": traffic.bytes, "requests": traffic.requests}
    shown = {one.path: contents_document(one) for one in contents.shown} if contents else {}
    left = contents.left if contents else None
    return comparison_document(found, fetched, glob=glob, contents=shown, contents_left=left)


def _tell(services: Services, found: Comparison) -> None:
    for one in found.skipped:
        narration.say(f"{one.path} was not read: {one.reason}")
    traffic = services.traffic
    narration.say(f"fetched {size(traffic.bytes)} in {traffic.requests} requests")
    if found.unsure is not None:
        narration.say(f"{unsure(found)}: --deep reads them")
