"""Images with everything in them, for screens that show everything.

release = add_release(repository, "v1")    # an index of two platforms, an SBOM, a signature
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.compare.layers import file, tar

SBOM_TYPE = "application/vnd.cyclonedx+json"
SIGNATURE_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json"
SECRET_NAME = "DATABASE_PASSWORD"
PUSHED = 1_770_000_000.0


class Step(NamedTuple):
    """One line of the build's history; without content it made no layer."""

    created_by: str
    content: bytes | None = None
    comment: str = ""


class Release(NamedTuple):
    """An index under its tag, what it holds, what refers to it."""

    image: Image
    platforms: tuple[Image, ...]
    sbom: Image
    signature: Image


def _compressed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def add_built(
    repository: Repository,
    *,
    tags: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    steps: Sequence[Step] = (Step("COPY . /", b"content"),),
    platform: tuple[str, str] = ("linux", "amd64"),
    pushed_at: float = PUSHED,
    annotations: Mapping[str, str] | None = None,
    pack: Callable[[bytes], bytes] = _compressed,
) -> Image:
    """An image as a builder pushes it: `settings` is the config's own config.

    With `pack=worlds.gzipped` its digests are the same with every zlib.
    """
    layers = [step.content for step in steps if step.content is not None]
    config = {
        "created": "2026-02-01T10:00:00Z",
        "os": platform[0],
        "architecture": platform[1],
        "config": dict(settings or {}),
        "rootfs": {"type": "layers", "diff_ids": [worlds.digest_of(layer) for layer in layers]},
        "history": [
            {
                "created": "2026-02-01T10:00:00Z",
                "created_by": step.created_by,
                **({"comment": step.comment} if step.comment else {}),
                **({"empty_layer": True} if step.content is None else {}),
            }
            for step in steps
        ],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": worlds.OCI_IMAGE,
        "config": worlds.add_blob(repository, json.dumps(config).encode(), worlds.OCI_CONFIG),
        "layers": [worlds.add_blob(repository, pack(one)) for one in layers],
        "annotations": dict(annotations or {}),
    }
    described = [manifest["config"], *manifest["layers"]]  # type: ignore[misc]
    raw = json.dumps(manifest).encode()
    image = Image(
        worlds.digest_of(raw),
        raw,
        worlds.OCI_IMAGE,
        sum(one["size"] for one in described),
        pushed_at,
        artifact_media_type=worlds.OCI_CONFIG,
        tags=set(tags),
        layers=tuple(one["digest"] for one in described),
    )
    repository.images.put(image)
    return image


def add_artifact(
    repository: Repository,
    subject: Image,
    kind: str,
    body: bytes,
    *,
    annotations: Mapping[str, str] | None = None,
) -> Image:
    """A document of one type that refers to an image."""
    manifest = {
        "schemaVersion": 2,
        "mediaType": worlds.OCI_IMAGE,
        "artifactType": kind,
        "config": worlds.add_blob(repository, b"{}", "application/vnd.oci.empty.v1+json"),
        "layers": [worlds.add_blob(repository, body, kind)],
        "subject": worlds.descriptor(subject),
        "annotations": dict(annotations or {}),
    }
    raw = json.dumps(manifest).encode()
    image = Image(
        worlds.digest_of(raw),
        raw,
        worlds.OCI_IMAGE,
        len(body),
        PUSHED + 60,
        artifact_media_type=kind,
        subject=subject.digest,
        annotations=dict(annotations or {}),
    )
    repository.images.put(image)
    return image


def add_release(repository: Repository, tag: str) -> Release:
    """An index of two platforms with an SBOM and a signature."""
    platforms = tuple(
        add_built(
            repository,
            settings={
                "Env": [f"PATH=/{name}/bin", f"{SECRET_NAME}=swordfish-{name}"],
                "Entrypoint": [f"/{name}/run"],
                "Cmd": ["--serve"],
                "User": "worker",
                "WorkingDir": "/work",
                "ExposedPorts": {"8443/tcp": {}},
                "Labels": {"org.opencontainers.image.title": f"title of {name}", "team": name},
            },
            steps=[
                Step("RUN /bin/sh -c install base", bytes(2000)),
                Step(f"COPY {name} /", tar([file(f"/{name}/run", name.encode() * 400)])),
                Step("USER worker", comment="no layer here"),
            ],
            platform=("linux", name),
        )
        for name in ("amd64", "arm64")
    )
    index = worlds.add_index(repository, platforms, tags={tag})
    components = [{"name": "zlib", "version": "1.3"}]
    sbom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}
    return Release(
        index,
        platforms,
        add_artifact(repository, index, SBOM_TYPE, json.dumps(sbom).encode()),
        add_artifact(repository, index, SIGNATURE_TYPE, b'{"critical": {"type": "cosign"}}'),
    )
