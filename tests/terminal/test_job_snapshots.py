"""Jobs, plans and the journal at three sizes, as they were last looked at and found right."""

from __future__ import annotations

import sys

from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import ENTER, ESCAPE, QUIT, READ, lacks, shows
from tests.terminal.furnished import furnished_world
from tests.terminal.program import Terminal
from tests.terminal.test_snapshots import SIZES, Size, Walk

TAB = "\t"


@SIZES
def test_a_tag_that_moves(serve: Serve, size: Size) -> None:
    explorer = serve(furnished_world())
    explorer.configure('[profiles.main]\nlabel = "live"\nproduction = true\n')
    with explorer.start("team/app:v1.0", size=size) as terminal:
        walk = Walk(terminal, "jobs", size)
        walk.past("", READ, shows("What it is"))
        walk.to("H", "journal-empty", READ, shows("Nothing was changed"))
        walk.past(ESCAPE, shows("What it is"))
        walk.past("t", shows("tag team/app"))
        walk.to("v1.1" + ENTER, "plan", shows("Cancel", "taken from"))
        walk.past(TAB + ENTER, lacks("Cancel"))
        walk.past("", shows("Done: tag"))
        walk.to("J", "drawer-done", shows("1 ended"))
        walk.to("H", "journal", READ, shows("tag put"))
        walk.to("u", "undo", shows("Cancel", "Undo"))
        terminal.type(QUIT)
        terminal.ended()


HALF = """
import sys
from ecrtui.cli import main
from ecrtui.model.plan import Plan
from ecrtui.tui.app import Explorer
from ecrtui.tui.screens.plan import propose

def run(plan, watch):
    for number in range(4):
        watch.expect(str(number), f"layer-{number}", 40_000_000)
    watch.finish("0")
    watch.skip("1", "already there")
    watch.at("2", 12_000_000, "sending")
    watch.say("the token was renewed")
    watch.pause(600)

def ready(self):
    plan = Plan(kind="copy", source="team/app:v1", target="team/other:v1", to_move=120_000_000)
    propose(self.screen, lambda _: plan, run)

Explorer.on_ready = ready
sys.exit(main(sys.argv[1:]))
"""
"""The explorer with a deed that stops half-way, at the same byte each time."""


@SIZES
def test_a_job_half_way(serve: Serve, size: Size) -> None:
    explorer = serve(furnished_world())
    program = [sys.executable, "-c", HALF, "--region", worlds.REGION]
    with Terminal(program, explorer.environment, size=size, frames=True) as terminal:
        walk = Walk(terminal, "jobs", size)
        walk.past("", shows("to move"))
        walk.past(ENTER, READ, shows("1 job", "43%"))
        walk.to("J", "drawer", shows("1 at work", "43%"), lacks("/s"))
        walk.past(ESCAPE, lacks("esc close"))
        walk.to(QUIT, "leaving", shows("A job is at work"), lacks("/s"))
        walk.past(ENTER, lacks("A job is at work"))
        walk.to("J" + ENTER, "job", shows("Parts", "renewed"), lacks("/s"))
        walk.past("x", shows("stopped"))
        walk.to("J", "drawer-stopped", shows("1 ended"), lacks("▌"))
        terminal.type(QUIT)
        terminal.ended()
