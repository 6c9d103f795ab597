"""`ecrtui credentials rotate`: a new access key in place of the old one, and the way back."""

from __future__ import annotations

import argparse

from ecrtui.errors import UsageError
from ecrtui.headless.carrying import carry_out
from ecrtui.headless.output import Output
from ecrtui.workflows.credentials import rotate
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch


def run(services: Services, options: argparse.Namespace, output: Output, name: str) -> int:
    """Go on with a rotation, or back, or end it."""
    if options.finish and options.undo:
        raise UsageError("--finish and --undo", title="One of the two")
    if options.even_if_used and not options.finish:
        raise UsageError("--even-if-used goes with --finish", title="Wrong usage")
    plan = _plan(services, options, name)
    return carry_out(services, options, output, plan, lambda w: rotate.run(services, plan, w))


def _plan(services: Services, options: argparse.Namespace, name: str) -> rotate.RotationPlan:
    watch = Watch()
    if options.finish:
        return rotate.finish_plan(services, name, watch, even_if_used=options.even_if_used)
    return (rotate.back_plan if options.undo else rotate.plan)(services, name, watch)
