"""Tags and repositories in pages, as ECR counts and links them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ecrtui.sandbox.seed import make_world
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.registry_api import Registry, errors


@pytest.fixture
def registry(sandbox: Sandbox) -> Registry:
    return Registry.of(sandbox)


def walk(registry: Registry, path: str, member: str) -> list[list[str]]:
    """The pages, by following Link as a client must."""
    pages = []
    while path:
        answer = registry.ask("GET", path)
        assert answer.status == 200
        pages.append(answer.json()[member])
        link = answer.headers.get("Link", "")
        if link:
            assert re.fullmatch(r'<http://[^>]+>; rel="next"', link)
        path = link.partition(">")[0].removeprefix("<")
    return pages


@pytest.fixture
def tags(sandbox: Sandbox) -> set[str]:
    """250 tags on images with one, several and none."""
    repository = worlds.add_repository(sandbox.world, "team/app")
    made = {f"v{number}" for number in range(250)}
    left = sorted(made)
    for number in range(110):
        taken = [left.pop() for _ in range(min(len(left), number % 6))]
        worlds.add_image(repository, tags=taken, content=str(number).encode())
    assert not left
    archived = worlds.add_image(repository, tags={"archived"}, content=b"old", status="ARCHIVED")
    assert archived.tags
    return made


def test_a_hundred_tags_a_page_without_n(registry: Registry, tags: set[str]) -> None:
    pages = walk(registry, "team/app/tags/list", "tags")
    assert [len(page) for page in pages] == [100, 100, 50]
    assert {tag for page in pages for tag in page} == tags


@pytest.mark.parametrize("size", [1, 7, 125, 249, 250, 251, 1000])
def test_every_tag_once_whatever_the_page(registry: Registry, tags: set[str], size: int) -> None:
    pages = walk(registry, f"team/app/tags/list?n={size}", "tags")
    found = [tag for page in pages for tag in page]
    assert sorted(found) == sorted(tags)
    assert {len(page) for page in pages[:-1]} <= {size}


def test_an_empty_repository_has_an_empty_list(sandbox: Sandbox, registry: Registry) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    answer = registry.ask("GET", "team/app/tags/list")
    assert answer.json() == {"name": "team/app", "tags": []}
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("number", ["1001", "10000", "0", "-1", "many", "\u0663"])
def test_more_than_a_thousand_is_not_supported(
    registry: Registry, tags: set[str], number: str
) -> None:
    for path in ("team/app/tags/list", "_catalog"):
        refused = registry.ask("GET", f"{path}?n={number}")
        assert errors(refused) == (405, "UNSUPPORTED")
        assert "Invalid parameter at 'maxResults'" in refused.json()["errors"][0]["message"]


def test_last_is_a_token_and_no_tag(registry: Registry, tags: set[str]) -> None:
    for last in ("v1", "%00", "YWJj", "\xe9"):
        refused = registry.ask("GET", f"team/app/tags/list?n=5&last={last}")
        assert errors(refused) == (405, "UNSUPPORTED")
        assert "Invalid next token provided" in refused.json()["errors"][0]["message"]


def test_a_token_belongs_to_its_list(sandbox: Sandbox, registry: Registry, tags: set[str]) -> None:
    worlds.add_repository(sandbox.world, "team/other")
    link = registry.ask("GET", "team/app/tags/list?n=5").headers["Link"]
    elsewhere = link.partition(">")[0].removeprefix("<").replace("team/app", "team/other")
    assert errors(registry.ask("GET", elsewhere)) == (405, "UNSUPPORTED")


def test_the_catalog_names_every_repository(sandbox: Sandbox, registry: Registry) -> None:
    names = [f"team/app-{number}" for number in range(130)]
    for name in names:
        worlds.add_repository(sandbox.world, name)
    pages = walk(registry, "_catalog?n=60", "repositories")
    assert [len(page) for page in pages] == [60, 60, 10]
    assert sorted(name for page in pages for name in page) == sorted(names)


def test_the_gallery_has_no_catalog(sandbox: Sandbox) -> None:
    sandbox.world.public.open(worlds.ACCOUNT, "nice")
    host = sandbox.world.public.host
    token = Registry(host, "").ask("GET", f"http://{host}/token/").json()["token"]
    refused = Registry(host, f"Bearer {token}").ask("GET", "_catalog")
    assert errors(refused) == (405, "UNSUPPORTED")


def test_a_page_looks_only_at_what_it_shows() -> None:
    world = make_world("scale:1,100000")
    (registry,) = world.registries.values()
    (repository,) = registry.repositories.values()
    looked_at = 0
    shelf: Any = repository.images
    make = shelf._image

    def counting(number: int) -> Any:
        nonlocal looked_at
        looked_at += 1
        return make(number)

    shelf._image = counting
    with Sandbox(world):
        from ecrtui.sandbox.distribution.tokens import issue_token

        (key,) = world.keys
        asking = Registry(registry.host, f"Basic {issue_token(key)[0]}")
        link, found = f"{repository.name}/tags/list?n=1000", 0
        for _ in range(3):
            answer = asking.ask("GET", link)
            found += len(answer.json()["tags"])
            link = answer.headers["Link"].partition(">")[0].removeprefix("<")
    assert found == 3000
    assert looked_at < 2 * found
