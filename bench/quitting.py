"""From ctrl+q to the end of the process: with nothing to do, and with answers outstanding."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.explore import READ, explorer
from bench.figures import Figure, interleaved
from bench.scale import Scale
from bench.world import fresh_home, world
from tests.terminal.explorer import ENTER, QUIT, shows
from tests.terminal.program import Seen

_STALL = {"rules": [{"action": "stall", "operation": "DescribeRepositories", "seconds": 60}]}


def run(scale: Scale) -> list[Figure]:
    """Against a sandbox that answers, and against one whose lists never come."""
    with tempfile.TemporaryDirectory() as folder:
        faults = Path(folder) / "faults.json"
        faults.write_text(json.dumps(_STALL))
        with (
            world("scale:3,1") as answering,
            world("scale:3,1", "--faults", str(faults)) as stalled,
        ):
            contenders = {
                "idle": lambda: _quit(answering, READ, ""),
                "requests in flight": lambda: _quit(stalled, shows("reading"), ENTER),
            }
            took = interleaved(contenders, scale.rounds)
    return [
        Figure(f"from ctrl+q to the end: {name}", value, most=0.3) for name, value in took.items()
    ]


def _quit(environment: Mapping[str, str], when: Seen, key: str) -> float:
    with fresh_home(environment) as home, explorer(home) as opened:
        opened.wait(when, "the moment to leave")
        opened.settle()
        if key:
            opened.answer(key)
        asked = opened.type(QUIT)
        return opened.ended() - asked
