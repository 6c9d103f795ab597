"""What repositories cost, and what could be saved: all of them read, summed, judged."""

from ecrtui.workflows.cost.request import request
from ecrtui.workflows.cost.survey import everywhere, survey

__all__ = ["everywhere", "request", "survey"]
