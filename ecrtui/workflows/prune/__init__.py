"""Images that may go: planned with all that depends on them, then deleted, or archived instead."""

from ecrtui.workflows.prune.applying import run
from ecrtui.workflows.prune.planning import plan, revised
from ecrtui.workflows.prune.request import Left, PruneOutcome, PrunePlan, PruneRequest

__all__ = ["Left", "PruneOutcome", "PrunePlan", "PruneRequest", "plan", "revised", "run"]
