"""`ecrtui pull IMAGE`: the image in the engine, by the name that was asked for."""

from __future__ import annotations

import argparse
from functools import partial

from ecrtui.headless.carrying import carry_out
from ecrtui.headless.output import Output
from ecrtui.workflows.locate import locate
from ecrtui.workflows.pulling import pull
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Pull one image; nothing is changed in any registry, so nobody is asked."""
    target = locate(services, options.image)
    request = pull.PullRequest(target, services.options.platform, options.load, options.name)
    plan = pull.plan(services, request)
    return carry_out(services, options, output, plan, partial(pull.run, services, plan))
