"""What tags named in the past: looks kept between runs and processes, changes, the last good."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from ecrtui.errors import NotAllowed
from ecrtui.model.image import Image, ImageId
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Registry
from ecrtui.model.tag_history import TagMove, Witness, ordered
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.trail import Event
from ecrtui.workflows import browse, journal, tag_history, tags_seen
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from tests import worlds
from tests.sandbox.clients import client

HERE = Registry("", worlds.REGION)
NAME = "team/app"


def look(services: Services, registry: Registry = HERE) -> None:
    """List the images, which keeps what was seen."""
    for _ in browse.images(services, registry, NAME):
        pass


def moves(services: Services, tag: str = "", digest: str = "") -> list[TagMove]:
    target = Target(HERE, NAME, ImageId(digest, tag))
    found = list[TagMove]()
    rows = [row for page in services.reader(HERE).images(NAME) for row in page.items]
    for found in tag_history.history(services, target, rows=rows):  # noqa: B007
        pass
    return found


def told(found: list[TagMove]) -> list[tuple[str, str, Witness]]:
    return [(move.tag, move.digest, move.witness) for move in found]


def test_what_was_seen_tells_that_a_tag_moved(services: Services, sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    old = worlds.add_image(repository, tags={"latest", "v1"}, content=b"1")
    look(services)
    new = worlds.add_image(repository, tags={"v2"}, content=b"2")
    repository.images.tag(new.digest, "latest")
    look(services, Registry("", worlds.REGION, worlds.ACCOUNT))
    assert told(moves(services, "latest")) == [
        ("latest", new.digest, Witness.SEEN),
        ("latest", old.digest, Witness.SEEN),
    ]
    assert {move.tag for move in moves(services, digest=old.digest)} == {"latest", "v1"}
    assert {move.tag for move in moves(services)} == {"latest", "v1", "v2"}
    good = tag_history.last_good(
        services, Target(HERE, NAME, ImageId(image_tag="latest")), rows=rows_of(repository)
    )
    assert good is not None
    assert good.digest == old.digest
    assert good.witness is Witness.SEEN


def rows_of(repository: Repository) -> list[Image]:
    """Rows with the account, as a list has them."""
    return [
        Image(image.digest, NAME, worlds.ACCOUNT, tuple(image.tags)) for image in repository.images
    ]


def test_a_change_of_ones_own_is_told_as_such_and_only_once(
    services: Services, sandbox: Sandbox
) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    old = worlds.add_image(repository, tags={"v1", "prod"}, content=b"1")
    new = worlds.add_image(repository, tags={"v2"}, content=b"2")
    look(services)
    repository.images.tag(new.digest, "prod")
    change = Change(
        kind=ChangeKind.TAG_PUT,
        home=HERE,
        repository=NAME,
        tag="prod",
        before=old.digest,
        after=new.digest,
        command="tag",
    )
    journal.record(services, [change])
    look(services)
    found = moves(services, "prod")
    assert told(found) == [
        ("prod", new.digest, Witness.JOURNAL),
        ("prod", old.digest, Witness.SEEN),
    ]
    assert found[0].by == "tag"


def test_what_nobody_looked_at_before_is_told_as_now(services: Services, sandbox: Sandbox) -> None:
    image = worlds.add_image(worlds.add_repository(sandbox.world, NAME), tags={"v1"})
    assert told(moves(services, "v1")) == [("v1", image.digest, Witness.NOW)]
    target = Target(HERE, NAME, ImageId(image_tag="v1"))
    assert tag_history.last_good(services, target) is None


def test_of_several_who_say_the_same_the_first_stands() -> None:
    def move(at: float, digest: str, witness: Witness) -> TagMove:
        return TagMove(tag="v", digest=digest, at=at, witness=witness)

    first, again = move(10, "a", Witness.CLOUDTRAIL), move(12, "a", Witness.SEEN)
    gone, other = move(20, "", Witness.SEEN), move(30, "b", Witness.NOW)
    assert ordered([other, again, gone, first]) == [other, gone, first]
    assert ordered([move(5, "", Witness.SEEN), first]) == [first]


_LOOKS = """
import sys
from pathlib import Path
from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.model.image import Image
from ecrtui.model.places import Registry
from ecrtui.workflows import tag_history
from ecrtui.workflows.services import Options, Services

