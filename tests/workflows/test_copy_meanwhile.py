"""What others have at the place that images are copied to, before it and meanwhile."""

from __future__ import annotations

import json

import pytest

from ecrtui.errors import Archived, EcrtuiError, NotAllowed
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.workflows.moving.copy import run as run_it
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.oci.hostile_host import Answer, host
from tests.registries import plain_registry
from tests.sandbox.programs import run
from tests.workflows.test_copy_registries import PLAIN, app, copied, planned, repository

__all__ = ["app", "plain_registry", "repository"]


def test_several_go_to_one_repository_that_none_of_them_found(
    sandbox: Sandbox, services: Services, app: Image
) -> None:
    """They are planned together, and the first makes it."""
    source = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get("team/app")
    worlds.add_image(source, content=b"two", tags={"v2"})
    plans = [
        planned(services, f"team/app:{tag}", f"team/new:{to}", create=True)
        for tag, to in (("v1", "v1"), ("v2", "v2"), ("v2", "v1"))
    ]
    for made in plans[:2]:
        run_it(services, made, Watch())
    with pytest.raises(EcrtuiError, match="moved since"):
        run_it(services, plans[2], Watch())
    new = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get("team/new")
    assert {tag for image in new.images for tag in image.tags} == {"v1", "v2"}


def test_a_list_of_referrers_that_is_there_is_added_to(
    sandbox: Sandbox, services: Services, app: Image, plain_registry: str
) -> None:
    """What the target's list names besides stays in it, wherever the source's list comes from."""
    source = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get("team/app")
    places = [f"docker://{plain_registry}/team/{number}" for number in (1, 2)]
    kinds = [f"application/vnd.example.{number}" for number in (1, 2)]
    for kind, place in zip(kinds, places, strict=True):
        made = worlds.add_image(
            source, content=kind.encode(), artifactType=kind, subject=worlds.descriptor(app)
        )
        copied(services, "team/app:v1", place, referrers=True)
        source.images.remove(made.digest)
    copied(services, f"{places[0]}:v1", places[1], referrers=True)
    tag = app.digest.replace(":", "-")
    listed = json.loads(run("skopeo", "inspect", "--raw", PLAIN, f"{places[1]}:{tag}").stdout)
    assert {row["artifactType"] for row in listed["manifests"]} == set(kinds)


def test_a_signature_that_is_taken_away_is_told(
    sandbox: Sandbox, services: Services, app: Image, repository: Repository
) -> None:
    source = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get("team/app")
    tag = app.digest.replace(":", "-") + ".sig"
    worlds.add_image(source, content=b"ours", tags={tag})
    theirs = worlds.add_image(repository, content=b"theirs", tags={tag})
    made = planned(services, "team/app:v1", "team/copy:v1", referrers=True)
    assert any(tag in told and theirs.digest in told for told in made.warnings)
    repository.mutability = "IMMUTABLE"
    with pytest.raises(NotAllowed, match="immutable"):
        planned(services, "team/app:v1", "team/copy:v1", referrers=True)


def test_a_tag_that_moves_while_blobs_do_stays_where_it_is(
    sandbox: Sandbox, services: Services, app: Image, repository: Repository
) -> None:
    """The plan was agreed to for a tag that named nothing; blobs take their time."""
    made = planned(services, "team/app:v1", "team/copy:v1")
    other: list[Image] = []

    class Meanwhile(Watch):
        def finish(self, key: str, note: str = "") -> None:
            if not other:
                other.append(worlds.add_image(repository, content=b"other", tags={"v1"}))
            super().finish(key, note)

        def skip(self, key: str, note: str) -> None:
            super().skip(key, note)
            if not other:
                other.append(worlds.add_image(repository, content=b"other", tags={"v1"}))

    watch = Meanwhile()
    with pytest.raises(EcrtuiError, match="moved since"):
        run_it(services, made, watch)
    assert other[0].tags == {"v1"}
    assert watch.changes == ()


def test_a_registry_that_refuses_to_look_into_what_is_not_there_may_be_pushed_to(
    services: Services, app: Image
) -> None:
    """As ghcr.io does with a package that is made by the first push."""

    def answers(path: str) -> Answer:
        return (403 if "/manifests/" in path else 404), {}, b""

    with host(answers) as registry:
        made = planned(services, "team/app:v1", f"docker://{registry.netloc}/me/new:v1")
        assert made.to_move == made.cargo.bytes
        assert any("may not be looked at" in told for told in made.warnings)


def test_what_is_archived_where_it_goes_is_put_again(
    services: Services, app: Image, repository: Repository
) -> None:
    """Nobody could pull it: that it is there already would be no true word."""
    copied(services, "team/app:v1", "team/copy:v1")
    for image in repository.images:
        image.status = "ARCHIVED"
    made = planned(services, "team/app:v1", "team/copy:v1")
    assert not made.done_already
    assert any("archived" in told for told in made.warnings)
    run_it(services, made, Watch())
    assert {image.status for image in repository.images} == {"ACTIVE"}


def test_what_is_archived_where_it_comes_from_is_told_before(
    services: Services, sandbox: Sandbox, app: Image, repository: Repository
) -> None:
    """Also when its manifest is known: its layers could not be had."""
    planned(services, "team/app:v1", "team/copy:v1")
    app.status = "ARCHIVED"
    with pytest.raises(Archived, match="archived"):
        planned(services, "team/app:v1", "team/copy:v1")
