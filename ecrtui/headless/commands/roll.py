"""`ecrtui roll IMAGE --service CLUSTER/NAME`: a service or a function made to run an image."""

from __future__ import annotations

import argparse

from ecrtui.errors import UsageError
from ecrtui.headless import narration
from ecrtui.headless.carrying import carry_out
from ecrtui.headless.output import Output
from ecrtui.model.plan import Outcome
from ecrtui.workflows.locate import locate
from ecrtui.workflows.rolling import roll, workload
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch


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
    watch = Watch()

    def carried(given: Watch) -> Outcome:
        nonlocal watch
        watch = given
        return roll.run(services, plan, given)

    try:
        return carry_out(services, options, output, plan, carried)
    finally:  # what ECS said is what one needs when it failed
        for _, line in watch.log:
            narration.say(line)
