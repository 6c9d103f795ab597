"""`copy FROM TO`, `push LOCAL IMAGE`, `export IMAGE FILE`, `import FILE IMAGE`: one deed."""

from __future__ import annotations

import argparse

from ecrtui.errors import UsageError
from ecrtui.headless.carrying import carry_out
from ecrtui.headless.output import Output
from ecrtui.headless.progress_bar import ProgressBar
from ecrtui.workflows.locate import locate
from ecrtui.workflows.moving import copy
from ecrtui.workflows.moving.copy import CopyRequest
from ecrtui.workflows.moving.shorthand import file_read, file_written, local_image
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

_FROM = {"push": local_image, "import": file_read}
_TO = {"export": file_written}


def _platforms(options: argparse.Namespace) -> tuple[str, ...]:
    """Of `--platforms`; `--platform` is an option of all commands."""
    if options.platform and options.platforms:
        raise UsageError(
            "--platform and --platforms",
            title="These do not go together",
            hint="--platform takes one image, --platforms an index of several.",
        )
    return tuple(map(str.strip, options.platforms.split(","))) if options.platforms else ()


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Plan it, ask where a registry changes, do it, print what came of it."""
    kind = options.command
    request = CopyRequest(
        source=locate(services, _FROM.get(kind, str)(options.source)),
        target=locate(services, _TO.get(kind, str)(options.target)),
        kind=kind,
        platforms=_platforms(options),
        referrers=options.referrers,
        create=options.create,
        replace=options.replace,
    )
    watch = Watch()
    with ProgressBar(watch):  # an interrupt ends it at once: nothing is changed yet
        plan = copy.plan(services, request, watch)
    return carry_out(services, options, output, plan, lambda watch: copy.run(services, plan, watch))
