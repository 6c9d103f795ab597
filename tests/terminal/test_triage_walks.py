"""Triage and care, walked by keys in a terminal of 80 columns and 24 lines.

The worlds are generated, so that each walk knows what it must find; the demo is walked too,
without a word of its story.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.seed import ALARM, SHOWCASE
from ecrtui.sandbox.shelf import Image
from ecrtui.sandbox.trail import Event
from ecrtui.sandbox.world import World
from tests import worlds
from tests.sandbox.layers import one_file
from tests.terminal.conftest import Serve
from tests.terminal.explorer import COMMAND, ENTER, QUIT, READ, SMALL, both, lacks, shows
from tests.terminal.program import Terminal

NAME, CVE = "team/app", "CVE-2026-31337"
RIGHT = "\x1b[C"
FOUND = (CVE, "CRITICAL", "libfirst")
OTHER = ("CVE-2025-10001", "LOW", "libother")
DAY = 86_400


def alarmed_world() -> tuple[World, Repository]:
    """A service that runs the middle one of three releases by a digest that its tag has left."""
    world = worlds.empty_world()
    repository = worlds.add_repository(world, NAME)
    for number, found in enumerate(((OTHER,), (FOUND, OTHER), (OTHER,)), 1):
        image = worlds.add_image(
            repository,
            tags={f"v{number}", *(("live",) if number == 3 else ())},
            content=one_file(f"release {number}"),
            pushed_at=world.clock.start - (4 - number) * DAY,
        )
        worlds.add_scan(image, *found, completed_at=world.clock.start - DAY)
        if number == 2:
            world.workloads(worlds.ACCOUNT, worlds.REGION).pace = 0.05
            live = worlds.uri(repository, "live")
            worlds.add_service(world, live, digest=image.digest, name="site", count=2)
        moved(world, image)
    return world, repository


def moved(world: World, image: Image) -> None:
    """Have CloudTrail say that `live` named the image from its push on."""
    record = {
        "eventName": "PutImage",
        "userIdentity": {"arn": "a pipeline"},
        "requestParameters": {"registryId": worlds.ACCOUNT, "repositoryName": NAME},
        "responseElements": {
            "image": {"imageId": {"imageTag": "live", "imageDigest": image.digest}}
        },
    }
    at = image.pushed_at
    told = Event(
        image.digest, "PutImage", "ecr", at, "a pipeline", "", False, (), json.dumps(record)
    )
    world.trail.add(worlds.ACCOUNT, worlds.REGION, told)


def digest_of(repository: Repository, tag: str) -> str:
    image = repository.images.by_tag(tag)
    assert image is not None
    return image.digest


def running(world: World) -> set[str]:
    """The digests that the service's deployment keeps to."""
    service = world.workloads(worlds.ACCOUNT, worlds.REGION).clusters["main"].services["site"]
    return set(service.primary.digests.values())


def to_the_summary(terminal: Terminal) -> int:
    """From a cold start to what differs between what runs and the one before; how many keys."""
    terminal.wait(both(READ, shows("Accounts and regions")), "the registries")
    walk = (
        (ENTER, both(READ, shows("Repositories"))),
        ("w", both(READ, shows("Uses of", "main/site", "behind"))),
        (ENTER, both(READ, shows("What it is", "behind live"))),
        ("d", both(READ, shows("v1 → v2", "Size", "new C1"))),
    )
    for key, seen in walk:
        terminal.type(key)
        terminal.wait(seen, f"what {key!r} leads to")
    return len(walk)


def test_what_runs_and_what_changed(serve: Serve) -> None:
    """Walk 1: at most eight keys from a cold start."""
    world, _ = alarmed_world()
    with serve(world).start("--region", worlds.REGION) as terminal:
        assert to_the_summary(terminal) <= 8


