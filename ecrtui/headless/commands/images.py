"""`ecrtui images REPO`: one element for each DescribeImages row."""

from __future__ import annotations

import argparse

from ecrtui.errors import InvalidReference
from ecrtui.headless import tables
from ecrtui.headless.output import Output
from ecrtui.headless.scope import list_everywhere
from ecrtui.model.reference import parse
from ecrtui.workflows import browse
from ecrtui.workflows.locate import place as located
from ecrtui.workflows.scope import registries_in_scope
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the images of a repository: in every place asked for, or where its URI says."""
    reference = parse(options.repository)
    if reference.tag or reference.digest:
        raise InvalidReference(
            options.repository,
            title="That is an image, not a repository",
            hint=f"Write {reference.name}, or: ecrtui inspect {options.repository}",
        )
    if reference.host or reference.region:
        target = located(services, reference)
        places, name = [target.registry], target.repository
    else:
        places, name = list(registries_in_scope(services)), reference.name
    return list_everywhere(
        output, tables.IMAGES, places, lambda place: browse.images(services, place, name)
    )
