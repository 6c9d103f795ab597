"""`ecs://` and `lambda://`: what runs, by its digest, wherever its tag has gone."""

from __future__ import annotations

import pytest

from ecrtui.errors import NotFound, UsageError
from ecrtui.model.places import Outside
from ecrtui.model.reference import Transport
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.at_work import written
from ecrtui.workflows.locate import locate
from ecrtui.workflows.services import Services
from tests import worlds

APP = "team/app"


def test_a_service_by_the_digest_that_its_tag_has_left(
    services: Services, sandbox: Sandbox
) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    old = worlds.add_image(repository, tags={"old"}, content=b"old")
    worlds.add_image(repository, tags={"live"}, content=b"new")
    ref = worlds.uri(repository, "live")
    worlds.add_service(sandbox.world, ref, digest=old.digest, name="shop", count=2)
    for text in ("ecs://main/shop", "ecs://main/shop/app"):
        target = locate(services, text)
        assert target.image_id.image_digest == old.digest
        assert target.image_id.image_tag == ""
        assert target.repository == APP
        assert target.registry.account == worlds.ACCOUNT


def test_one_that_runs_nothing_is_known_by_its_revision(
    services: Services, sandbox: Sandbox
) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    image = worlds.add_image(repository, tags={"live"})
    worlds.add_service(sandbox.world, worlds.uri(repository, "live"), name="idle", count=0)
    assert locate(services, "ecs://main/idle").image_id.image_digest == image.digest


def test_a_function(services: Services, sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    image = worlds.add_image(repository, content=b"before")
    worlds.add_image(repository, tags={"live"}, content=b"now")
    ref = worlds.uri(repository, "live")
    worlds.add_function(sandbox.world, ref, digest=image.digest, name="resize")
    target = locate(services, "lambda://resize")
    assert (target.repository, target.image_id.image_digest) == (APP, image.digest)


def test_what_is_not_there_or_not_told(services: Services, sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    worlds.add_image(repository, tags={"live"})
    worlds.add_service(sandbox.world, worlds.uri(repository, "live"), name="shop")
    worlds.add_function(sandbox.world, "", digest="", name="zipped")
    with pytest.raises(NotFound):
        locate(services, "ecs://main/other")
    with pytest.raises(UsageError) as caught:
        locate(services, "ecs://main/shop/sidecar")
    assert "ecs://main/shop/app" in caught.value.hint
    with pytest.raises(NotFound):
        locate(services, "lambda://zipped")


def test_an_image_of_another_registry(services: Services, sandbox: Sandbox) -> None:
    digest = "sha256:" + "a" * 64
    worlds.add_service(sandbox.world, "nginx:1.27", digest=digest, name="proxy")
    target = locate(services, "ecs://main/proxy")
    assert target.home == Outside(Transport.DOCKER, "docker.io")
    assert (target.repository, target.image_id.image_digest) == ("library/nginx", digest)


@pytest.mark.parametrize(
    ("image", "host", "name"),
    [
        ("nginx", "docker.io", "library/nginx"),
        ("grafana/loki:3@sha256:" + "b" * 64, "docker.io", "grafana/loki"),
        ("ghcr.io/org/app:v1", "ghcr.io", "org/app"),
        ("localhost/app", "localhost", "app"),
    ],
)
def test_names_as_task_definitions_write_them(image: str, host: str, name: str) -> None:
    reference = written(image)
    assert (reference.transport, reference.host) == (Transport.DOCKER, host)
    assert reference.name == name
