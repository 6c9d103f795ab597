"""Walking down generated worlds: what the sandbox holds is what is listed, hostile texts too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.image import ImageId
from ecrtui.model.places import Registry
from ecrtui.model.reference import parse
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows import browse
from ecrtui.workflows.documents import opened
from ecrtui.workflows.inspect import inspect
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import reading
from tests import worlds
from tests.workflows.at_work import here, services_in


def names(services: Services, place: Registry) -> list[str]:
    return [
        row.repository_name for page in browse.repositories(services, place) for row in page.items
    ]


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_all_there_is_is_listed(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds.small_world(seed)
    with Sandbox(world) as sandbox:
        for name, value in sandbox.env.items():
            monkeypatch.setenv(name, value)
        services = services_in(tmp_path)
        for (account, region), registry in world.registries.items():
            place = Registry("main" if account == worlds.ACCOUNT else "other", region)
            assert sorted(names(services, place)) == sorted(registry.repositories)
            for name, repository in registry.repositories.items():
                rows = [row for page in browse.images(services, place, name) for row in page.items]
                expected = {image.digest: frozenset(image.tags) for image in repository.images}
                assert {row.image_digest: frozenset(row.image_tags) for row in rows} == expected
                assert len(rows) == len(expected)


def test_every_uri_the_service_tells_is_understood(services: Services, sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    uri = browse.repository(services, here(), "team/app").repository_uri
    assert parse(uri).name == "team/app"
    with pytest.raises(NotFound):
        browse.repository(services, here(), "no/such")


@contextmanager
def hostile(monkeypatch: pytest.MonkeyPatch, *, named: bool) -> Iterator[None]:
    with Sandbox(worlds.hostile_world(names=named)) as sandbox:
        for name, value in sandbox.env.items():
            monkeypatch.setenv(name, value)
        yield


def test_hostile_names_are_listed_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hostile(monkeypatch, named=True):
        assert set(names(services_in(tmp_path), here())) == set(worlds.HOSTILE)


def test_hostile_texts_come_through_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hostile(monkeypatch, named=False):
        services = services_in(tmp_path)
        for number, text in enumerate(worlds.HOSTILE):
            name = f"hostile/number-{number}"
            rows = [row for page in browse.images(services, here(), name) for row in page.items]
            tagged = next(row for row in rows if row.image_tags)
            assert set(tagged.image_tags) == {text, "plain"}
            target = Target(here(), name, ImageId(tagged.image_digest))
            details = list(inspect(services, target))[-1]
            assert details.problems == ()
            assert details.config is not None
            assert details.config.labels == {text: text}
            assert details.manifest is not None
            assert details.manifest.annotations == {text: text}
            assert [row.artifact_type for row in details.referrers] == [text]
            assert opened(services, details).title
            parts = {part.title: part for part in reading.parts(services, here(), name)}
            assert parts["Resource tags"].value == {text: text}
            assert parts["Lifecycle policy"].value == {"Statement": text}


def test_a_repository_that_is_gone(services: Services) -> None:
    for read in (browse.images, reading.parts):
        with pytest.raises(EcrtuiError) as failed:
            list(read(services, here(), "no/such"))
        assert failed.value.exit_code == 4