def test_an_incident_from_the_alarm_to_the_way_back(serve: Serve) -> None:
    """The service, its digest, its findings, what the last good one had not, and back to it."""
    world, repository = alarmed_world()
    with serve(world).start("--region", worlds.REGION) as terminal:
        to_the_summary(terminal)
        terminal.type("f")
        terminal.wait(shows("+ new", CVE), "what the release brought")
        terminal.type("\x1b")
        terminal.wait(both(READ, shows("What it is")), "the image")
        terminal.type("f")
        terminal.wait(shows("C critical", CVE), "its findings")
        terminal.type("Z")
        terminal.wait(both(READ, shows("when they moved", "is v1", "before: ")), "its history")
        terminal.type("/v1" + ENTER)
        terminal.wait(shows("1 of "), "the last good one")
        terminal.type("gU")
        terminal.wait(shows("What is to run", "main/site"), "what may be rolled")
        terminal.type(ENTER)
        terminal.wait(shows("runs now", "Cancel"), "the plan")
        terminal.type(RIGHT + ENTER)
        terminal.wait(shows("Done: roll"), "the end of the deployment")
        assert running(world) == {digest_of(repository, "v1")}
        terminal.type("H")
        terminal.wait(both(READ, shows("service rolled")), "the journal")
        terminal.type("gu")
        terminal.wait(shows("Undo", "Cancel"), "the way back")
        terminal.wait(lacks("Done: roll"), "nothing over it")
        terminal.type(RIGHT + ENTER)
        terminal.wait(shows("Done: undo"), "the end of it")
        assert running(world) == {digest_of(repository, "v2")}


def test_who_has_this_cve(serve: Serve) -> None:
    """Walk 2: its name leads to a list with where each runs, and that to the image."""
    world, _ = alarmed_world()
    away = worlds.add_repository(world, "team/away", region=worlds.OTHER_REGION)
    image = worlds.add_image(away, tags={"idle"}, content=one_file("elsewhere"))
    worlds.add_scan(image, FOUND, completed_at=world.clock.start - DAY)
    regions = ("--region", worlds.REGION, "--region", worlds.OTHER_REGION)
    with serve(world).start(*regions) as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(f":{CVE.lower()}{ENTER}")
        found = both(READ, shows("◐ 2", "main/site", "team/away"))
        terminal.wait(found, "who has it, and where each runs")
        rows = [line for line in terminal.lines if "C critical" in line]
        assert len(rows) == 2
        assert "v2" in rows[0]
        assert "idle" in rows[1]
        terminal.type("g" + ENTER)
        terminal.wait(shows(f"{NAME} › v2", CVE), "the image, at its findings")


def test_room_is_made_and_all_of_it_taken_back(serve: Serve) -> None:
    """Walk 8: the rules, the list, the plan, what was freed; and the journal's undo."""
    world, repository = alarmed_world()
    for number in range(3):
        worlds.add_image(
            repository,
            tags={f"pr-{number}"},
            content=one_file(f"a preview {number}"),
            pushed_at=world.clock.start - (100 + number) * DAY,
        )
    before = {image.digest: set(image.tags) for image in repository.images}
    with serve(world).start("--region", worlds.REGION) as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(f":prune {NAME}{ENTER}")
        terminal.wait(shows("all that is said must hold"), "the rules")
        terminal.type(" \x1b[B*" + ENTER)
        terminal.wait(shows("stays", "in use", "goes", "pr-2"), "what goes, what stays, and why")
        terminal.type("X")
        terminal.wait(shows("all that is said must hold"), "the rules again")
        terminal.type("\x1b[B\x7fpr-*" + ENTER)
        terminal.wait(shows("3 of 6 go", "meant by the rules"), "other rules")
        terminal.type("D")
        terminal.wait(shows("3 images", "freed", "Cancel"), "the plan")
        terminal.type(RIGHT + ENTER)
        terminal.wait(shows("Done: prune", "3 images of team/app"), "what was saved")
        assert not any("pr-1" in image.tags for image in repository.images)
        terminal.type("H")
        terminal.wait(both(READ, shows("images deleted")), "the journal")
        terminal.type("gu")
        terminal.wait(shows("comes back", "3 of 3 images", "pr-2"), "the way back")
        terminal.wait(lacks("Done: prune"), "nothing over it")
        terminal.type(RIGHT + ENTER)
        terminal.wait(shows("Done: undo"), "the end of it")
        assert {image.digest: set(image.tags) for image in repository.images} == before


