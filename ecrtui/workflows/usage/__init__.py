"""Where images are used: looked for in every place that may run them, at hand, and judged."""

from ecrtui.workflows.usage.look import children_of, forget, look, looked, standings
from ecrtui.workflows.usage.spots import Found
from ecrtui.workflows.usage.standing import Judged, judged, of_images

__all__ = [
    "Found",
    "Judged",
    "children_of",
    "forget",
    "judged",
    "look",
    "looked",
    "of_images",
    "standings",
]
