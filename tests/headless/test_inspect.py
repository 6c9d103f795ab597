"""`inspect --json`: the design's document, on generated worlds."""

from __future__ import annotations

import json
from pathlib import Path

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import answer, ecrtui

MEMBERS = [
    "reference",
    "digest",
    "mediaType",
    "size",
    "platforms",
    "config",
    "manifest",
    "referrers",
]


def test_an_image_and_what_refers_to_it(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(repository, tags={"v1"}, labels={"note": worlds.HOSTILE[2]})
    kind = "application/vnd.example.signature"
    signature = worlds.add_image(
        repository, content=b"signed", artifactType=kind, subject=worlds.descriptor(image)
    )
    document = answer("inspect", "team/app:v1", home=tmp_path)
    assert list(document) == MEMBERS
    assert (document["digest"], document["mediaType"]) == (image.digest, image.media_type)
    assert document["manifest"] == json.loads(image.read_manifest())
    assert document["config"]["config"]["Labels"] == {"note": worlds.HOSTILE[2]}
    assert document["platforms"] == [
        {"platform": "linux/amd64", "digest": image.digest, "size": image.size}
    ]
    assert [(row["digest"], row["artifactType"]) for row in document["referrers"]] == [
        (signature.digest, kind)
    ]


def test_an_index_has_its_platforms_sizes(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    platforms = [("linux", "amd64"), ("linux", "arm64")]
    children = [
        worlds.add_image(repository, content=bytes(n + 9), platform=platform)
        for n, platform in enumerate(platforms)
    ]
    worlds.add_index(repository, children, tags={"multi"})
    document = answer("inspect", "team/app:multi", "--platform", "linux/arm64", home=tmp_path)
    assert document["platforms"] == [
        {"platform": "/".join(platform), "digest": child.digest, "size": child.size}
        for platform, child in zip(platforms, children, strict=True)
    ]
    assert document["config"]["architecture"] == "arm64"
    assert (
        len(ecrtui("inspect", "team/app:multi", "--jsonl", home=tmp_path).stdout.splitlines()) == 1
    )


def test_referrers_that_may_not_be_listed_are_null(sandbox: Sandbox, tmp_path: Path) -> None:
    worlds.add_image(worlds.add_repository(sandbox.world, "team/app"), tags={"v1"})
    for action, code in (("deny", 3), ("unknown", 0)):
        sandbox.faults.clear()
        sandbox.faults.add(action, operation="ListImageReferrers")
        done = ecrtui("inspect", "team/app:v1", "--json", home=tmp_path)
        assert done.returncode == code, done.stderr
        assert json.loads(done.stdout)["referrers"] is None
        assert "referrers" in done.stderr


def test_lines_for_people(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(repository, tags={"v1"})
    done = ecrtui("inspect", "team/app:v1", home=tmp_path)
    assert f"Digest\t{image.digest}" in done.stdout.splitlines()
