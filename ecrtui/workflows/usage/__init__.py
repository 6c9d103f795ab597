"""Where images are used: looked for in every place that may run them, at hand, and judged."""

from ecrtui.workflows.usage.look import (
    children_of,
    forget,
    look,
    looked,
    refuse_places,
    standings,
)
from ecrtui.workflows.usage.spots import Found
from ecrtui.workflows.usage.standing import judged, of_images

__all__ = [
    "Found",
    "children_of",
    "forget",
    "judged",
    "look",
    "looked",
    "of_images",
    "refuse_places",
    "standings",
]
