"""AWS_ENDPOINT_URL with another server: what moto implements works."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.headless.program import answer, ecrtui

REGION = "eu-central-1"
OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json"


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A client of a moto server that the environment names."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "ECRTUI_HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    yield boto3.client("ecr", region_name=REGION)
    server.stop()


def push(registry: Any, repository: str, tag: str) -> None:
    def described(data: bytes, kind: str) -> dict[str, Any]:
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        return {
            "mediaType": f"application/vnd.oci.image.{kind}",
            "digest": digest,
            "size": len(data),
        }

    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_IMAGE,
        "config": described(tag.encode(), "config.v1+json"),
        "layers": [described(b"layer of " + tag.encode(), "layer.v1.tar+gzip")],
    }
    registry.put_image(repositoryName=repository, imageManifest=json.dumps(manifest), imageTag=tag)


def test_every_listing_works(registry: Any) -> None:
    for name in ("one/app", "two/app"):
        registry.create_repository(repositoryName=name)
    for tag in ("v1", "v2"):
        push(registry, "two/app", tag)
    assert {row["repositoryName"] for row in answer("repos")} == {"one/app", "two/app"}
    rows = answer("images", "two/app")
    assert {tuple(row["imageTags"]) for row in rows} == {("v1",), ("v2",)}
    (asked,) = [row for row in answer("regions", "--region", REGION) if row["account"]]
    assert (asked["region"], asked["repositories"], asked["complete"]) == (REGION, 2, True)
    hits = answer("search", "v2", "--region", REGION)
    assert [hit["repositoryName"] for hit in hits] == ["two/app"]
    assert answer("wait", "two/app:v1", "--timeout", "5")["imageTags"] == ["v1"]
    assert ecrtui("images", "three/app").returncode == 4
    assert ecrtui("wait", "two/app:v3", "--timeout", "0.2", "--interval", "0.1").returncode == 4
    states = {check["name"]: check["state"] for check in answer("doctor")}
    assert states["credentials"] == states["registry"] == "ok"
