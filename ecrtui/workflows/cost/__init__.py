"""What repositories cost, and what could be saved: all of them read, summed, judged."""

from ecrtui.workflows.cost.survey import survey

__all__ = ["survey"]
