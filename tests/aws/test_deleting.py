"""Images, tags and repositories deleted, as ECR and ECR Public answer it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ecrtui.aws.registries import writer
from ecrtui.aws.sessions import Sessions
from ecrtui.errors import NotEmpty, NotFound, ReadOnly
from ecrtui.model.image import ImageId
from ecrtui.model.places import PUBLIC_REGION, Registry, RegistryKind
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds

HOME = Registry("main", worlds.REGION)
PUBLIC = Registry("main", PUBLIC_REGION, kind=RegistryKind.PUBLIC)


def shelved(sandbox: Sandbox, home: Registry) -> Callable[[str, float], Repository]:
    world = sandbox.world
    if home.is_public:
        return world.public.open(worlds.ACCOUNT, "alias").create
    return world.registry(worlds.ACCOUNT, worlds.REGION).create


@pytest.mark.parametrize("home", [HOME, PUBLIC])
def test_what_does_not_go_is_told(sandbox: Sandbox, sessions: Sessions, home: Registry) -> None:
    repository = shelved(sandbox, home)("team/app", sandbox.world.clock.start)
    one = worlds.add_image(repository, tags={"a", "b"}, content=b"one")
    two = worlds.add_image(repository, content=b"two")
    index = worlds.add_index(repository, [two], tags={"multi"})
    writing = writer(sessions, home)
    failures = writing.delete(
        "team/app", [ImageId(two.digest), ImageId("sha256:" + "0" * 64), ImageId(image_tag="a")]
    )
    held, missing = failures
    assert (held.image_digest, held.held, held.gone) == (two.digest, True, False)
    assert held.reason
    assert (missing.held, missing.gone) == (False, True)
    assert one.tags == {"b"}
    assert writing.delete("team/app", [ImageId(index.digest), ImageId(one.digest)]) == []
    assert [image.digest for image in repository.images] == [two.digest]


@pytest.mark.parametrize("home", [HOME, PUBLIC])
def test_a_repository_goes_with_its_images_only_when_told(
    sandbox: Sandbox, sessions: Sessions, home: Registry
) -> None:
    create = shelved(sandbox, home)
    worlds.add_image(create("team/app", sandbox.world.clock.start))
    create("team/empty", sandbox.world.clock.start)
    writing = writer(sessions, home)
    with pytest.raises(NotEmpty):
        writing.delete_repository("team/app")
    writing.delete_repository("team/empty")
    writing.delete_repository("team/app", with_images=True)
    with pytest.raises(NotFound):
        writing.delete_repository("team/app", with_images=True)
    with pytest.raises(NotFound):
        writing.delete_repository("team/empty")


def test_read_only_deletes_nothing(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(repository)
    careful = Sessions(read_only=True)
    with pytest.raises(ReadOnly):
        writer(careful, HOME).delete("team/app", [ImageId(image.digest)])
    with pytest.raises(ReadOnly):
        writer(careful, HOME).delete_repository("team/app")
    careful.close()
    assert len(repository.images) == 1
