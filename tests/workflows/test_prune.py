"""Images that go from a repository of the sandbox: what the plan says, and what came of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from ecrtui.errors import EcrtuiError, NotAllowed, NotFound, Throttled, UsageError
from ecrtui.model.image import ImageId
from ecrtui.model.journal import ChangeKind
from ecrtui.model.prune import Rules, Why
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.store.deleted import Deleted
from ecrtui.workflows import journal, prune, undo, untag
from ecrtui.workflows.contents import read_bytes
from ecrtui.workflows.locate import locate
from ecrtui.workflows.prune import PruneRequest
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.workflows.pruning import APP, HOME, Hurried, carried, planned


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, APP)


class Release:
    """An index with two platforms, a signature, and an image that shares a layer."""

    def __init__(self, repository: Repository, name: str = "v1") -> None:
        content = name.encode()
        self.one = worlds.add_image(repository, content=content)
        self.two = worlds.add_image(repository, content=content, labels={"a": name})
        self.index = worlds.add_index(repository, [self.one, self.two], tags={name, f"{name}.0"})
        self.signature = worlds.add_image(
            repository,
            content=b"signed " + content,
            artifactType="application/vnd.cncf.notary.signature",
            subject=worlds.descriptor(self.index),
        )

    @property
    def digests(self) -> set[str]:
        return {one.digest for one in (self.index, self.one, self.two, self.signature)}


@pytest.fixture
def release(repository: Repository) -> Release:
    return Release(repository)


def there(repository: Repository) -> set[str]:
    return {image.digest for image in repository.images}


def test_a_release_goes_whole_and_comes_back_whole(
    services: Services, repository: Repository, release: Release
) -> None:
    other = worlds.add_image(repository, tags={"v2"}, content=b"v1", labels={"b": "other"})
    plan = planned(services, Rules(tags=("v1*",)), read_manifests=True)
    assert {fate.digest for fate in plan.going} == release.digests
    assert plan.order[0] == (release.index.digest,)
    assert plan.undo
    assert dict(plan.facts)["tags"] == "v1, v1.0"
    assert plan.free is not None
    assert plan.free.unread
    outcome = carried(services, plan)
    assert there(repository) == {other.digest}
    assert outcome.gone == 4
    assert not outcome.left
    assert outcome.sentence == f"4 images of {APP} deleted"

    entries = journal.read(services).entries
    kinds = [entry.change.kind for entry in entries]
    assert kinds == [ChangeKind.IMAGES_DELETED, *[ChangeKind.IMAGE_DELETED] * 4]
    assert entries[0].change.count == 4
    services.cache.clear()
    back = undo.plan(services, entries[0].change)
    assert back.changes
    journal.carry(services, back, partial(undo.run, services, back), Watch())
    assert there(repository) == {other.digest, *release.digests}
    index = repository.images.by_digest(release.index.digest)
    assert index is not None
    assert index.tags == {"v1", "v1.0"}
    assert index.media_type == release.index.media_type
    assert index.read_manifest() == release.index.read_manifest()
    assert undo.plan(services, entries[0].change).done_already


def test_bytes_are_exact_once_manifests_are_known(
    services: Services, repository: Repository, release: Release
) -> None:
    other = worlds.add_image(repository, tags={"v2"}, content=b"v1", labels={"b": "other"})
    read_bytes(services, HOME, APP, sorted(there(repository)))
    plan = planned(services, Rules(tags=("v1*",)))
    gone = {*release.one.layers, *release.two.layers, *release.signature.layers}
    size = sum(repository.blobs[one].size for one in gone - set(other.layers))
    assert plan.free is not None
    assert (plan.free.bytes, plan.free.bound, plan.free.unread) == (size, 0, 0)
    outcome = carried(services, plan)
    assert outcome.freed == plan.free


def test_what_is_in_use_stays_unless_named(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    for number in (1, 2, 3):
        worlds.add_image(repository, tags={f"v{number}"}, content=bytes([number]))
    worlds.add_service(sandbox.world, worlds.uri(repository, "v1"), name="checkout")
    plan = planned(services, Rules(tags=("v*",)))
    assert {tag for fate in plan.going for tag in fate.image.image_tags} == {"v2", "v3"}
    assert {fate.why for fate in plan.staying} == {Why.IN_USE}
    assert "1 in use" in dict(plan.facts)["stays"]
    taken = planned(services, Rules(tags=("v*",)), include=("v1",))
    assert len(taken.going) == 3
    assert any("service checkout" in told for told in taken.warnings)
    carried(services, taken)
    assert there(repository) == set()


def test_where_nobody_can_look_nothing_goes_unless_named(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    one = worlds.add_image(repository, tags={"v1"}, content=b"one")
    worlds.add_image(repository, tags={"v2"}, content=b"two")
    sandbox.faults.add("deny", operation="ListFunctions", region=worlds.REGION)
    plan = planned(services, Rules(tags=("v*",)))
    assert not plan.going
    assert "--include" in plan.done_already
    (told,) = [one for one in plan.warnings if "Lambda" in one]
    assert "ListFunctions" in told
    taken = planned(services, Rules(tags=("v*",)), include=(one.digest[7:19],))
    assert [fate.digest for fate in taken.going] == [one.digest]
    assert any("nobody could look" in told for told in taken.warnings)
    both = planned(services, Rules(tags=("v*",)), include=("v1", "v2"))
    (told,) = [one for one in both.warnings if "look everywhere" in one]
    assert "v1" in told
    assert told.endswith("are in use")
    with pytest.raises(UsageError, match="No such place: Lamda") as wrong:
        planned(services, Rules(tags=("v*",)), not_in=("Lamda",))
    assert "Lambda" in wrong.value.hint
    assert len(planned(services, Rules(tags=("v*",)), not_in=(worlds.REGION,)).going) == 2
    sure = planned(services, Rules(tags=("v*",)), not_in=("lambda",))
    assert len(sure.going) == 2
    assert any("Lambda" in told for told in sure.warnings)
    carried(services, sure)
    assert there(repository) == set()


def test_nothing_that_goes_is_said(services: Services, repository: Repository) -> None:
    worlds.add_image(repository, tags={"v1"})
    assert planned(services, Rules(tags=("x*",))).done_already == "nothing goes"


def test_untagged_images_wait_for_indexes_to_be_read(
    services: Services, repository: Repository, release: Release
) -> None:
    loose = worlds.add_image(repository, content=b"loose")
    plan = planned(services, Rules(untagged=True))
    assert not plan.going
    assert plan.unread == 1
    assert any("--read-manifests" in told for told in plan.warnings)
    assert [image.last_pull for image in repository.images] == [None] * 5
    read = planned(services, Rules(untagged=True), read_manifests=True)
    pulled = [image.digest for image in repository.images if image.last_pull is not None]
    assert pulled == [release.index.digest]
    assert [fate.digest for fate in read.going] == [loose.digest]


def test_an_index_that_was_not_read_leaves_what_it_lists(
    services: Services, repository: Repository, release: Release
) -> None:
    plan = planned(services, images=(ImageId(image_tag="v1"),))
    assert {fate.digest for fate in plan.going} == {release.index.digest, release.signature.digest}
    assert any("what 1 index of these list" in told for told in plan.warnings)
    whole = planned(services, images=(ImageId(image_tag="v1"),), read_manifests=True)
    assert {fate.digest for fate in whole.going} == release.digests


def test_what_an_unread_index_lists_too_is_kept_by_the_registry(
    services: Services, repository: Repository, release: Release
) -> None:
    worlds.add_index(repository, [release.one], tags={"other"})
    plan = planned(services, images=(ImageId(image_tag="v1"),), read_manifests=True)
    assert release.one.digest in {fate.digest for fate in plan.going if fate.unsure}
    watch = Hurried()
    outcome = carried(services, plan, watch)
    assert release.one.digest in there(repository)
    assert not outcome.failed
    assert [one.image_digest for one in outcome.left] == [release.one.digest]
    assert not watch.pauses


def test_what_changed_since_the_plan_is_left(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    images = {
        name: worlds.add_image(repository, tags={name}, content=name.encode())
        for name in ("tagged", "pushed", "used", "gone", "same")
    }
    plan = planned(services, Rules(tags=("*",)))
    repository.images.tag(images["tagged"].digest, "prod")
    images["pushed"].pushed_at += 1
    repository.images.remove(images["gone"].digest)
    worlds.add_service(sandbox.world, worlds.uri(repository, "used"), name="checkout")
    outcome = carried(services, plan)
    assert there(repository) == {images[name].digest for name in ("tagged", "pushed", "used")}
    whys = {one.image_tags[0]: one.why for one in outcome.left}
    assert whys.keys() == {"tagged", "pushed", "used"}
    assert "prod" in whys["tagged"]
    assert "checkout" in whys["used"]
    assert outcome.gone == 1
    assert not outcome.failed


def test_what_cannot_all_be_kept_to_be_put_back_stays(
    services: Services, repository: Repository, tmp_path: Path
) -> None:
    """Manifests beyond what is kept would push out the first of the same deed."""
    for number in range(40):
        worlds.add_image(repository, tags={f"v{number}"}, content=bytes([number]))
    size = sum(len(image.read_manifest()) for image in repository.images)
    services.deleted = Deleted(tmp_path / "small", bound=size // 2)
    with pytest.raises(EcrtuiError, match="of 40 manifests") as refused:
        carried(services, planned(services, Rules(tags=("v*",))))
    assert "--no-undo" in refused.value.hint
    assert len(there(repository)) == 40
    assert not journal.read(services).entries
    outcome = carried(services, planned(services, Rules(tags=("v*",)), undoable=False))
    assert outcome.gone == 40


def replicating(sandbox: Sandbox, *, deletes: bool, prefix: str = "team/") -> None:
    destination = {"region": worlds.OTHER_REGION, "registryId": worlds.ACCOUNT}
    sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).settings.replication = [
        {
            "destinations": [destination],
            "repositoryFilters": [{"filter": prefix, "filterType": "PREFIX_MATCH"}],
            "deleteReplication": {"enabled": deletes},
        }
    ]


@pytest.mark.parametrize(
    ("deletes", "prefix", "goes"), [(True, "team/", 1), (False, "team/", 2), (True, "other/", 2)]
)
def test_what_runs_from_a_copy_that_goes_with_it_stays(
    services: Services,
    sandbox: Sandbox,
    repository: Repository,
    *,
    deletes: bool,
    prefix: str,
    goes: int,
) -> None:
    copies = worlds.add_repository(sandbox.world, APP, region=worlds.OTHER_REGION)
    for home in (repository, copies):
        for name in ("v1", "v2"):
            worlds.add_image(home, tags={name}, content=name.encode())
    worlds.add_service(sandbox.world, worlds.uri(copies, "v1"), region=worlds.OTHER_REGION)
    replicating(sandbox, deletes=deletes, prefix=prefix)
    plan = planned(services, Rules(tags=("v*",)))
    assert len(plan.going) == goes
    told = any(worlds.OTHER_REGION in warning for warning in plan.warnings)
    assert told is (goes == 1)


def test_replication_that_nobody_may_read_is_unknown(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    worlds.add_image(repository, tags={"v1"})
    sandbox.faults.add("deny", operation="DescribeRegistry")
    plan = planned(services, Rules(tags=("v*",)))
    assert not plan.going
    assert [one.what for one in plan.unknown] == ["replication"]
    assert len(planned(services, Rules(tags=("v*",)), not_in=("replication",)).going) == 1


def test_what_was_taken_in_unseen_and_runs_by_now_is_left(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    """Who takes in what nobody could look at, or what idles, was not told that it runs."""
    for name in ("blind", "idle", "known"):
        worlds.add_image(repository, tags={name}, content=name.encode())
    worlds.add_definition(sandbox.world, worlds.uri(repository, "idle"), "job")
    worlds.add_service(sandbox.world, worlds.uri(repository, "known"), name="told")
    sandbox.faults.add("deny", operation="ListFunctions")
    plan = planned(services, Rules(tags=("*",)), include=("blind", "idle", "known"))
    assert len(plan.going) == 3
    for name in ("blind", "idle"):
        worlds.add_service(sandbox.world, worlds.uri(repository, name), name=f"late-{name}")
    outcome = carried(services, plan)
    assert {image_tag for one in outcome.left for image_tag in one.image_tags} == {"blind", "idle"}
    assert len(there(repository)) == 2


def test_what_refers_to_an_image_in_use_by_now_is_left(
    services: Services, sandbox: Sandbox, repository: Repository, release: Release
) -> None:
    plan = planned(services, images=(ImageId(image_digest=release.signature.digest),))
    assert [fate.digest for fate in plan.going] == [release.signature.digest]
    worlds.add_service(sandbox.world, worlds.uri(repository, "v1"), name="checkout")
    outcome = carried(services, plan)
    assert [one.image_digest for one in outcome.left] == [release.signature.digest]


def test_children_stay_with_an_index_that_is_left(
    services: Services, repository: Repository, release: Release
) -> None:
    plan = planned(services, Rules(tags=("v1*",)), read_manifests=True)
    repository.images.tag(release.index.digest, "prod")
    outcome = carried(services, plan)
    assert there(repository) == release.digests
    assert {one.image_digest for one in outcome.left} == release.digests


def test_without_the_right_to_read_it_cannot_be_undone(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    worlds.add_image(repository, tags={"v1"})
    sandbox.faults.add("deny", operation="BatchGetImage")
    plan = planned(services, Rules(tags=("v*",)))
    assert not plan.undo
    assert any("cannot be undone" in told for told in plan.warnings)
    carried(services, plan)
    assert not there(repository)
    with pytest.raises(EcrtuiError, match="manifest was not kept"):
        undo.plan(services, journal.read(services).entries[0].change)


def test_a_right_that_was_lost_since_the_plan_keeps_all(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    worlds.add_image(repository, tags={"v1"})
    plan = planned(services, Rules(tags=("v*",)))
    sandbox.faults.add("deny", operation="BatchGetImage")
    with pytest.raises(NotAllowed):
        carried(services, plan)
    assert len(there(repository)) == 1
    assert not journal.read(services).entries


def test_into_the_archive_instead(
    services: Services, repository: Repository, release: Release
) -> None:
    plan = planned(services, Rules(tags=("v1*",)), archive=True, read_manifests=True)
    assert plan.kind == "archive"
    assert plan.free is None
    assert any("90 days" in told for told in plan.warnings)
    outcome = carried(services, plan)
    assert outcome.gone == 4
    assert {image.status for image in repository.images} == {"ARCHIVED"}
    changes = [entry.change for entry in journal.read(services).entries]
    assert {change.kind for change in changes} == {ChangeKind.STORAGE_CLASS}
    assert not planned(services, Rules(tags=("v1*",)), archive=True).going


def test_what_may_be_a_platform_of_an_index_that_runs_is_not_archived(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    """The registry refuses to delete what an index lists; it archives it without a word."""
    child = worlds.add_image(repository, tags={"v1-amd64"}, content=b"1")
    loose = worlds.add_image(repository, content=b"2")
    index = worlds.add_index(repository, [child, loose], tags={"v1"})
    worlds.add_service(sandbox.world, worlds.uri(repository, "v1"), digest=index.digest)
    by_rules = planned(services, Rules(tags=("*-amd64",)), archive=True)
    assert not by_rules.going
    assert Why.MAY_BELONG in {fate.why for fate in by_rules.staying}
    assert any("--read-manifests" in told for told in by_rules.warnings)
    named = tuple(ImageId(image_digest=one.digest) for one in (child, loose))
    assert not planned(services, images=named, archive=True).going
    taken = planned(services, images=named, archive=True, include=("v1-amd64",))
    assert [fate.digest for fate in taken.going] == [child.digest]


def test_rules_that_say_nothing_or_ask_what_nobody_knows(
    services: Services, repository: Repository
) -> None:
    with pytest.raises(UsageError, match="Which images"):
        planned(services, Rules(keep=("prod",)))
    public = services.public("main")
    for rules in (Rules(never_pulled=True), Rules(archived=True)):
        with pytest.raises(UsageError, match="ECR Public"):
            prune.plan(services, PruneRequest(registry=public, repository=APP, rules=rules))
    with pytest.raises(NotFound, match="no image v9"):
        planned(services, images=(ImageId(image_tag="v9"),))


def test_many_go_in_batches(services: Services, repository: Repository) -> None:
    for number in range(250):
        worlds.add_image(repository, tags={f"pr-{number}"}, content=str(number).encode())
    outcome = carried(services, planned(services, Rules(tags=("pr-*",), newest=5)))
    assert outcome.gone == 245
    assert len(there(repository)) == 5


def test_a_service_that_throttles_for_good_is_told_with_what_went(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    for number in range(150):
        worlds.add_image(repository, tags={f"pr-{number}"}, content=str(number).encode())
    plan = planned(services, Rules(tags=("pr-*",)))
    sandbox.faults.add("throttle", operation="BatchDeleteImage", skip=1)
    watch = Hurried()
    with pytest.raises(Throttled) as throttled:
        carried(services, plan, watch)
    assert "100 of 150 images were deleted before it" in throttled.value.hint
    assert watch.pauses == sorted(watch.pauses)
    assert len(there(repository)) == 50
    sandbox.faults.clear()
    assert carried(services, planned(services, Rules(tags=("pr-*",)))).gone == 50


def test_each_image_that_the_registry_refuses_is_told(
    services: Services, repository: Repository
) -> None:
    """What came between: an index that was pushed since lists one of them."""
    images = [
        worlds.add_image(repository, tags={f"v{number}"}, content=bytes([number]))
        for number in range(3)
    ]
    plan = planned(services, Rules(tags=("v*",)))
    worlds.add_index(repository, [images[0]], tags={"late"})
    watch = Hurried()
    outcome = carried(services, plan, watch)
    assert outcome.failed
    (left,) = outcome.left
    assert (left.image_digest, left.image_tags) == (images[0].digest, ("v0",))
    assert "ImageReferencedByManifestList" in left.why
    assert outcome.sentence == f"2 images of {APP} deleted, 1 could not be"
    assert len(watch.pauses) == 3


def test_a_public_registry_too(services: Services, sandbox: Sandbox) -> None:
    public = sandbox.world.public.open(worlds.ACCOUNT, "mine")
    repository = public.create(APP, sandbox.world.clock.start)
    release = Release(repository)
    kept = worlds.add_image(repository, tags={"v2"}, content=b"two")
    before = {image.digest: set(image.tags) for image in repository.images}
    home = services.public("main")
    request = PruneRequest(
        registry=home, repository=APP, rules=Rules(tags=("v1*",)), read_manifests=True
    )
    plan = prune.plan(services, request)
    assert {fate.digest for fate in plan.going} == release.digests
    assert plan.undo
    carried(services, plan)
    assert there(repository) == {kept.digest}
    back = undo.plan(services, journal.read(services).entries[0].change)
    journal.carry(services, back, partial(undo.run, services, back), Watch())
    assert {image.digest: set(image.tags) for image in repository.images} == before


def test_a_new_tag_that_something_names_is_told(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    worlds.add_image(repository, tags={"v1", "stable"})
    worlds.add_definition(sandbox.world, worlds.uri(repository, "stable"), "nightly")
    plan = untag.plan(services, locate(services, f"{APP}:stable"))
    assert isinstance(plan, untag.UntagPlan)
    assert any("nightly" in told and "stable" in told for told in plan.warnings)
    untag.run(services, plan, Watch())
    (image,) = repository.images
    assert image.tags == {"v1"}
    with pytest.raises(EcrtuiError, match="No such tag"):
        untag.run(services, plan, Watch())
