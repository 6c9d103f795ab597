"""`ecrtui regions`: the registries at hand."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ecrtui.errors import EcrtuiError
from ecrtui.headless import narration, tables
from ecrtui.headless.output import Output
from ecrtui.model.places import RegionAccess, Registry, RegistrySummary
from ecrtui.workflows import places
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print every registry's last word; those that could not be asked are told on stderr."""
    del options
    last: dict[Registry, RegistrySummary] = {}
    for summary in places.registries(services):
        # Rows known before the account was have none in their registry: the later ones replace
        # them, also when the same place first comes without its account.
        if summary.registry.account:
            last.pop(_without_account(summary.registry), None)
        last[summary.registry] = summary
    rows = sorted(last.values(), key=_order)
    output.pages(tables.REGISTRIES, [rows])
    return _told(rows)


def _order(row: RegistrySummary) -> tuple[str, str, str]:
    """By place: answers come in any order, and two runs should compare."""
    return row.registry.profile, row.registry.region, row.registry.kind.value


def _without_account(place: Registry) -> Registry:
    return Registry(profile=place.profile, region=place.region, kind=place.kind)


def _told(rows: Sequence[RegistrySummary]) -> int:
    """Tell the problems; the exit code, 0 when any registry answered."""
    problems = [row for row in rows if isinstance(row.problem, EcrtuiError)]
    for row in problems:
        if row.access is not RegionAccess.NOT_ENABLED:
            narration.tell(
                _error(row), f"{row.registry.profile or 'default'} {row.registry.region}"
            )
    if any(row.repositories is not None for row in rows) or not problems:
        return 0
    return _error(problems[0]).exit_code


def _error(row: RegistrySummary) -> EcrtuiError:
    assert isinstance(row.problem, EcrtuiError)  # noqa: S101 - chosen so
    return row.problem
