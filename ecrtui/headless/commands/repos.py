"""`ecrtui repos`: repositories of a registry, or of several."""

from __future__ import annotations

import argparse

from ecrtui.headless import tables
from ecrtui.headless.output import Output
from ecrtui.headless.scope import list_everywhere
from ecrtui.workflows import browse
from ecrtui.workflows.scope import registries_in_scope
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the repositories of every place asked for."""
    del options
    places = list(registries_in_scope(services))
    return list_everywhere(
        output, tables.REPOSITORIES, places, lambda place: browse.repositories(services, place)
    )
