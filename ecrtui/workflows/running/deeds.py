"""What is done to one container, as a deed like any other: planned, carried out, told.

made = container_deeds.plan("stop", container)
outcome = container_deeds.run(made, watch)
"""

from __future__ import annotations

from ecrtui.model.plan import Outcome, Plan
from ecrtui.model.running import Container
from ecrtui.workflows.engines import line_to
from ecrtui.workflows.watch import Watch

STOP, START, REMOVE = "stop", "start", "remove"
_ENDS = {STOP: "has ended", START: "runs again", REMOVE: "is removed"}


class ContainerPlan(Plan, kw_only=True, frozen=True):
    """What is going to be done to a container."""

    container: str
    """Its id."""


def plan(kind: str, container: Container) -> ContainerPlan:
    """STOP, START (also of one that runs) or REMOVE; nobody is asked."""
    name = container.name or container.id[:12]
    return ContainerPlan(kind=kind, source="", target=name, container=container.id)


def run(made: ContainerPlan, watch: Watch) -> Outcome:
    """Do it; raises NotFound, EngineMissing, RemoteError. Stopping takes ten seconds at most."""
    from ecrtui.engine.containers import Containers

    watch.check()
    with line_to() as line, watch.on_stop(line.hang_up):
        found = Containers(line)
        deeds = {STOP: found.stop, START: found.restart, REMOVE: found.remove}
        deeds[made.kind](made.container)
    return Outcome(sentence=f"{made.target} {_ENDS[made.kind]}")
