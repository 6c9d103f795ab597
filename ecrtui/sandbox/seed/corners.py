"""The registry's corners: charts, caches, archives, leftovers, and what is no image at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from ecrtui.sandbox.images.artifacts import cosign_signature, helm_chart
from ecrtui.sandbox.images.config import Config
from ecrtui.sandbox.images.content import Content, filler
from ecrtui.sandbox.images.layers import file, make_layer
from ecrtui.sandbox.images.manifests import make_artifact, make_image
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.seed.bases import base_layers
from ecrtui.sandbox.seed.releases import make_release, put_release
from ecrtui.sandbox.seed.shelve import put
from ecrtui.sandbox.seed.story import NOW, Release, Service, calendar, iso, moment

_BUNDLE = "application/vnd.oci.image.layer.v1.tar+gzip"
_POLICY = "application/vnd.cncf.openpolicyagent.config.v1+json"
_MODEL = "application/vnd.cncf.model.manifest.v1+json"
_CACHE = "application/vnd.buildkit.cacheconfig.v0"


def add_leftovers(repository: Repository, service: Service) -> None:
    """Images whose tag moved on: the candidate of every release, and cosign's for gateway."""
    releases = service.releases[1::3]
    for release in releases:
        earlier = release.pushed - timedelta(hours=5)
        candidate = replace(release, pushed=earlier, tags=(), version=release.version)
        made = make_release(service, replace(candidate, env={**release.env, "BUILD": "candidate"}))
        put(repository, made, earlier.timestamp())
    if service.name == "shop/gateway":
        made = make_release(service, service.releases[-1])
        tag, signature = cosign_signature(made, service.name)
        put(repository, signature, service.releases[-1].pushed.timestamp() + 40, [tag])


def fill_branches(repository: Repository, *, service: Service) -> None:
    """The development account: the newest builds of main and of a branch, tags on the move."""
    last = service.releases[-1]
    for number, branch in enumerate(("main", "feature-payments", "main", "main")):
        pushed = NOW - timedelta(hours=30 - number * 9, minutes=len(service.name))
        version = f"{last.version}-dev.{number}"
        put_release(
            repository, service, replace(last, version=version, pushed=pushed, tags=(branch,))
        )


def _fill_chart(repository: Repository, *, name: str) -> None:
    for number, release in enumerate(calendar(name, 6, 1, 14)):
        values = f"replicaCount: {2 + number}\nimage:\n  tag: v2.{9 + number}.0\n"
        pushed = release.pushed
        made = helm_chart(name, release.version, int(pushed.timestamp()), values)
        put(repository, made, pushed.timestamp(), [release.version])


def _fill_bundles(repository: Repository) -> None:
    for number, release in enumerate(calendar("opa", 5, 0, 11)):
        data = Content(_BUNDLE, filler(f"bundle {number}", 5_200 + 300 * number))
        config = Content(_POLICY, b"{}")
        made = make_artifact(_POLICY, [(data, {})], config=config)
        put(repository, made, release.pushed.timestamp(), [f"v{release.version}"])


def _fill_model(repository: Repository) -> None:
    pushed = moment("10-29 13:13")
    weights = Content("application/vnd.cncf.model.weight.v1.raw", filler("weights", 3_000_000))
    title = {"org.opencontainers.image.title": "ranker.safetensors"}
    made = make_artifact(_MODEL, [(weights, title)], annotations={"com.example.model": "ranker"})
    put(repository, made, pushed.timestamp(), ["2026-10"])


def _fill_build_cache(repository: Repository) -> None:
    for number in range(6):
        pushed = NOW - timedelta(days=number, hours=3)
        config = Content(_CACHE, b'{"layers": [], "records": %d}' % number)
        data = Content(_BUNDLE, filler(f"cache {number}", 90_000 * (number + 1)))
        made = make_artifact(_CACHE, [(data, {})], config=config)
        put(repository, made, pushed.timestamp(), ["buildcache"] if number == 0 else [])


