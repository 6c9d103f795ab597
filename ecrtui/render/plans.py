"""A plan as lines: what is taken, where it goes, what that costs, what to beware of."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.model.plan import Plan
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
