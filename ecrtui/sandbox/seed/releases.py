"""Releases into images: layers, configs, indexes with attestations, signatures and SBOMs."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from ecrtui.sandbox.images.artifacts import notation_signature, sbom_referrer
from ecrtui.sandbox.images.attestations import Package, attestation_manifest
from ecrtui.sandbox.images.config import Config
from ecrtui.sandbox.images.content import filler
from ecrtui.sandbox.images.layers import (
    Entry,
    Layer,
    directory,
    file,
    make_layer,
    symlink,
    whiteout,
)
from ecrtui.sandbox.images.manifests import Made, make_image, make_index
from ecrtui.sandbox.images.program import heartbeat_program
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.seed.bases import base_layers, debian_packages, library_layer
from ecrtui.sandbox.seed.shelve import put
from ecrtui.sandbox.seed.story import NOW, OWNER, Release, Service, iso
from ecrtui.sandbox.shelf import Image

_PURLS = {"python": "pypi", "node": "npm", "go": "golang"}
_PULLED_DAILY = ("latest", "stable")


def fill_service(repository: Repository, service: Service) -> None:
    """Every release of the service, oldest first, as its pipeline pushed them."""
    for release in service.releases:
        put_release(repository, service, release)


def put_release(repository: Repository, service: Service, release: Release) -> Image:
    """One release with its tags; signed and with an SBOM when the service is attested."""
    made = make_release(service, release)
    pushed = release.pushed.timestamp()
    tags = (f"v{release.version}", *release.tags)
    image = put(repository, made, pushed, tags)
    days = 0.1 if set(tags) & set(_PULLED_DAILY) else 6
    image.last_pull = min(pushed + days * 86_400, NOW.timestamp() - 1_800 * days)
    if service.attested:
        _put_referrers(repository, service, release, made)
    return image


def make_release(service: Service, release: Release) -> Made:
    """The image of a release, an index when it is for several platforms."""
    images = [make_platform(service, release, one) for one in service.platforms]
    if len(images) == 1:
        return images[0]
    notes = {"org.opencontainers.image.version": release.version}
    if not service.attested:
        return make_index(images, notes, docker=service.docker)
    finished = iso(release.pushed - timedelta(seconds=20))
    built = (iso(release.pushed - timedelta(minutes=3)), finished, revision(service, release))
    packages = packages_of(service, release)
    attestations = [attestation_manifest(image, service.name, packages, built) for image in images]
    return make_index([*images, *attestations], notes)


def make_platform(service: Service, release: Release, architecture: str) -> Made:
    """The image of a release for one architecture."""
    libraries = tuple(sorted((service.libraries | release.libraries).items()))
    layers = [
        *base_layers(architecture, release.base),
        library_layer(service.kind, architecture, libraries),
        _application(service, release, architecture),
    ]
    return make_image(_config(service, release, architecture), layers, docker=service.docker)


def packages_of(service: Service, release: Release) -> list[Package]:
    """What is inside: Debian's packages and the language's libraries."""
    kind = _PURLS[service.kind]
    libraries = service.libraries | release.libraries
    return debian_packages(release.base) + [
        Package(kind, name, version) for name, version in sorted(libraries.items())
    ]


def revision(service: Service, release: Release) -> str:
    """The git commit a release was built from."""
    text = f"{service.name} {release.version}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _config(service: Service, release: Release, architecture: str) -> Config:
    short = service.name.rpartition("/")[2]
    created = iso(release.pushed - timedelta(minutes=2))
    return Config(
        architecture,
        created,
        env={
            "PATH": "/usr/local/bin:/usr/bin",
            "APP_VERSION": release.version,
            **release.env,
        },
        entrypoint=(f"/usr/local/bin/{short}",),
        cmd=release.cmd,
        user=release.user,
        workdir="/srv",
        ports=service.ports,
        labels={
            "org.opencontainers.image.source": f"https://git.example.com/{service.name}",
            "org.opencontainers.image.revision": revision(service, release),
            "org.opencontainers.image.version": release.version,
            **OWNER,
        },
        stop_signal="SIGTERM",
        steps=(
            f"USER {release.user}",
            f"EXPOSE map[{service.ports[0]}:{{}}]",
            f'ENTRYPOINT ["/usr/local/bin/{short}"]',
            f"CMD {list(release.cmd)}".replace("'", '"'),
        ),
    )


def _application(service: Service, release: Release, architecture: str) -> Layer:
    short = service.name.rpartition("/")[2]
    banner = f"{service.name} {release.version} (linux/{architecture})"
    program = heartbeat_program(architecture, banner, f"{short} {release.version} heartbeat")
    entries: list[Entry] = [
        directory("srv"),
        file(f"usr/local/bin/{short}", program, 0o755),
        symlink("srv/current", f"releases/{release.version}"),
        directory(f"srv/releases/{release.version}"),
        *_modules(service, release),
        file("etc/shop.toml", f'service = "{service.name}"\nversion = "{release.version}"\n'),
    ]
    if release.changed:
        entries.append(whiteout("usr/share/doc"))
    when = int((release.pushed - timedelta(minutes=2)).timestamp())
    return make_layer(entries, f"COPY --chown=app . /srv # {service.name}", when, level=1)


def _modules(service: Service, release: Release) -> list[Entry]:
    """The application's own files: some change with every release, some only when named."""
    folder = f"srv/releases/{release.version}"
    same = filler(service.name, service.weight)
    changed = [
        file(f"{folder}/{name}.bin", filler(f"{service.name} {name} {release.version}", 4_000))
        for name in release.changed
    ]
    return [
        file(f"{folder}/main.bin", same).owned(10001, 10001),
        file(f"{folder}/VERSION", release.version + "\n").owned(10001, 10001),
        *(entry.owned(10001, 10001) for entry in changed),
    ]


def _put_referrers(repository: Repository, service: Service, release: Release, made: Made) -> None:
    """The signature of the index and the SBOM of its first platform's image."""
    created = iso(release.pushed + timedelta(seconds=30))
    after = release.pushed.timestamp() + 30
    put(repository, notation_signature(made, created), after)
    packages = packages_of(service, release)
    first = made.children[0] if made.children else made
    put(repository, sbom_referrer(first, service.name, created, packages), after + 5)
    put(repository, sbom_referrer(made, service.name, created, packages), after + 6)
