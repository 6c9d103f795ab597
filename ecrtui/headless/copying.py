"""`copy FROM TO`, `push LOCAL IMAGE`, `export IMAGE FILE`, `import FILE IMAGE`: one deed."""

from __future__ import annotations

import argparse

from ecrtui.headless import narration
from ecrtui.headless.carrying import carry_out
from ecrtui.headless.output import Output
from ecrtui.model.reference import Transport
from ecrtui.workflows import copy
from ecrtui.workflows.copy import CopyRequest
from ecrtui.workflows.locate import locate
from ecrtui.workflows.services import Services
from ecrtui.workflows.shorthand import file_read, file_written, local_image

_FROM = {"push": local_image, "import": file_read}
_TO = {"export": file_written}


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Plan it, ask where a registry changes, do it, print what came of it."""
    kind = options.command
    request = CopyRequest(
        source=locate(services, _FROM.get(kind, str)(options.source)),
        target=locate(services, _TO.get(kind, str)(options.target)),
        kind=kind,
        referrers=options.referrers,
        create=options.create,
        replace=options.replace,
    )
    if str(request.source).startswith(Transport.DAEMON.value):
        narration.say("reading what the engine exports")
    plan = copy.plan(services, request)
    return carry_out(services, options, output, plan, lambda watch: copy.run(services, plan, watch))
