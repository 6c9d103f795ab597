"""Changes taken back: what the registry still has, what it lost, what has moved on since."""

from __future__ import annotations

from functools import partial

import pytest

from ecrtui.errors import EcrtuiError, NotAllowed, NotFound, UsageError
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Registry
from ecrtui.model.plan import Plan
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.workflows import journal, tag, undo
from ecrtui.workflows.contents import read_bytes
from ecrtui.workflows.locate import locate
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds

HOME = Registry("main", worlds.REGION)
APP = "team/app"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, APP)


@pytest.fixture
def images(repository: Repository) -> tuple[Image, Image]:
    one = worlds.add_image(repository, tags={"v1", "prod"}, content=b"one")
    return one, worlds.add_image(repository, tags={"v2"}, content=b"two")


def carried(services: Services, plan: Plan, run: partial) -> None:  # type: ignore[type-arg]
    journal.carry(services, plan, run, Watch())


def tagged(services: Services, name: str, new: str) -> None:
    plan = tag.plan(services, tag.TagRequest(locate(services, name), (new,)))
    carried(services, plan, partial(tag.run, services, plan))


def taken_back(services: Services, change: Change) -> Plan:
    plan = undo.plan(services, change)
    carried(services, plan, partial(undo.run, services, plan))
    return plan


def last(services: Services) -> Change:
    return journal.read(services).entries[-1].change


def deleted(image: Image, name: str = "") -> Change:
    return Change(
        kind=ChangeKind.IMAGE_DELETED,
        home=HOME,
        repository=APP,
        tag=name,
        before=image.digest,
    )


def test_a_moved_tag_comes_back(services: Services, images: tuple[Image, Image]) -> None:
    one, two = images
    tagged(services, f"{APP}:v2", "prod")
    assert two.tags == {"v2", "prod"}
    plan = taken_back(services, last(services))
    assert plan.kind == "undo"
    assert "prod" in one.tags
    assert [entry.change.command for entry in journal.read(services).entries] == ["tag", "undo"]
    assert undo.plan(services, journal.read(services).entries[0].change).done_already
    taken_back(services, last(services))  # and there again
    assert "prod" in two.tags


def test_a_tag_that_has_moved_on_is_told(
    services: Services, repository: Repository, images: tuple[Image, Image]
) -> None:
    tagged(services, f"{APP}:v2", "prod")
    other = worlds.add_image(repository, tags={"v3"}, content=b"three")
    repository.images.by_tag("prod").tags.discard("prod")  # type: ignore[union-attr]
    other.tags.add("prod")
    repository.images.put(other)
    plan = undo.plan(services, last(services))
    assert any("moved on" in told and other.digest[:19] in told for told in plan.warnings)


def test_an_immutable_tag_stays(
    services: Services, repository: Repository, images: tuple[Image, Image]
) -> None:
    tagged(services, f"{APP}:v2", "prod")
    repository.mutability = "IMMUTABLE"
    with pytest.raises(NotAllowed):
        undo.plan(services, last(services))


def test_a_new_tag_goes_again(services: Services, images: tuple[Image, Image]) -> None:
    _, two = images
    tagged(services, f"{APP}:v2", "new")
    plan = taken_back(services, last(services))
    assert plan.kind == "undo"
    assert two.tags == {"v2"}
    assert (last(services).kind, last(services).tag) == (ChangeKind.TAG_REMOVED, "new")
    with pytest.raises(EcrtuiError, match="gone already"):
        undo.plan(services, journal.read(services).entries[0].change)
    taken_back(services, last(services))  # and there again
    assert two.tags == {"v2", "new"}


def test_the_last_tag_takes_the_image_along_and_says_so(
    services: Services, repository: Repository, images: tuple[Image, Image]
) -> None:
    _, two = images
    change = Change(kind=ChangeKind.TAG_PUT, home=HOME, repository=APP, tag="v2", after=two.digest)
    plan = undo.plan(services, change)
    assert "the image goes with it" in plan.warnings[0]
    carried(services, plan, partial(undo.run, services, plan))
    assert repository.images.by_digest(two.digest) is None
    taken_back(services, last(services))
    back = repository.images.by_digest(two.digest)
    assert back is not None
    assert back.tags == {"v2"}


def test_a_new_repository_stays(services: Services, repository: Repository) -> None:
    made = Change(kind=ChangeKind.REPOSITORY_CREATED, home=HOME, repository=APP)
    with pytest.raises(UsageError, match="repository created"):
        undo.plan(services, made)


@pytest.mark.parametrize("name", ["v1", ""])
def test_a_deleted_image_is_put_again(
    services: Services, repository: Repository, images: tuple[Image, Image], name: str
) -> None:
    one, _ = images
    read_bytes(services, HOME, APP, [one.digest])
    repository.images.remove(one.digest)
    plan = taken_back(services, deleted(one, name))
    assert plan.changes
    back = repository.images.by_digest(one.digest)
    assert back is not None
    assert back.read_manifest() == one.read_manifest()
    assert back.tags == ({name} if name else set())
    assert last(services).after == one.digest


def test_who_has_the_tag_by_then_is_told_and_written_down(
    services: Services, repository: Repository, images: tuple[Image, Image]
) -> None:
    """A deleted image is put again under a tag that another has got since."""
    one, _ = images
    read_bytes(services, HOME, APP, [one.digest])
    repository.images.remove(one.digest)
    three = worlds.add_image(repository, tags={"v1"}, content=b"three")
    early = undo.plan(services, deleted(one, "v1"))
    assert any(three.digest[:19] in told for told in early.warnings)
    three.tags.discard("v1")
    four = worlds.add_image(repository, tags={"v1"}, content=b"four")
    with pytest.raises(EcrtuiError, match="moved since"):
        carried(services, early, partial(undo.run, services, early))
    assert four.tags == {"v1"}
    taken_back(services, deleted(one, "v1"))
    assert (last(services).before, last(services).after) == (four.digest, one.digest)
    taken_back(services, last(services))  # and there again
    assert four.tags == {"v1"}


def test_what_has_gone_is_told(
    services: Services, repository: Repository, images: tuple[Image, Image]
) -> None:
    one, _ = images
    repository.images.remove(one.digest)
    with pytest.raises(NotFound, match="never read here"):
        undo.plan(services, deleted(one, "v1"))


def test_layers_that_have_gone_are_told(
    services: Services, repository: Repository, images: tuple[Image, Image]
) -> None:
    one, _ = images
    read_bytes(services, HOME, APP, [one.digest])
    repository.images.remove(one.digest)
    del repository.blobs[one.layers[-1]]
    with pytest.raises(EcrtuiError, match="have gone"):
        undo.plan(services, deleted(one, "v1"))


def test_a_change_by_the_start_of_its_name(services: Services, images: tuple[Image, Image]) -> None:
    tagged(services, f"{APP}:v2", "prod")
    (entry,) = journal.read(services).entries
    assert undo.find(services, entry.id[:4].upper()) == entry
    for wrong in ("", "zz", entry.id + "0"):
        with pytest.raises(UsageError):
            undo.find(services, wrong)


def test_two_changes_of_one_name_are_not_taken_for_each_other(
    services: Services, images: tuple[Image, Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names are short: of twenty thousand changes two may share one."""
    tagged(services, f"{APP}:v2", "prod")
    tagged(services, f"{APP}:v1", "prod")
    monkeypatch.setattr("hashlib.sha256", lambda _: Same())
    with pytest.raises(UsageError, match="Several"):
        undo.find(services, "00000000")


class Same:
    """A digest that all lines share."""

    def hexdigest(self) -> str:
        return "0" * 64
