"""`ecrtui search TEXT`: hits as they come, in every registry at hand."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from ecrtui.errors import EcrtuiError, NotFound, UsageError
from ecrtui.headless import narration, tables
from ecrtui.headless.output import Output
from ecrtui.workflows.search import SearchHit, search
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print every hit; raises NotFound when there is none. Places that failed are told."""
    if not options.text.strip():
        raise UsageError("an empty text", title="Nothing to search for")
    failures: list[EcrtuiError] = []
    count = output.pages(tables.HITS, _hits(services, options.text, failures))
    if failures:
        return failures[0].exit_code
    if not count:
        raise NotFound(options.text, title="Nothing found", hint="Every place was looked at.")
    return 0


def _hits(services: Services, text: str, failures: list[EcrtuiError]) -> Iterator[list[SearchHit]]:
    for event in search(services, text):
        if isinstance(event, SearchHit):
            yield [event]
        elif isinstance(event.problem, EcrtuiError):
            narration.tell(event.problem, event.where)
            failures.append(event.problem)
