"""Random graphs of images in a layout: shared blobs, indexes in indexes, attestations, and what
refers to images by the referrers API and by cosign's tags."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from tests import worlds
from tests.oci.layers.made import files as tar_of
from tests.oci.stored.made import OCI, blob, config, in_folder, index, layout, named
from tests.oci.stored.test_saving import PACKED

DOCKER = "application/vnd.docker"
EMPTY = "application/vnd.oci.empty.v1+json"


class Graph:
    """One image of any kind, whose parts are chosen by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.files: dict[str, bytes] = {}
        self.bodies = [self.chance.randbytes(self.chance.randrange(1, 3000)) for _ in range(4)]
        self.rows: list[dict[str, Any]] = []
        self.image = self._any(2)
        self.rows.append(named(self.image, "v1"))
        self.referrers: list[dict[str, Any]] = []
        self._refer(self.image, 2)

    def in_folder(self, folder: Path) -> Path:
        """The layout on disk."""
        return in_folder(layout(*self.rows, files=self.files), folder)

    def _any(self, depth: int) -> dict[str, Any]:
        return self._index(depth) if depth and self.chance.random() < 0.6 else self._one()

    def _one(self) -> dict[str, Any]:
        kind = self.chance.choice(("oci", "silent", "zstd", "docker", "artifact", "attestation"))
        family = DOCKER if kind == "docker" else OCI
        bodies = [self.chance.choice(self.bodies) for _ in range(self.chance.randrange(4))]
        layers = [tar_of("f", contents=body) for body in bodies]
        told = config([worlds.digest_of(one) for one in layers], author=str(self.chance.random()))
        types = {
            "docker": ("container.image.v1+json", "image.rootfs.diff.tar.gzip"),
            "zstd": ("config.v1+json", "layer.v1.tar+zstd"),
        }.get(kind, ("config.v1+json", "layer.v1.tar+gzip"))
        pack = PACKED["+zstd" if kind == "zstd" else "+gzip"]
        manifest: dict[str, Any] = {
            "schemaVersion": 2,
            "config": blob(self.files, b"{}", EMPTY)
            if kind == "artifact"
            else blob(self.files, told, f"{family}.{types[0]}"),
            "layers": [blob(self.files, pack(one), f"{family}.{types[1]}") for one in layers],
        }
        if kind == "artifact":
            manifest["artifactType"] = "application/vnd.example"
        media_type = f"{OCI}.manifest.v1+json"
        if kind == "docker":
            media_type = f"{DOCKER}.distribution.manifest.v2+json"
        if kind != "silent":
            manifest["mediaType"] = media_type
        described = blob(self.files, json.dumps(manifest).encode(), media_type)
        if kind == "attestation":
            described["annotations"] = {"vnd.docker.reference.type": "attestation-manifest"}
        return described

    def _index(self, depth: int) -> dict[str, Any]:
        children = [self._any(depth - 1) for _ in range(self.chance.randrange(4))]
        told = json.loads(index(*children))
        told["annotations"] = {"n": str(self.chance.random())}
        if self.chance.random() < 0.5:
            told["mediaType"] = f"{OCI}.index.v1+json"
        return blob(self.files, json.dumps(told).encode(), f"{OCI}.index.v1+json")

    def _refer(self, subject: dict[str, Any], depth: int) -> None:
        for _ in range(self.chance.randrange(3) if depth else 0):
            told = {
                "schemaVersion": 2,
                "mediaType": f"{OCI}.manifest.v1+json",
                "artifactType": "application/spdx+json",
                "config": blob(self.files, b"{}", EMPTY),
                "layers": [blob(self.files, self.chance.randbytes(50), "application/spdx+json")],
                "subject": {key: subject[key] for key in ("mediaType", "digest", "size")},
            }
            made = blob(self.files, json.dumps(told).encode(), f"{OCI}.manifest.v1+json")
            self.referrers.append(made)
            self.rows.append({**made, "artifactType": "application/spdx+json"})
            self._refer(made, depth - 1)
        if self.chance.random() < 0.5:
            signature = self._one()
            self.referrers.append(signature)
            self.rows.append(named(signature, subject["digest"].replace(":", "-") + ".sig"))
