"""A plan as lines: what is taken, where it goes, what that costs, what to beware of."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.model.plan import Outcome, Plan
from ecrtui.render.sizes import size
from ecrtui.render.text import safe

_LABEL = 10


def plan_lines(plan: Plan) -> Iterator[str]:
    """One fact a line, the label first; warnings at the end."""
    for label, text in (("from", plan.source), ("to", plan.target), ("digest", plan.digest)):
        if text:
            yield f"{label:<{_LABEL}}  {safe(text)}"
    for label, text in plan.facts:
        yield f"{safe(label):<{_LABEL}}  {safe(text)}"
    if plan.to_move or plan.there:
        there = f", {size(plan.there)} are there" if plan.there else ""
        yield f"{'to move':<{_LABEL}}  {size(plan.to_move)}{there}"
    for warning in plan.warnings:
        yield f"{'beware':<{_LABEL}}  {safe(warning)}"
    if plan.done_already:
        yield safe(plan.done_already)


def outcome_line(outcome: Outcome) -> str:
    """`team/app:v1 is at oci:dir, 12 MB moved, 40 MB did not have to be`."""
    told = [outcome.sentence]
    if outcome.moved:
        told.append(f"{size(outcome.moved)} moved")
    if outcome.there:
        told.append(f"{size(outcome.there)} did not have to be")
    return safe(", ".join(told))
