"""One plan of several in a line."""

from __future__ import annotations

from ecrtui.model.plan import Plan
from ecrtui.render.sizes import size


def gist(plan: Plan) -> tuple[str, str]:
    """What is taken, and where it goes with how much."""
    if plan.done_already:
        return plan.source, plan.done_already
    moving = f", {size(plan.to_move)}" if plan.to_move else ""
    return plan.source, f"to {plan.target}{moving}" if plan.target else moving.lstrip(", ")
