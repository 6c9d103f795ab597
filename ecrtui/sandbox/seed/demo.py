"""The demo: a shop's three accounts on the morning of 24 November 2026.

The storefront's API had a release with a bad OpenSSL, mended a week later by one that runs as root
by mistake; a release candidate is out, previews of every pull request pile up, an old monolith
sleeps in the archive, and a repository of notebooks is large and forgotten. Production runs on ECS,
one service of it still by the bad release. Nothing here makes bytes: repositories do so when first
looked into.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from ecrtui.sandbox.clock import Clock
from ecrtui.sandbox.registry import Registry, Repository
from ecrtui.sandbox.seed import corners, places, policies, previews
from ecrtui.sandbox.seed.findings import add_basic_scans, add_enhanced_scans
from ecrtui.sandbox.seed.gallery import open_gallery
from ecrtui.sandbox.seed.past import remember_pushes
from ecrtui.sandbox.seed.people import add_people
from ecrtui.sandbox.seed.releases import fill_service
from ecrtui.sandbox.seed.running import plan_workloads
from ecrtui.sandbox.seed.services import main_services
from ecrtui.sandbox.seed.settings import dev_settings, main_settings, replica_settings
from ecrtui.sandbox.seed.story import NOW, Service, iso
from ecrtui.sandbox.world import World

Fill = Callable[[Repository], None]


def demo_world() -> World:
    """The whole demo, without a byte of an image made yet."""
    world = World(Clock.at(iso(NOW)))
    add_people(world)
    services = main_services()
    _fill_main(world.registry(places.PROD, places.MAIN), services)
    _fill_replica(world.registry(places.PROD, places.REPLICA), services)
    _fill_dev(world.registry(places.DEV, places.MAIN), services)
    for account, region, names in places.SMALL:
        _fill_small(world.registry(account, region), names, services)
    open_gallery(world)
    plan_workloads(world, services)
    remember_pushes(world, world.registry(places.PROD, places.MAIN), services)
    return world


def _fill_main(registry: Registry, services: list[Service]) -> None:
    for service in services:
        repository = _create(registry, service.name, partial(_fill_scanned, service=service))
        repository.tags = places.resource_tags(service.name)
        repository.scan_on_push = True
    for name, fill in corners.FILLS.items():
        _create(registry, name, fill)
    _create(registry, previews.NAME, previews.fill)
    policies.apply_main(registry)
    main_settings(registry)


def _fill_replica(registry: Registry, services: list[Service]) -> None:
    for service in services:
        if service.name in places.REPLICATED:
            _create(registry, service.name, partial(_fill_enhanced, service=service))
    replica_settings(registry)


def _fill_dev(registry: Registry, services: list[Service]) -> None:
    for service in services:
        if service.name.startswith("shop/"):
            fill = partial(corners.fill_branches, service=service)
            repository = _create(registry, service.name, fill)
            repository.tags = places.resource_tags(service.name) | {"env": "dev"}
    policies.apply_dev(registry)
    dev_settings(registry)


def _fill_small(registry: Registry, names: tuple[str, ...], services: list[Service]) -> None:
    for service in services:
        if service.name in names:
            _create(registry, service.name, partial(fill_service, service=service))


def _fill_scanned(repository: Repository, *, service: Service) -> None:
    fill_service(repository, service)
    corners.add_leftovers(repository, service)
    add_basic_scans(repository, service)


def _fill_enhanced(repository: Repository, *, service: Service) -> None:
    fill_service(repository, service)
    add_enhanced_scans(repository, service)


def _create(registry: Registry, name: str, fill: Fill) -> Repository:
    """A repository created some months ago, earlier for earlier names."""
    ago = timedelta(days=180 + sum(name.encode()) % 400, minutes=len(name) * 7)
    return registry.create(name, (NOW - ago).timestamp(), fill)
