"""`ecrtui roll IMAGE --service CLUSTER/NAME`: a service or a function made to run an image."""

from __future__ import annotations

import argparse
from functools import partial

from ecrtui.errors import UsageError
from ecrtui.headless.carrying import carry_out
from ecrtui.headless.output import Output
from ecrtui.workflows.locate import locate
from ecrtui.workflows.rolling import roll, workload
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Plan it, ask, do it, follow it, print what came of it."""
    image = locate(services, options.image)
    if options.function and options.container:
        raise UsageError("--container", title="A function has no containers")
    if options.service:
        found = workload.service(services, options.service, image.registry)
    else:
        found = workload.function(services, options.function, image.registry)
    plan = roll.plan(services, roll.RollRequest(image, found, options.container))
    return carry_out(services, options, output, plan, partial(roll.run, services, plan))
