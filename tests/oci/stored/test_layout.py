"""Layouts: which image is meant, what is verified, and nothing read that is no blob."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt, EcrtuiError, NotFound, UsageError
from ecrtui.model.image import ImageId
from ecrtui.oci.manifest import parse_manifest
from ecrtui.oci.stored import Folder, Layout
from tests import worlds
from tests.oci.stored.made import MARK, OCI, blob, image, in_folder, index, layout, named


def opened(files: dict[str, bytes], folder: Path) -> Layout:
    return Layout(Folder(in_folder(files, folder), "oci:it"))


def digest(found: Layout, tag: str = "") -> str:
    return found.manifests([ImageId(image_tag=tag)])[0].digest


def test_images_by_name(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    one, two = image(files), image(files, author="two")
    rows = (named(one, "v1"), named(one, "also"), named(two, "docker.io/team/app:v2"))
    found = opened(layout(*rows, files=files), tmp_path)
    assert digest(found, "v1") == digest(found, "also") == one["digest"]
    for name in ("docker.io/team/app:v2", "team/app:v2", "app:v2", "v2"):
        assert digest(found, name) == two["digest"]
    (by_digest,) = found.manifests([ImageId(two["digest"])])
    assert worlds.digest_of(by_digest.body) == two["digest"]
    with pytest.raises(NotFound) as refused:
        digest(found, "p:v2")
    assert "v1" in refused.value.hint
    with pytest.raises(UsageError, match="2 images") as asked:
        digest(found)
    assert "docker.io/team/app:v2" in asked.value.hint


def test_a_name_that_ends_two_names_is_asked_about(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    rows = (named(image(files), "a/app:v1"), named(image(files, author="b"), "b/app:v1"))
    found = opened(layout(*rows, files=files), tmp_path)
    with pytest.raises(UsageError, match="called v1"):
        digest(found, "v1")
    assert digest(found, "b/app:v1") == rows[1]["digest"]


def test_the_only_image_needs_no_name(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    one = image(files)
    attestation = {
        **image(files, author="attestation"),
        "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
    }
    artifact = {**image(files, author="artifact"), "artifactType": "application/spdx+json"}
    rows = (named(one, "a"), named(one, "b"), attestation, artifact)
    assert digest(opened(layout(*rows, files=files), tmp_path)) == one["digest"]


def test_unnamed_platforms_are_one_image(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    rows = [
        {**image(files, author=name), "platform": {"os": "linux", "architecture": name}}
        for name in ("amd64", "arm64")
    ]
    found = opened(layout(*rows, files=files), tmp_path)
    parsed = parse_manifest(found.manifests([ImageId()])[0])
    assert [str(one.platform) for one in parsed.platforms] == ["linux/amd64", "linux/arm64"]


def test_what_refers_to_an_image(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    one = image(files)
    told = {
        "schemaVersion": 2,
        "artifactType": "application/spdx+json",
        "config": blob(files, b"{}", "application/vnd.oci.empty.v1+json"),
        "layers": [],
        "subject": one,
    }
    sbom = blob(files, json.dumps(told).encode(), f"{OCI}.manifest.v1+json")
    found = opened(layout(named(one, "v1"), sbom, files=files), tmp_path)
    (row,) = found.referrers(one["digest"])
    assert (row.digest, row.artifact_type) == (sbom["digest"], "application/spdx+json")
    assert found.referrers(sbom["digest"]) == []


@pytest.mark.parametrize("change", ["bytes", "size", "missing", "large"])
def test_a_manifest_is_verified(tmp_path: Path, change: str) -> None:
    files: dict[str, bytes] = {}
    one = image(files)
    path = f"blobs/{one['digest'].replace(':', '/')}"
    if change == "size":
        one["size"] += 1
    elif change == "missing":
        del files[path]
    else:
        files[path] += b" " * (1 if change == "bytes" else 5_000_000)
    with pytest.raises(NotFound if change == "missing" else Corrupt):
        digest(opened(layout(one, files=files), tmp_path))


@pytest.mark.parametrize(
    "evil", ["sha256:../../../secret", "sha256:" + "A" * 64, "../secret", "md5:" + "0" * 32, ""]
)
def test_a_digest_never_is_a_path(tmp_path: Path, evil: str) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    found = opened(layout({**image({}), "digest": evil}, files={}), tmp_path / "layout")
    with pytest.raises(Corrupt):
        digest(found)
    with pytest.raises(Corrupt):
        list(found.blob(evil))


def test_only_files_are_read(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    one = image(files)
    found = opened(layout(one, files=files), tmp_path)
    path = tmp_path / f"blobs/{one['digest'].replace(':', '/')}"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(NotFound):
        digest(found)
    path.unlink()
    path.mkdir()
    with pytest.raises(NotFound):
        digest(found)


def test_what_is_no_layout_says_so(tmp_path: Path) -> None:
    for number, (files, error) in enumerate(
        (
            ({}, NotFound),
            ({"index.json": index()}, NotFound),
            ({"oci-layout": MARK}, NotFound),
            ({"oci-layout": b"{}", "index.json": index()}, Corrupt),
            ({"oci-layout": b'{"imageLayoutVersion": "2.0"}', "index.json": index()}, Corrupt),
            ({"oci-layout": MARK, "index.json": index()}, NotFound),
            ({"oci-layout": MARK, "index.json": b"[" * 100_000}, Corrupt),
        )
    ):
        with pytest.raises(error):
            digest(opened(files, tmp_path / str(number)))
    for path in (tmp_path / "none", tmp_path / "none" / "below", Path("/dev/null"), Path("\0")):
        with pytest.raises(EcrtuiError):
            digest(Layout(Folder(path, "oci:it")))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.data())
def test_any_index_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    files: dict[str, bytes] = {}
    value: Any = msgspec.json.decode(index(named(image(files), "v1"), image(files, author="b")))
    for _ in range(data.draw(st.integers(1, 3))):
        rows = value.get("manifests")
        row = data.draw(st.sampled_from(rows)) if isinstance(rows, list) and rows else value
        target = row if isinstance(row, dict) else value
        key = data.draw(st.sampled_from([*target, "platform", "annotations", "subject"]))
        target[key] = data.draw(JSON)
    found = opened(
        {**files, "oci-layout": MARK, "index.json": json.dumps(value).encode()},
        tmp_path_factory.mktemp("layout"),
    )
    for asked in ("", "v1", "x/y:z"):
        with suppress(EcrtuiError):
            assert digest(found, asked)
    with suppress(EcrtuiError):
        found.referrers("sha256:" + "0" * 64)


def test_a_folder_that_is_not_there_is_told_from_one_that_is_no_layout(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for name, told in (("none", "No such folder"), ("file", "No such folder"), ("", "OCI layout")):
        with pytest.raises(NotFound, match=told):
            digest(Layout(Folder(tmp_path / name, f"oci:{name}")))
