"""What tags named in the past: looks kept between runs and processes, changes, the last good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ecrtui.model.image import Image, ImageId
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Registry
from ecrtui.model.tag_history import TagMove, Witness, ordered
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows import browse, journal, tag_history
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from tests import worlds

HERE = Registry("", worlds.REGION)
NAME = "team/app"


def look(services: Services, registry: Registry = HERE) -> None:
    """List the images, and keep what was seen."""
    pages = browse.images(services, registry, NAME)
    rows = [image for page in pages for image in page.items]
    tag_history.observe(services, registry, NAME, rows)


def moves(services: Services, tag: str = "", digest: str = "") -> list[TagMove]:
    target = Target(HERE, NAME, ImageId(digest, tag))
    found = list[TagMove]()
    rows = [row for page in browse.images(services, HERE, NAME) for row in page.items]
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
        known = tag_history.observed(services, Registry("", "r", "1"), f"repo-{number}")
        wanted = {f"{own}-{each}" for own in "ab" for each in range(30) if each % 3 == number}
        assert set(known.tags) == wanted | {"a", "b"}
        assert len(known.tags["a"].moves) == 10
