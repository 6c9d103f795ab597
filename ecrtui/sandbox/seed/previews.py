"""A preview image for every push to every pull request: several thousand tags."""

from __future__ import annotations

import hashlib

from ecrtui.sandbox.images.config import Config
from ecrtui.sandbox.images.content import OCI_CONFIG, OCI_MANIFEST, Content, to_compact_json
from ecrtui.sandbox.images.layers import file, make_layer
from ecrtui.sandbox.images.manifests import make_image
from ecrtui.sandbox.images.program import heartbeat_program
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.seed.bases import base_layers
from ecrtui.sandbox.seed.story import NOW
from ecrtui.sandbox.shelf import Blob, Image

NAME = "ci/preview"
_IMAGES = 2_400
_EVERY_SECONDS = 43 * 60


def fill(repository: Repository) -> None:
    """2,400 images; two in three have a second tag, which names their commit.

    All share their config and layers and differ in an annotation: what makes thousands of tags
    slow is their number, so their bytes are kept few.
    """
    program = heartbeat_program("amd64", "shop preview")
    layers = [
        *base_layers("amd64", "12.8"),
        make_layer([file("preview", program, 0o755)], "COPY", 0),
    ]
    config = Config("amd64", "2026-09-01T00:00:00Z", entrypoint=("/preview",), user="app")
    made = make_image(config, layers)
    for one in made.blobs:
        repository.blobs[one.digest] = Blob(one.digest, len(one.data), one.media_type, one.data)
    size = sum(len(one.data) for one in made.blobs)
    parts = [one.descriptor() for one in made.blobs]
    digests = tuple(one.digest for one in made.blobs)
    for number in range(_IMAGES):
        commit = hashlib.sha256(b"preview %d" % number).hexdigest()[:10]
        notes = {"org.opencontainers.image.revision": commit}
        content = _manifest(parts, notes)
        repository.images.put(
            Image(
                digest=content.digest,
                manifest=content.data,
                media_type=OCI_MANIFEST,
                size=size,
                pushed_at=NOW.timestamp() - (_IMAGES - number) * _EVERY_SECONDS,
                artifact_media_type=OCI_CONFIG,
                tags=_tags(number, commit),
                layers=digests,
                annotations=notes,
            )
        )


def _manifest(parts: list[dict[str, object]], notes: dict[str, str]) -> Content:
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": parts[0],
        "layers": parts[1:],
        "annotations": notes,
    }
    return Content(OCI_MANIFEST, to_compact_json(document))


def _tags(number: int, commit: str) -> set[str]:
    """``pr-<number of the request>-<push>``, and for most the commit."""
    request, push = 4_000 + number // 3, number % 3 + 1
    tags = {f"pr-{request}-{push}"}
    return tags | {f"sha-{commit}"} if number % 3 else tags
