"""Tags put on what is in a registry: what moves, what may not, and what is told before."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from ecrtui.errors import EcrtuiError, GivenUp, NotAllowed, NotFound, ReadOnly, UsageError
from ecrtui.model.journal import ChangeKind
from ecrtui.model.plan import Outcome
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.workflows import journal, tag
from ecrtui.workflows.locate import locate
from ecrtui.workflows.services import Services
from ecrtui.workflows.tag import TagPlan, TagRequest
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.registries import plain_registry
from tests.sandbox.programs import run as run_program
from tests.workflows.at_work import here, services_in

__all__ = ["plain_registry"]


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


@pytest.fixture
def image(repository: Repository) -> Image:
    return worlds.add_image(repository, tags={"v2"}, content=b"two")


def planned(services: Services, name: str, *tags: str) -> TagPlan:
    return tag.plan(services, TagRequest(locate(services, name), tags))


def tagged(services: Services, name: str, *tags: str) -> Outcome:
    return tag.run(services, planned(services, name, *tags), Watch())


def test_a_new_tag(services: Services, repository: Repository, image: Image) -> None:
    raw = image.read_manifest()
    outcome = tagged(services, "team/app:v2", "stable", "v2.0", "stable")
    assert outcome.digest == image.digest
    assert image.tags == {"v2", "stable", "v2.0"}
    assert image.read_manifest() == raw
    assert len(repository.images) == 1
    assert [(one.kind, one.tag, one.before, one.after) for one in outcome.changes] == [
        (ChangeKind.TAG_PUT, "stable", "", image.digest),
        (ChangeKind.TAG_PUT, "v2.0", "", image.digest),
    ]
    assert outcome.changes[0].home == here()


def test_an_index_keeps_its_digest_and_its_media_type(
    services: Services, repository: Repository, image: Image
) -> None:
    index = worlds.add_index(repository, [image], tags={"multi"})
    tagged(services, f"team/app@{index.digest}", "stable")
    assert index.tags == {"multi", "stable"}
    assert repository.images.by_tag("stable") is index


def test_what_it_takes_a_tag_from_is_told(
    services: Services, repository: Repository, image: Image
) -> None:
    alone = worlds.add_image(repository, tags={"stable"}, content=b"one")
    named = worlds.add_image(repository, tags={"latest", "v1", "v1.0"}, content=b"three")
    plan = planned(services, "team/app:v2", "stable", "latest", "new")
    assert dict(plan.facts)["new"] == "new"
    assert alone.digest[:19] in dict(plan.facts)["stable"]
    bare, other = plan.warnings
    assert "stable is taken from" in bare
    assert "keeps no tag" in bare
    assert "keeps v1 and 1 more" in other
    assert not plan.done_already
    assert (alone.tags, named.tags) == ({"stable"}, {"latest", "v1", "v1.0"})
    outcome = tag.run(services, plan, Watch())
    assert image.tags == {"v2", "stable", "latest", "new"}
    assert (alone.tags, named.tags) == (set(), {"v1", "v1.0"})
    assert [one.before for one in outcome.changes] == [alone.digest, named.digest, ""]


def test_an_image_that_loses_all_its_tags_at_once_is_told_as_that(
    services: Services, repository: Repository, image: Image
) -> None:
    worlds.add_image(repository, tags={"a", "b"}, content=b"one")
    plan = planned(services, "team/app:v2", "a", "b")
    assert all("keeps no tag" in told for told in plan.warnings)


def test_what_is_so_already_is_not_done_again(
    services: Services, sandbox: Sandbox, image: Image
) -> None:
    plan = planned(services, "team/app:v2", "v2")
    assert plan.done_already.startswith("team/app:v2 names sha256:")
    plan = planned(services, "team/app:v2", "v2", "new")
    assert not plan.done_already
    sandbox.faults.add("status", operation="PutImage", skip=1)
    assert [one.tag for one in tag.run(services, plan, Watch()).changes] == ["new"]


@pytest.mark.parametrize(
    ("mutability", "pattern", "moves"),
    [
        ("IMMUTABLE", "", False),
        ("IMMUTABLE_WITH_EXCLUSION", "sta*", True),
        ("IMMUTABLE_WITH_EXCLUSION", "dev-*", False),
        ("MUTABLE_WITH_EXCLUSION", "*able", False),
        ("MUTABLE_WITH_EXCLUSION", "v*", True),
        ("MUTABLE", "", True),
    ],
)
def test_an_immutable_tag_is_refused_before_anything(
    services: Services,
    repository: Repository,
    image: Image,
    mutability: str,
    pattern: str,
    moves: bool,
) -> None:
    worlds.add_image(repository, tags={"stable"}, content=b"one")
    repository.mutability = mutability
    if pattern:
        repository.exclusion_filters = [{"filterType": "WILDCARD", "filter": pattern}]
    if moves:
        tagged(services, "team/app:v2", "stable")
        assert "stable" in image.tags
        return
    pulled = image.last_pull
    with pytest.raises(NotAllowed, match="immutable") as refused:
        planned(services, "team/app:v2", "new", "stable")
    assert "stable" in refused.value.detail
    assert image.last_pull == pulled
    tagged(services, "team/app:v2", "new")  # which nothing has yet
    assert not planned(services, "team/app:v2", "new").warnings


@pytest.mark.parametrize("name", ["", ".x", "-x", "a b", "a/b", "repo:tag", "x" * 129, "ä"])
def test_what_can_be_no_tag(services: Services, image: Image, name: str) -> None:
    with pytest.raises(UsageError, match="no tag"):
        planned(services, "team/app:v2", name)


def test_what_is_not_there(services: Services, image: Image) -> None:
    for name in ("team/app:none", "no/such:v1", f"team/app@sha256:{'0' * 64}"):
        with pytest.raises(NotFound):
            planned(services, name, "new")


def test_an_archived_image_names_what_brings_it_back(
    services: Services, repository: Repository
) -> None:
    worlds.add_image(repository, tags={"old"}, status="ARCHIVED")
    with pytest.raises(EcrtuiError, match="archived") as refused:
        planned(services, "team/app:old", "new")
    assert "ecrtui restore team/app:old" in refused.value.hint


def test_a_tag_that_moved_since_is_left_alone(
    services: Services, repository: Repository, image: Image
) -> None:
    plan = planned(services, "team/app:v2", "stable")
    other = worlds.add_image(repository, tags={"stable"}, content=b"somebody else's")
    with pytest.raises(EcrtuiError, match="moved since the plan"):
        tag.run(services, plan, Watch())
    assert other.tags == {"stable"}


def test_what_was_done_before_a_failure_is_in_the_journal(
    services: Services, sandbox: Sandbox, image: Image
) -> None:
    plan = planned(services, "team/app:v2", "one", "two")
    sandbox.faults.add("deny", operation="PutImage", skip=1)
    with pytest.raises(NotAllowed):
        journal.carry(services, plan, partial(tag.run, services, plan), Watch())
    assert image.tags == {"v2", "one"}
    (entry,) = journal.read(services).entries
    assert (entry.change.tag, entry.change.after) == ("one", image.digest)


def test_throttling_is_waited_for(services: Services, sandbox: Sandbox, image: Image) -> None:
    sandbox.faults.add("throttle", operation="PutImage", times=2)
    tagged(services, "team/app:v2", "new")
    assert image.tags == {"v2", "new"}


def test_read_only_and_stopped(tmp_path: Path, services: Services, image: Image) -> None:
    protected = services_in(tmp_path / "other", read_only=True)
    plan = planned(protected, "team/app:v2", "new")
    with pytest.raises(ReadOnly):
        tag.run(protected, plan, Watch())
    watch = Watch()
    watch.stop()
    with pytest.raises(GivenUp):
        tag.run(services, plan, watch)
    assert image.tags == {"v2"}
    protected.close()


def test_the_public_gallery(services: Services, sandbox: Sandbox) -> None:
    mine = sandbox.world.public.open(worlds.ACCOUNT, "mine")
    repository = mine.create("team/app", sandbox.world.clock.start)
    image = worlds.add_image(repository, tags={"v1"})
    tagged(services, "public.ecr.aws/mine/team/app:v1", "stable")
    assert image.tags == {"v1", "stable"}


def test_another_registry(
    services: Services, plain_registry: str, tmp_path: Path, repository: Repository
) -> None:
    from ecrtui.oci.distribution import RegistryClient
    from tests.oci.test_pushing import push

    manifest = push(RegistryClient(plain_registry).sink("team/app"), "v1")
    plan = planned(services, f"docker://{plain_registry}/team/app:v1", "stable")
    assert plan.digest == manifest.digest
    tag.run(services, plan, Watch())
    name = f"docker://{plain_registry}/team/app:stable"
    told = run_program("skopeo", "inspect", "--raw", "--tls-verify=false", name).stdout
    assert told.encode() == manifest.body
    again = planned(services, f"docker://{plain_registry}/team/app:v1", "stable")
    assert again.done_already


def test_files_have_no_tags_to_put(services: Services, tmp_path: Path) -> None:
    for name in (f"oci:{tmp_path}", "docker-daemon:app:v1"):
        with pytest.raises(UsageError, match="in a registry"):
            planned(services, name, "new")
