"""One plan of several in a line."""

from __future__ import annotations

import re

from ecrtui.model.plan import Plan
from ecrtui.render.sizes import size

_DIGEST = re.compile(r"@sha256:([0-9a-f]{8})[0-9a-f]{56}\b")


def gist(plan: Plan) -> str:
    """`team/app:v1 → other/app:v1, 12 MB`; where it goes under its own name, only what it is."""
    same = f"/{plan.target}".endswith(f"/{plan.source}")
    ends = plan.source if same else " → ".join(filter(None, (plan.source, plan.target)))
    moving = plan.done_already or (size(plan.to_move) if plan.to_move else "")
    return _DIGEST.sub(r"@\1", ", ".join(filter(None, (ends, moving))))
