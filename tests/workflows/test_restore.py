"""Images out of the archive and into it, followed to the end."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest

from ecrtui.errors import GivenUp, NotAllowed, NotFound, ReadOnly, RemoteError, UsageError
from ecrtui.model.journal import ChangeKind
from ecrtui.model.moving import Stage
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows import journal, restore
from ecrtui.workflows.locate import locate
from ecrtui.workflows.restore import StoragePlan, StorageRequest
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.workflows.at_work import services_in


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def planned(services: Services, name: str, *, archive: bool = False) -> StoragePlan:
    return restore.plan(services, StorageRequest(locate(services, name), archive=archive))


class Hurried(Watch):
    """Waits as long as the sandbox takes, and no longer; keeps how long it should have."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        super().pause(0.05)


def test_an_archived_image_comes_back(services: Services, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"v1"}, status="ARCHIVED")
    plan = planned(services, "team/app:v1")
    assert plan.changes
    assert "20 minutes" in dict(plan.facts)["time"]
    assert any("charges" in told for told in plan.warnings)
    watch = Hurried()
    outcome = restore.run(services, plan, watch)
    assert image.status == "ACTIVE"
    assert outcome.sentence == "team/app:v1 is active"
    (change,) = outcome.changes
    assert (change.kind, change.digest) == (ChangeKind.STORAGE_CLASS, image.digest)
    assert (change.before, change.after) == ("ARCHIVE", "STANDARD")
    assert watch.pauses == sorted(watch.pauses)
    assert max(watch.pauses) <= 15
    assert watch.so_far().parts[0].stage is Stage.DONE
    assert planned(services, "team/app:v1").done_already == "team/app:v1 is active already"


def test_one_on_its_way_is_followed(services: Services, repository: Repository) -> None:
    worlds.add_image(repository, tags={"v1"}, status="ARCHIVED")
    first = planned(services, "team/app:v1")
    stopped = Watch()
    timer = threading.Timer(0.3, stopped.stop)
    timer.start()
    with pytest.raises(GivenUp) as given_up:
        journal.carry(services, first, partial(restore.run, services, first), stopped)
    timer.join()
    assert "ecrtui restore team/app:v1" in given_up.value.hint
    (entry,) = journal.read(services).entries
    assert (entry.change.kind, entry.change.digest) == (ChangeKind.STORAGE_CLASS, first.digest)
    second = planned(services, "team/app:v1")
    assert not second.warnings
    outcome = restore.run(services, second, Hurried())
    assert outcome.changes == ()
    assert outcome.sentence.endswith("is active")


def test_into_the_archive(services: Services, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    plan = planned(services, "team/app:v1", archive=True)
    assert any("90 days" in told for told in plan.warnings)
    outcome = restore.run(services, plan, Hurried())
    assert image.status == "ARCHIVED"
    assert (outcome.changes[0].before, outcome.changes[0].after) == ("STANDARD", "ARCHIVE")
    assert planned(services, "team/app:v1", archive=True).done_already


def test_an_image_that_goes_meanwhile(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    image = worlds.add_image(repository, tags={"v1"}, status="ARCHIVED")

    class Deleting(Hurried):
        def pause(self, seconds: float) -> None:
            if not self.pauses:
                with sandbox.world.lock:
                    repository.images.remove(image.digest)
            super().pause(seconds)

    with pytest.raises(NotFound, match="gone"):
        restore.run(services, planned(services, "team/app:v1"), Deleting())


def test_an_image_that_goes_back(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    """Nobody waits for ever for what the service gave up, or somebody took back."""
    image = worlds.add_image(repository, tags={"v1"}, status="ARCHIVED")

    class Failing(Hurried):
        def pause(self, seconds: float) -> None:
            with sandbox.world.lock:
                image.status = "ACTIVATING" if len(self.pauses) < 2 else "ARCHIVED"
            super().pause(seconds)
            assert len(self.pauses) < 9

    with pytest.raises(RemoteError, match="back to the archive"):
        restore.run(services, planned(services, "team/app:v1"), Failing())


def test_what_is_not_allowed_or_has_no_archive(
    services: Services, sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    image = worlds.add_image(repository, tags={"v1"}, status="ARCHIVED")
    plan = planned(services, "team/app:v1")
    protected = services_in(tmp_path / "other", read_only=True)
    with pytest.raises(ReadOnly):
        restore.run(protected, plan, Watch())
    protected.close()
    sandbox.faults.add("deny", operation="UpdateImageStorageClass")
    with pytest.raises(NotAllowed):
        restore.run(services, plan, Watch())
    assert image.status == "ARCHIVED"
    mine = sandbox.world.public.open(worlds.ACCOUNT, "mine")
    worlds.add_image(mine.create("team/shown", sandbox.world.clock.start), tags={"v1"})
    with pytest.raises(UsageError, match="no archive"):
        planned(services, "public.ecr.aws/mine/team/shown:v1")
    with pytest.raises(UsageError, match="not in ECR"):
        planned(services, f"oci:{tmp_path}")
    with pytest.raises(NotFound):
        planned(services, "team/app:none")
