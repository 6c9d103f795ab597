"""Layers that umoci makes and skopeo recompresses, and what umoci unpacks of hostile names."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers import read_layer
from tests.oci.layers.made import END, header, in_chunks, pax, read
from tests.sandbox.programs import run


def layers(layout: Path) -> list[LayerIndex]:
    """All layers of the only image in a layout, verified against its config's diff_ids."""
    index = json.loads((layout / "index.json").read_bytes())
    manifest = json.loads(
        (layout / "blobs/sha256" / index["manifests"][0]["digest"][7:]).read_bytes()
    )
    config = json.loads((layout / "blobs/sha256" / manifest["config"]["digest"][7:]).read_bytes())
    found = []
    for layer, diff_id in zip(manifest["layers"], config["rootfs"]["diff_ids"], strict=True):
        descriptor = Descriptor(layer["digest"], layer["size"], layer["mediaType"])
        blob = (layout / "blobs/sha256" / layer["digest"][7:]).read_bytes()
        found.append(read_layer(in_chunks(blob), descriptor, diff_id=diff_id))
    return found


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    """An empty image."""
    folder = tmp_path / "layout"
    run("umoci", "init", "--layout", folder)
    run("umoci", "new", "--image", f"{folder}:one")
    return folder


def test_layers_of_umoci_and_skopeo(layout: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "sub").mkdir(parents=True)
    (tree / "sub" / ("n" * 150)).write_bytes(b"contents")
    (tree / "link").symlink_to("sub")
    run("umoci", "insert", "--rootless", "--image", f"{layout}:one", tree, "/opt")
    run(
        "umoci",
        "insert",
        "--rootless",
        "--opaque",
        "--image",
        f"{layout}:one",
        tree / "sub",
        "/opt/x",
    )
    run("umoci", "insert", "--rootless", "--whiteout", "--image", f"{layout}:one", "/opt/link")
    copy = tmp_path / "copy"
    how = ("--dest-compress-format", "zstd")
    run("skopeo", "copy", "--dest-compress", *how, f"oci:{layout}:one", f"oci:{copy}:one")
    for first, second, third in (layers(layout), layers(copy)):
        entries = {entry.path: entry for entry in first.entries()}
        assert entries["/opt/link"].linkname == "sub"
        wanted = hashlib.sha256(b"contents").hexdigest()
        assert entries["/opt/sub/" + "n" * 150].sha256 == wanted
        assert second.opaques == ["/opt/x"]
        assert third.whiteouts == ["/opt/link"]


def test_names_and_records_as_umoci_unpacks_them(layout: Path, tmp_path: Path) -> None:
    blob = (
        pax(("path", b"../../up"), ("mtime", b"99"))
        + header(b"wrong")
        + header(b"a/../../b")
        + header(b"/c//./d")
        + END
    )
    (tmp_path / "layer.tar").write_bytes(blob)
    run("umoci", "raw", "add-layer", "--image", f"{layout}:one", tmp_path / "layer.tar")
    bundle = tmp_path / "bundle"
    run("umoci", "unpack", "--rootless", "--image", f"{layout}:one", bundle)
    root = bundle / "rootfs"
    unpacked = {"/" + str(path.relative_to(root)): path for path in root.rglob("*")}
    index = read(blob)
    assert set(index.paths) == {path for path, real in unpacked.items() if real.is_file()}
    assert [unpacked[path].stat().st_mtime for path in index.paths] == index.mtimes
