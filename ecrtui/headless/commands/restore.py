"""`ecrtui restore IMAGE` and `ecrtui archive IMAGE`: out of the archive and into it."""

from __future__ import annotations

import argparse
from functools import partial

from ecrtui.headless.carrying import carry_out
from ecrtui.headless.output import Output
from ecrtui.workflows import restore
from ecrtui.workflows.locate import locate
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Show what it means, ask, do it, wait until it is so."""
    target = locate(services, options.image)
    request = restore.StorageRequest(target, archive=options.command == "archive")
    plan = restore.plan(services, request)
    return carry_out(services, options, output, plan, partial(restore.run, services, plan))
