"""Layers that skopeo makes: its zstd:chunked, of which skopeo 1.9 knows the older annotations."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import msgspec

from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers import read_layer, read_lazily
from tests.oci.layers.made import in_chunks, tar
from tests.oci.layers.tables import Source, info, noise
from tests.sandbox.programs import run


def blob_of(layout: Path) -> tuple[bytes, Descriptor]:
    """The only layer of the only image in a layout."""
    index = json.loads((layout / "index.json").read_bytes())
    blobs = layout / "blobs/sha256"
    manifest = json.loads((blobs / index["manifests"][0]["digest"][7:]).read_bytes())
    (layer,) = manifest["layers"]
    notes = layer["annotations"]
    described = Descriptor(layer["digest"], layer["size"], layer["mediaType"], annotations=notes)
    return (blobs / layer["digest"][7:]).read_bytes(), described


def test_the_index_of_a_layer_by_skopeo_is_that_of_the_whole(tmp_path: Path) -> None:
    layer = tar(
        [
            (info("etc", tarfile.DIRTYPE, mode=0o755, mtime=1_700_000_000.25), b""),
            (info("etc/os-release", mtime=1_700_000_000), b"NAME=Some\n"),
            (info("usr/bin/tool", mode=0o4644), noise(900_000) + bytes(300_000) + noise(900_000)),
            (info("usr/bin/same", tarfile.LNKTYPE, linkname="usr/bin/tool"), b""),
            (info("usr/bin/link", tarfile.SYMTYPE, linkname="../tool"), b""),
            (info("dev/null", tarfile.CHRTYPE, devmajor=1, devminor=3), b""),
            (info("var/.wh.gone"), b""),
            (info("var/lib/.wh..wh..opq"), b""),
            (info("var/lib/dpkg/status"), b"Package: some\n" * 40_000),
            (info("srv/empty"), b""),
            (info("srv/é", pax_headers={"SCHILY.xattr.user.one": "v"}), b"x"),
        ]
    )
    (tmp_path / "layer.tar").write_bytes(layer)
    plain, copy = tmp_path / "plain", tmp_path / "copy"
    run("umoci", "init", "--layout", plain)
    run("umoci", "new", "--image", f"{plain}:one")
    run("umoci", "raw", "add-layer", "--image", f"{plain}:one", tmp_path / "layer.tar")
    how = ("--dest-compress", "--dest-compress-format", "zstd:chunked")
    run("skopeo", "--insecure-policy", "copy", *how, f"oci:{plain}:one", f"oci:{copy}:one")
    blob, described = blob_of(copy)
    source = Source(blob)
    lazy = read_lazily(source, described, smallest=0)
    whole = read_layer(in_chunks(blob), described)
    assert lazy == _as_lazy(whole)
    assert len(whole.kept["/var/lib/dpkg/status"]) == 14 * 40_000
    assert source.bytes < len(blob) / 20
    assert source.requests == 3


def _as_lazy(index: LayerIndex) -> LayerIndex:
    return msgspec.structs.replace(index, diff_id="", uncompressed_size=0, from_toc=True)
