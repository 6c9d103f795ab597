"""Headless commands: from options to an exit code."""

from __future__ import annotations

import argparse
from importlib import import_module
from keyword import iskeyword

from ecrtui.config.locations import Locations
from ecrtui.config.settings import load
from ecrtui.headless import narration
from ecrtui.workflows.services import Options, Services


def services_for(options: argparse.Namespace) -> Services:
    """What workflows need, as the options and the settings file say; also for the explorer."""
    locations = Locations.standard()
    if options.debug:
        _start_log(locations)
    chosen = Options(
        profiles=tuple(options.profile),
        regions=tuple(options.region),
        all_regions=options.all_regions,
        endpoint_url=options.endpoint_url,
        platform=options.platform,
        read_only=options.read_only,
        use_cache=not options.no_cache,
        whole=getattr(options, "whole", False),
    )
    return Services(chosen, load(locations.settings_file), locations)


def _start_log(locations: Locations) -> None:
    from ecrtui.workflows.diagnostics import start_log

    path = start_log(locations)
    narration.say(f"the log is in {path}" if path else "no place to write a log")


def run(options: argparse.Namespace) -> int:
    """Run one command; each is a module of `ecrtui.headless.commands`, imported when needed."""
    from ecrtui.headless.asking import Terminal
    from ecrtui.headless.output import Output
    from ecrtui.render.ages import Times

    services = services_for(options)
    services.questions = Terminal().questions()
    times = Times(services.clock.now(), absolute=services.settings.times == "utc")
    output = Output.standard(options.format or "", times)
    name = f"{options.command}_" if iskeyword(options.command) else options.command
    command = import_module(f"ecrtui.headless.commands.{name}")
    try:
        code: int = command.run(services, options, output)
        return code
    finally:
        services.close()
