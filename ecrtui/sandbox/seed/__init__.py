"""Seeds: the worlds a sandbox can start with. All text of their stories lives in this folder."""

from __future__ import annotations

import re

from ecrtui.sandbox.world import World


def make_world(name: str) -> World:
    """The world of a seed: ``demo``, ``empty`` or ``scale:REPOS,IMAGES``.

    Raises ValueError with a sentence for any other name.
    """
    if name == "demo":
        from ecrtui.sandbox.seed.demo import demo_world

        return demo_world()
    if name == "empty":
        from ecrtui.sandbox.seed.plain import empty_world

        return empty_world()
    if sizes := re.fullmatch(r"scale:(\d{1,6}),(\d{1,8})", name):
        from ecrtui.sandbox.seed.scale import scale_world

        return scale_world(int(sizes[1]), int(sizes[2]))
    raise ValueError(f"There is no seed {name!r}: use demo, empty or scale:REPOS,IMAGES.")


SHOWCASE = "shop/api"
"""The demo's repository that has something of everything: the one pictures are drawn of."""
ALARM = "CVE-2026-41873"
"""The vulnerability that the demo's incident is about."""
BROKEN = "shop/recommendations"
"""The repository whose service cannot start."""
