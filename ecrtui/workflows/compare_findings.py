"""The findings of two images compared, beside the reading of their layers. No pull."""

from __future__ import annotations

from collections.abc import Callable

from ecrtui.compare.comparison import ComparedFindings
from ecrtui.compare.findings import compare
from ecrtui.errors import EcrtuiError
from ecrtui.model.details import ImageDetails
from ecrtui.model.finding import ScanReport
from ecrtui.model.image import ImageId
from ecrtui.model.places import Outside
from ecrtui.workflows.aside import Aside
from ecrtui.workflows.findings import report
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services

PATIENCE = 60.0
"""Seconds after which a comparison is told without them: botocore has given up by then."""


def asked(
    services: Services, before: ImageDetails, after: ImageDetails
) -> Callable[[float], ComparedFindings | None]:
    """Begin to ask for both; the answer waits so many seconds. None while there is none."""
    if not (_has(before) and _has(after)):
        return nobody
    aside: Aside[ComparedFindings | None] = Aside(lambda: _compared(services, before, after), None)
    return aside.answer


def nobody(_: float) -> None:
    """Where nobody is asked there is no answer."""


def turned(found: ComparedFindings | None) -> ComparedFindings | None:
    """The same, the other way round."""
    return found and of_both(found.after, found.before, found.problem)


def of_both(
    one: ScanReport | None, other: ScanReport | None, problem: Exception | None = None
) -> ComparedFindings:
    """What is told of two reports, as far as they are known."""
    known = one is not None and other is not None and one.known and other.known
    changes = compare(one, other) if one is not None and other is not None and known else None
    return ComparedFindings(one, other, changes, problem)


def _has(details: ImageDetails) -> bool:
    """Whether somebody may have scanned it."""
    elsewhere = isinstance(details.home, Outside) or details.home.is_public
    return not elsewhere and details.image_manifest is not None


def _compared(services: Services, before: ImageDetails, after: ImageDetails) -> ComparedFindings:
    try:
        one, other = _report(services, before), _report(services, after)
    except EcrtuiError as problem:
        return of_both(None, None, problem)
    return of_both(one, other)


def _report(services: Services, details: ImageDetails) -> ScanReport:
    digest = details.image_manifest.digest if details.image_manifest is not None else ""
    if isinstance(details.home, Outside):  # `_has` has seen to it
        raise AssertionError(details.reference)
    kept = services.scans.whole(details.home, details.repository, digest)
    return kept or report(services, Target(details.home, details.repository, ImageId(digest)))
