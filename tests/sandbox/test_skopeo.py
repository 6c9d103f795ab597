"""Skopeo and umoci against the sandbox: what goes in comes out, byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.sandbox.clients import client
from tests.sandbox.layers import one_file
from tests.sandbox.programs import run
from tests.sandbox.registry_api import Registry, password

OUT, IN = "--src-tls-verify=false", "--dest-tls-verify=false"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    worlds.add_repository(sandbox.world, "team/copy")
    return worlds.add_repository(sandbox.world, "team/app")


@pytest.fixture
def index(repository: Repository) -> Image:
    """An index over images of two platforms."""
    platforms = [("linux", "amd64"), ("linux", "arm64")]
    children = [
        worlds.add_image(repository, content=one_file(platform[1]), platform=platform)
        for platform in platforms
    ]
    return worlds.add_index(repository, children, tags={"v1", "latest"})


@pytest.fixture
def host(sandbox: Sandbox, index: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The registry's host, where skopeo is signed in."""
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "auth.json"))
    monkeypatch.setenv("HOME", str(tmp_path))
    found = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    given = ["--tls-verify=false", "-u", "AWS", "--password-stdin", found]
    run("skopeo", "login", *given, given=password())
    return found


def skopeo(command: str, *args: str | Path, ok: bool = True) -> str:
    done = run("skopeo", command, *args, ok=ok)
    return done.stdout if ok else done.stderr


def digests(name: str) -> set[str]:
    found = client("ecr").describe_images(repositoryName=name)["imageDetails"]
    return {row["imageDigest"] for row in found}


def test_list_and_inspect(host: str, index: Image) -> None:
    listed = json.loads(skopeo("list-tags", "--tls-verify=false", f"docker://{host}/team/app"))
    assert sorted(listed["Tags"]) == ["latest", "v1"]
    told = json.loads(skopeo("inspect", "--tls-verify=false", f"docker://{host}/team/app:v1"))
    assert told["Digest"] == index.digest
    raw = skopeo("inspect", "--raw", "--tls-verify=false", f"docker://{host}/team/app:v1")
    assert raw.encode() == index.read_manifest()


def test_three_hundred_tags_over_pages(host: str, repository: Repository) -> None:
    many = {f"t{number}" for number in range(300)}
    worlds.add_image(repository, tags=many, content=b"tagged")
    listed = json.loads(skopeo("list-tags", "--tls-verify=false", f"docker://{host}/team/app"))
    assert set(listed["Tags"]) == many | {"v1", "latest"}


def test_out_and_in_again_with_equal_digests(host: str, index: Image, tmp_path: Path) -> None:
    layout = f"oci:{tmp_path / 'layout'}:v1"
    skopeo("copy", "--all", OUT, f"docker://{host}/team/app:v1", layout)
    skopeo("copy", "--all", IN, layout, f"docker://{host}/team/copy:v1")
    assert digests("team/copy") == digests("team/app") == {index.digest, *index.children}
    ecr = client("ecr")
    (image,) = ecr.batch_get_image(repositoryName="team/copy", imageIds=[{"imageTag": "v1"}])[
        "images"
    ]
    assert image["imageManifest"].encode() == index.read_manifest()


@pytest.mark.parametrize("mounting", ["ENABLED", "DISABLED"])
def test_from_repository_to_repository(host: str, index: Image, mounting: str) -> None:
    client("ecr").put_account_setting(name="BLOB_MOUNTING", value=mounting)
    there = f"docker://{host}/team/copy:v1"
    skopeo("copy", "--all", OUT, IN, f"docker://{host}/team/app:v1", there)
    assert digests("team/copy") == digests("team/app")
    # What is there already is neither sent again nor refused.
    skopeo("copy", "--all", OUT, IN, f"docker://{host}/team/app:v1", there)


def test_an_artifact_with_a_subject_comes_through(
    host: str, index: Image, sandbox: Sandbox, repository: Repository
) -> None:
    referrer = worlds.add_image(
        repository,
        content=b"a list",
        artifactType="application/vnd.example.list",
        subject=worlds.descriptor(index),
    )
    name = f"{host}/team/app@{referrer.digest}"
    skopeo("copy", OUT, IN, f"docker://{name}", f"docker://{host}/team/copy:list")
    registry = Registry.of(sandbox)
    listed = registry.ask("GET", f"team/copy/referrers/{index.digest}").json()["manifests"]
    assert [row["digest"] for row in listed] == [referrer.digest]


def test_umoci_unpacks_what_came_out(host: str, tmp_path: Path) -> None:
    source = f"docker://{host}/team/app:v1"
    layout = tmp_path / "layout"
    skopeo("copy", "--override-arch=arm64", OUT, source, f"oci:{layout}:v1")
    run("umoci", "unpack", "--rootless", "--image", f"{layout}:v1", tmp_path / "bundle")
    assert (tmp_path / "bundle" / "rootfs" / "etc" / "name").read_text() == "arm64"


def test_what_umoci_made_is_taken(host: str, tmp_path: Path) -> None:
    layout, bundle = tmp_path / "layout", tmp_path / "bundle"
    run("umoci", "init", "--layout", layout)
    run("umoci", "new", "--image", f"{layout}:made")
    run("umoci", "unpack", "--rootless", "--image", f"{layout}:made", bundle)
    (bundle / "rootfs" / "hello").write_text("from umoci")
    run("umoci", "repack", "--image", f"{layout}:made", bundle)
    skopeo("copy", IN, f"oci:{layout}:made", f"docker://{host}/team/copy:made")
    (row,) = client("ecr").describe_images(repositoryName="team/copy")["imageDetails"]
    listed = json.loads((layout / "index.json").read_text())["manifests"]
    assert row["imageDigest"] in {entry["digest"] for entry in listed}


def test_delete_takes_what_the_tag_names(host: str, index: Image, repository: Repository) -> None:
    skopeo("delete", "--tls-verify=false", f"docker://{host}/team/app:v1")
    assert digests("team/app") == set(index.children)
    told = skopeo("delete", "--tls-verify=false", f"docker://{host}/team/app:v1", ok=False)
    assert "not exist" in told


def test_signed_out_is_not_let_in(host: str) -> None:
    run("skopeo", "logout", host)
    told = skopeo("inspect", "--tls-verify=false", f"docker://{host}/team/app:v1", ok=False)
    assert "unauthorized" in told


def test_a_throttled_registry_is_asked_again(host: str, sandbox: Sandbox, index: Image) -> None:
    rule = sandbox.faults.add(
        "throttle", service="registry", operation="GET", path="*manifests*", times=2
    )
    raw = skopeo("inspect", "--raw", "--tls-verify=false", f"docker://{host}/team/app:v1")
    assert raw.encode() == index.read_manifest()
    assert rule.times == 0


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"action": "corrupt", "path": "*layer-bucket*", "after": 3}, "did not match"),
        ({"action": "cut", "path": "*layer-bucket*", "after": 3}, "unexpected EOF"),
        ({"action": "deny", "path": "*blobs*"}, "403 (Forbidden)"),
        ({"action": "unknown", "path": "*manifests*"}, "unsupported"),
    ],
)
def test_what_skopeo_says_to_each_fault(
    host: str, sandbox: Sandbox, tmp_path: Path, fault: dict[str, Any], says: str
) -> None:
    sandbox.faults.add(service="registry", **fault)
    target = f"dir:{tmp_path / 'copy'}"
    assert says in skopeo("copy", OUT, f"docker://{host}/team/app:v1", target, ok=False)