def _fill_monolith(repository: Repository) -> None:
    """Years old and unused: all but the last release are archived."""
    service = Service("legacy/monolith", "python", (), libraries={"django": "3.2.25"}, docker=True)
    dates = ("01-12 12:00", "02-16 12:00", "04-20 12:00", "06-29 12:00")
    for number, text in enumerate(dates):
        release = Release(f"1.9.{number}", moment(text), "12.6")
        image = put_release(repository, service, release)
        image.last_pull = moment("07-06 03:00").timestamp()
        if number < len(dates) - 1:
            image.status = "ARCHIVED"
            image.last_archived_at = moment("10-05 02:00").timestamp()


def _fill_abandoned(repository: Repository) -> None:
    """Nothing here has a tag any more."""
    service = Service("legacy/cron", "go", ())
    for number in range(5):
        pushed = moment("05-01 07:30") + timedelta(days=number)
        made = make_release(service, Release(f"0.{number}.0", pushed, "12.6"))
        put(repository, made, pushed.timestamp())


def _fill_notebooks(repository: Repository) -> None:
    """A team's that is gone: large, each image of its own, and nobody pulled any since May."""
    for number in range(8):
        pushed = moment("02-03 10:00") + timedelta(days=11 * number)
        data = file("srv/notebooks/features.parquet", filler(f"features {number}", 6_000_000))
        seconds = int(pushed.timestamp())
        layer = make_layer([data], "COPY notebooks /srv/notebooks", seconds, level=0)
        config = Config("amd64", iso(pushed), cmd=("jupyter", "lab"), workdir="/srv")
        layers = [*base_layers("amd64", "12.6"), layer]
        version = f"2026.{number + 1}"
        image = put(repository, make_image(config, layers), pushed.timestamp(), [version])
        image.last_pull = (pushed + timedelta(days=9)).timestamp()


def _fill_cached(repository: Repository, *, versions: tuple[str, ...]) -> None:
    """What the cache brought in: public images, multi-platform, pulled by everyone."""
    service = Service(repository.name, "go", (), ("amd64", "arm64"))
    for number, version in enumerate(versions):
        pushed = _cached_at(number)
        made = make_release(service, Release(version, pushed, "12.7", user="", cmd=()))
        image = put(repository, made, pushed.timestamp(), [version])
        image.last_pull = (NOW - timedelta(hours=number + 1)).timestamp()


def _cached_at(number: int) -> datetime:
    return NOW - timedelta(days=3 + 16 * number, hours=number)


def _fill_nothing(repository: Repository) -> None:
    """Created yesterday; nobody has pushed yet."""
    repository.created_at = moment("11-23 16:40").timestamp()


FILLS: dict[str, Callable[[Repository], None]] = {
    "charts/shop-api": partial(_fill_chart, name="shop-api"),
    "charts/shop-web": partial(_fill_chart, name="shop-web"),
    "charts/umbrella": partial(_fill_chart, name="umbrella"),
    "ci/build-cache": _fill_build_cache,
    "data/models/ranker": _fill_model,
    "data/notebooks": _fill_notebooks,
    "docker-hub/library/nginx": partial(_fill_cached, versions=("1.29.3", "1.29.2", "1.28.0")),
    "docker-hub/library/postgres": partial(_fill_cached, versions=("18.1", "17.7")),
    "docker-hub/library/redis": partial(_fill_cached, versions=("8.4.0", "8.2.3")),
    "ecr-public/docker/library/alpine": partial(_fill_cached, versions=("3.22.2",)),
    "legacy/cron": _fill_abandoned,
    "legacy/monolith": _fill_monolith,
    "platform/opa-bundles": _fill_bundles,
    "quay/prometheus/node-exporter": partial(_fill_cached, versions=("v1.10.2",)),
    "shop/gift-cards": _fill_nothing,
}
"""The repositories that are not a service's, with what fills them."""