def test_the_demo_rolls_back_and_cleans_up(tmp_path: Path) -> None:
    """Both stories to their end in the demo, whatever its story is: what runs there behind its
    tag is rolled to what that tag named before, and untagged images go and come back."""
    environment = {**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    with Terminal([*COMMAND, "--demo"], environment, size=SMALL, frames=True) as terminal:
        terminal.wait(both(READ, shows("Accounts and regions")), "the registries")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Repositories")), "the repositories")
        terminal.type(f"/{SHOWCASE}{ENTER}w")
        terminal.wait(both(READ, shows("Uses of", "behind")), "what runs behind its tag")
        terminal.type("g" + ENTER)
        terminal.wait(both(READ, shows("What it is", "behind")), "what it runs")
        terminal.type("f")
        terminal.wait(shows(ALARM), "the alarm's finding")
        terminal.type("Z")
        terminal.wait(both(READ, shows("before: ")), "its history")
        line = terminal.lines[-2]
        last_good = re.search(r"before: ([0-9a-f]{12})", line)
        assert last_good is not None
        terminal.type(f"/{last_good[1]}{ENTER}")
        terminal.wait(shows(" of "), "the last good one")
        terminal.type("gU")
        terminal.wait(shows("What is to run", "ECS service"), "what may be rolled")
        terminal.type(ENTER)
        terminal.wait(shows("runs now", "Cancel"), "the plan")
        terminal.type(RIGHT + ENTER)
        terminal.wait(shows("Done: roll"), "the end of the deployment")
        terminal.wait(
            lambda lines: any(last_good[1] in line and "●" in line for line in lines),
            "the last good one, running",
        )
        terminal.type(f":prune {SHOWCASE}{ENTER}")
        terminal.wait(shows("all that is said must hold"), "the rules")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("m reads")), "what must be read first")
        terminal.type("m")
        terminal.wait(shows("Cancel"), "whether to read")
        terminal.type(RIGHT + ENTER)
        terminal.wait(both(READ, shows("use unknown", "0 of")), "that another account may pull")
        terminal.type("g ")
        terminal.wait(both(READ, shows("1 marked", "goes")), "the one that is taken in")
        terminal.type("D")
        terminal.wait(shows("freed", "Cancel"), "the plan")
        terminal.type(RIGHT + ENTER)
        terminal.wait(shows("Done: prune", "images of"), "what was saved")
        terminal.type("H")
        terminal.wait(both(READ, shows("images deleted")), "the journal")
        terminal.type("gu")
        terminal.wait(shows("comes back"), "the way back")
        terminal.wait(lacks("Done: prune"), "nothing over it")
        terminal.type(RIGHT + ENTER)
        terminal.wait(shows("Done: undo"), "the end of it")
        terminal.type(QUIT)
        terminal.ended()
    assert not list(tmp_path.iterdir())


def test_what_an_index_holds_stands_as_it_once_it_was_read(serve: Serve) -> None:
    """Its parts were in doubt before: they run when it does, and nobody has to ask again."""
    world = worlds.empty_world()
    repository = worlds.add_repository(world, NAME)
    part = worlds.add_image(repository, content=one_file("a part"))
    index = worlds.add_index(repository, [part], tags={"v1"})
    worlds.add_service(world, worlds.uri(repository, "v1"), digest=index.digest, name="site")
    with serve(world).start(NAME, "--region", worlds.REGION) as terminal:
        terminal.wait(both(READ, shows("v1", "●", "?")), "that its part is in doubt")
        terminal.type("*m")
        terminal.wait(shows("Cancel"), "whether to read")
        terminal.type(RIGHT + ENTER)
        terminal.wait(both(lacks("Cancel"), shows("1 folded")), "one row")
        terminal.type("gl")
        terminal.wait(
            lambda lines: sum("●" in line for line in lines) >= 2 and lacks("?  ")(lines),
            "that the part runs too",
        )