home, own = sys.argv[1:]
services = Services(Options(), Settings(), Locations.under(Path(home)))
for number in range(30):
    row = Image(f"sha256:{own}{number}", image_tags=(f"{own}-{number}", own))
    tag_history.observe(services, Registry("", "r", "1"), f"repo-{number % 3}", [row], whole=False)
"""


def test_two_processes_that_look_at_once_lose_nothing(tmp_path: Path, services: Services) -> None:
    started = [subprocess.Popen([sys.executable, "-c", _LOOKS, str(tmp_path), own]) for own in "ab"]
    assert [process.wait(60) for process in started] == [0, 0]
    for number in range(3):
        known = tags_seen.observed(services, Registry("", "r", "1"), f"repo-{number}")
        wanted = {f"{own}-{each}" for own in "ab" for each in range(30) if each % 3 == number}
        assert set(known.tags) == wanted | {"a", "b"}
        assert len(known.tags["a"].moves) == 10


def test_cloudtrail_tells_when_and_by_whom_and_what_is_not_this_repositorys_is_left_out(
    services: Services, sandbox: Sandbox
) -> None:
    ecr = client("ecr")
    for name in (NAME, "team/other"):
        repository = worlds.add_repository(sandbox.world, name)
        old = worlds.add_image(repository, tags={"v1"}, content=b"1")
        new = worlds.add_image(repository, tags={"v2"}, content=b"2")
        for image in (old, new):
            manifest = image.read_manifest().decode()
            ecr.put_image(repositoryName=name, imageManifest=manifest, imageTag="prod")
    with pytest.raises(ClientError):  # it is written down too, and moved nothing
        ecr.put_image(repositoryName=NAME, imageManifest=manifest, imageTag="prod")
    sandbox.world.clock.start += 5
    ecr.batch_delete_image(repositoryName=NAME, imageIds=[{"imageTag": "prod"}])
    target = Target(HERE, NAME, ImageId(image_tag="prod"))
    pauses = list[float]()
    steps = list(tag_history.told(services, target, pause=pauses.append))
    assert [step.reading for step in steps] == [True] * (len(steps) - 1) + [False]
    assert len(pauses) == len(steps) - 3  # a pause between two lookups
    assert all(pause >= 0.5 for pause in pauses)
    assert steps[-1].problem is None
    witness = Witness.CLOUDTRAIL
    assert told(list(steps[-1].moves)) == [
        ("prod", "", witness),
        ("prod", new.digest, witness),
        ("prod", old.digest, witness),
    ]
    assert steps[-1].moves[0].by == f"arn:aws:iam::{worlds.ACCOUNT}:user/tester"
    good = tag_history.last_named(steps[-1].moves, target.image_id)
    assert good is not None
    assert good.digest == new.digest


def test_what_a_lifecycle_policy_took_is_told_as_such(services: Services, sandbox: Sandbox) -> None:
    """In the form that AWS's knowledge center shows."""
    details = {
        "repositoryName": NAME,
        "lifecycleEventPolicy": {
            "lifecycleEventRules": [
                {"rulePriority": 1, "action": "expire"},
                {"rulePriority": 2, "action": "transition"},
            ]
        },
        "lifecycleEventImageActions": [
            {
                "lifecycleEventImage": {"digest": "sha256:a", "tagList": ["old"]},
                "rulePriority": 1,
            },
            {
                "lifecycleEventImage": {"digest": "sha256:b", "tagList": ["kept"]},
                "rulePriority": 2,
            },
        ],
    }
    record = {
        "eventName": "PolicyExecutionEvent",
        "recipientAccountId": worlds.ACCOUNT,
        "requestParameters": None,
        "serviceEventDetails": details,
    }
    at = sandbox.world.clock.start - 3600
    event = Event("1", "PolicyExecutionEvent", "ecr", at, "", "", True, (), json.dumps(record))
    sandbox.world.trail.add(worlds.ACCOUNT, worlds.REGION, event)
    tag_history.observe(
        services,
        HERE,
        NAME,
        [Image("sha256:a", NAME, worlds.ACCOUNT, ("old", "kept"))],
        at=at - 60,
    )
    *_, known = tag_history.told(services, Target(HERE, NAME), pause=lambda _: None)
    assert told(list(known.moves))[0] == ("old", "", Witness.CLOUDTRAIL)
    assert known.moves[0].by == "lifecycle policy"
    assert {move.tag for move in known.moves if not move.digest} == {"old"}


