"""`ecrtui tag IMAGE TAG...`: more names for what is in a registry."""

from __future__ import annotations

import argparse
from functools import partial

from ecrtui.headless.carrying import carry_out
from ecrtui.headless.output import Output
from ecrtui.workflows import tag
from ecrtui.workflows.locate import locate
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Show what moves, ask, put the tags."""
    request = tag.TagRequest(locate(services, options.image), tuple(options.tags))
    plan = tag.plan(services, request)
    return carry_out(services, options, output, plan, partial(tag.run, services, plan))
