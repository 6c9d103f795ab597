"""Whom a policy would take, shown before it is put; put, deleted and taken back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from ecrtui.errors import EcrtuiError, NotFound, ReadOnly, UsageError
from ecrtui.model.foreseen import Foreseen
from ecrtui.model.journal import ChangeKind
from ecrtui.model.lifecycle import Action
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows import journal, undo
from ecrtui.workflows.contents import read_manifests
from ecrtui.workflows.lifecycle import change
from ecrtui.workflows.lifecycle.change import PolicyRequest
from ecrtui.workflows.lifecycle.foresee import Foresight, foresee
from ecrtui.workflows.lifecycle.preview import same
from ecrtui.workflows.services import Services
from tests import lifecycles, worlds
from tests.lifecycles import rule, tagged, text_of
from tests.workflows.at_work import here, services_in
from tests.workflows.test_lifecycle_preview import Hurried

NAME = "team/app"
NEWEST = text_of(rule(1, **tagged("v*")))
UNTAGGED = text_of(rule(1, tagStatus="untagged", countType="sinceImagePushed", countNumber=1))


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """A repository with three releases, the oldest first, each with a layer of its own."""
    made = worlds.add_repository(sandbox.world, NAME)
    for number in range(3):
        worlds.add_image(
            made,
            tags={f"v{number}"},
            content=b"x" * 1000 + str(number).encode(),
            pushed_at=1_770_000_000.0 + number,
        )
    return made


def seen(services: Services, text: str, *, local: bool = False) -> Foreseen:
    return foresee(services, Foresight(here(), NAME, text, local), Hurried())


def test_whom_it_takes_by_ecrs_word_and_by_ours(services: Services, repository: Repository) -> None:
    found = seen(services, NEWEST)
    assert (found.previewed, found.why_local, found.differences) == (True, "", ())
    assert [one.verdict.tags for one in found.victims] == [("v0",), ("v1",)]
    assert len(found.acted(Action.EXPIRE)) == 2
    assert found.images == 3
    local = seen(services, NEWEST, local=True)
    assert (local.previewed, local.why_local) == (False, "no preview was asked for")
    assert [one.verdict for one in local.victims] == [one.verdict for one in found.victims]


def test_what_is_in_use_is_flagged(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    oldest = repository.images.by_tag("v0")
    assert oldest is not None
    uri = f"{worlds.ACCOUNT}.dkr.ecr.{worlds.REGION}.amazonaws.com/{NAME}"
    worlds.add_service(sandbox.world, f"{uri}:v0", digest=oldest.digest, name="front")
    found = seen(services, NEWEST)
    assert [one.verdict.digest for one in found.in_use] == [oldest.digest]
    plan = change.plan(services, PolicyRequest(here(), NAME, NEWEST), Hurried())
    (told,) = [one for one in plan.warnings if one.startswith("in use: v0")]
    assert "front" in told
    assert "rule 1" in told


def test_what_may_not_be_looked_at_may_be_in_use(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    sandbox.faults.add("deny", operation="ListClusters")
    found = seen(services, NEWEST)
    assert found.unknown
    assert len(found.maybe_in_use) == len(found.victims) == 2
    plan = change.plan(services, PolicyRequest(here(), NAME, NEWEST), Hurried())
    assert any("may be in use" in one for one in plan.warnings)


def test_bytes_that_are_freed(services: Services, repository: Repository) -> None:
    bounded = seen(services, NEWEST, local=True).frees
    assert bounded.bytes == 0
    assert bounded.bound == sum(image.size for image in repository.images if "v2" not in image.tags)
    digests = [image.digest for image in repository.images]
    read_manifests(services, here(), NAME, digests)
    sure = seen(services, NEWEST, local=True).frees
    assert (sure.bound, sure.bytes) == (0, bounded.bound)


def test_what_an_index_held_goes_later(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    children = [worlds.add_image(repository, content=text) for text in (b"amd64", b"arm64")]
    index = worlds.add_index(repository, children)
    worlds.add_image(
        repository, content=b"sbom", artifactType="a/sbom", subject=worlds.descriptor(index)
    )
    unread = seen(services, UNTAGGED)
    assert [one.verdict.digest for one in unread.victims] == [index.digest]
    assert len(unread.victims[0].following) == 1
    assert unread.later == ()
    # Not knowing what the index lists, the simulation lets it go at once, and says why it may err.
    assert {one.digest for one in unread.differences} == {one.digest for one in children}
    assert all("not read here" in one.why for one in unread.differences)
    read_manifests(services, here(), NAME, [index.digest])
    found = seen(services, UNTAGGED)
    assert found.differences == ()
    assert {one.digest for one in found.later} == {one.digest for one in children}


@pytest.mark.parametrize(
    ("fault", "said"),
    [("StartLifecyclePolicyPreview", "Not allowed"), ("GetLifecyclePolicyPreview", "Not allowed")],
)
def test_without_ecrs_word_it_is_simulated_and_said(
    services: Services, sandbox: Sandbox, repository: Repository, fault: str, said: str
) -> None:
    sandbox.faults.add("deny", operation=fault)
    found = seen(services, NEWEST)
    assert not found.previewed
    assert said in found.why_local
    assert len(found.victims) == 2


def test_read_only_starts_no_preview_and_puts_nothing(
    services: Services, repository: Repository, tmp_path: Path
) -> None:
    protected = services_in(tmp_path / "other", read_only=True)
    found = seen(protected, NEWEST)
    assert "read-only" in found.why_local
    assert repository.lifecycle_preview is None
    plan = change.plan(services, PolicyRequest(here(), NAME, NEWEST), Hurried())
    with pytest.raises(ReadOnly):
        change.run(protected, plan, Hurried())
    protected.close()
    assert repository.lifecycle_policy is None


def carried(services: Services, request: PolicyRequest) -> change.PolicyPlan:
    plan = change.plan(services, request, Hurried())
    journal.carry(services, plan, partial(change.run, services, plan), Hurried())
    return plan


def test_put_replaced_deleted_and_taken_back(services: Services, repository: Repository) -> None:
    first = carried(services, PolicyRequest(here(), NAME, NEWEST))
    assert dict(first.facts)["rule 1"].startswith("Keeps the newest image tagged v*")
    assert dict(first.facts)["deletes now"].startswith("2 of 3 images: v0 (")
    assert {mark for mark, _ in first.diff} == {"+"}
    assert same(str(repository.lifecycle_policy), NEWEST)
    again = change.plan(services, PolicyRequest(here(), NAME, NEWEST), Hurried())
    assert again.done_already == "team/app has this lifecycle policy already"

    other = text_of(rule(1, **tagged("v*", countNumber=2)))
    second = carried(services, PolicyRequest(here(), NAME, other))
    assert {("-", '"countNumber": 1'), ("+", '"countNumber": 2')} <= {
        (mark, text.strip().rstrip(",")) for mark, text in second.diff
    }
    third = carried(services, PolicyRequest(here(), NAME))
    assert dict(third.facts)["rule 1"].startswith("no longer: Keeps the newest 2")
    assert repository.lifecycle_policy is None

    entries = journal.read(services).entries
    assert {entry.change.kind for entry in entries} == {ChangeKind.SETTING}
    for entry, expected in zip(reversed(entries), (other, NEWEST, ""), strict=True):
        plan = undo.plan(services, entry.change)
        assert plan.kind == "undo"
        journal.carry(services, plan, partial(undo.run, services, plan), Hurried())
        assert same(repository.lifecycle_policy or "", expected)


def test_others_who_change_it_meanwhile(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    plan = change.plan(services, PolicyRequest(here(), NAME, NEWEST, local=True))
    with sandbox.world.lock:
        repository.lifecycle_policy = UNTAGGED
    with pytest.raises(EcrtuiError, match="changed since"):
        change.run(services, plan, Hurried())
    assert repository.lifecycle_policy == UNTAGGED


def test_what_cannot_be_planned(services: Services, repository: Repository) -> None:
    with pytest.raises(UsageError, match="has errors"):
        change.plan(services, PolicyRequest(here(), NAME, "{}"))
    with pytest.raises(NotFound):
        change.plan(services, PolicyRequest(here(), "team/none", NEWEST))
    assert change.plan(services, PolicyRequest(here(), NAME)).done_already
    with pytest.raises(UsageError, match="no lifecycle policies"):
        change.plan(services, PolicyRequest(services.public("main"), NAME, NEWEST))


def test_a_policy_that_ecr_already_has_and_nobody_here_understands(
    services: Services, repository: Repository
) -> None:
    """What AWS adds tomorrow can be read, replaced and taken back all the same."""
    unknown = '{"rules": [{"rulePriority": 1, "novelty": true}]}'
    repository.lifecycle_policy = unknown
    plan = carried(services, PolicyRequest(here(), NAME, NEWEST, local=True))
    assert plan.before == unknown
    (entry,) = journal.read(services).entries
    back = undo.plan(services, entry.change)
    assert any("not known here" in one for one in back.warnings)
    assert {mark for mark, _ in back.diff} >= {"-", "+"}


def test_every_documented_policy_is_foreseen(services: Services, repository: Repository) -> None:
    for one in lifecycles.SYNTAX:
        assert seen(services, text_of(one)).differences == ()