def test_whatever_an_event_says_it_is_read(services: Services, sandbox: Sandbox) -> None:
    texts = [*worlds.HOSTILE, "null", "[]", '{"requestParameters": 3}']
    for text in texts:
        event = Event("1", "PutImage", text, sandbox.world.clock.start, text, text, True, (), text)
        sandbox.world.trail.add(worlds.ACCOUNT, worlds.REGION, event)
    *_, known = tag_history.told(services, Target(HERE, NAME), pause=lambda _: None)
    assert known.moves == ()
    assert known.events == len(texts)


def test_who_may_not_ask_cloudtrail_still_sees_what_ecrtui_knows(
    services: Services, sandbox: Sandbox
) -> None:
    worlds.add_image(worlds.add_repository(sandbox.world, NAME), tags={"v1"})
    next(iter(sandbox.world.keys.values())).allow = ("ecr:*", "sts:*")
    look(services)
    *_, known = tag_history.told(services, Target(HERE, NAME), pause=lambda _: None)
    assert [move.tag for move in known.moves] == ["v1"]
    assert known.problem is not None
    assert "LookupEvents" in known.problem.title
    other = Target(Registry("", worlds.REGION, worlds.OTHER_ACCOUNT), NAME)
    *_, known = tag_history.told(services, other)
    assert isinstance(known.problem, NotAllowed)


def test_a_tag_that_is_gone_is_kept_as_gone(services: Services, sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    image = worlds.add_image(repository, tags={"v1", "v2"})
    target = Target(HERE, NAME, ImageId(image_tag="v1"))
    assert tags_seen.look(services, target).gone == ""
    repository.images.untag("v1")
    assert tags_seen.look(services, target).gone == "v1"
    assert [move.digest for move in moves(services, "v1")] == ["", image.digest]


def test_a_look_whose_clock_is_behind_is_not_before_what_it_saw() -> None:
    def move(at: float, digest: str, witness: Witness) -> TagMove:
        return TagMove(tag="v", digest=digest, at=at, witness=witness)

    put, other = move(100, "a", Witness.CLOUDTRAIL), move(90, "b", Witness.CLOUDTRAIL)
    assert ordered([move(80, "a", Witness.SEEN), other, put]) == [put, other]
    long_before = move(-900, "a", Witness.SEEN)  # that one was another time
    assert ordered([long_before, other, put]) == [put, other, long_before]


def test_an_image_that_was_deleted_from_here_took_its_tags_along(
    services: Services, sandbox: Sandbox
) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    image = worlds.add_image(repository, tags={"v1", "old"}, content=b"1")
    worlds.add_image(repository, tags={"v2"}, content=b"2")
    look(services)
    repository.images.remove(image.digest)
    change = Change(
        kind=ChangeKind.IMAGE_DELETED,
        home=HERE,
        repository=NAME,
        before=image.digest,
        tags=("v1", "old"),
        command="prune",
    )
    journal.record(services, [change])
    found = moves(services)
    gone = {(move.tag, move.by) for move in found if not move.digest}
    assert gone == {("v1", "prune"), ("old", "prune")}
