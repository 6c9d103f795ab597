"""Random images, and as what others unpack: OCI layouts, archives for `docker load`."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

from ecrtui.compare.filesystem import FileSystem, flatten
from ecrtui.model.files import EntryKind
from tests.compare.layers import Item, index, opaque, tar, whiteout

Image = list[list[Item]]

_NAMES = st.sampled_from(["a", "b", "c", ".d", "é"])
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map(lambda names: "/" + "/".join(names))
_MODES = st.sampled_from([0o644, 0o755, 0o600, 0o4755, 0o2755, 0o1777, 0o000, 0o666])
_IDS = st.sampled_from([0, 1, 1000, 65534])
_CONTENTS = st.binary(max_size=6)
_VERBS = st.sampled_from(
    ["file", "file", "directory", "symlink", "link", "fifo", "whiteout", "opaque"]
)
_WISH = st.tuples(_VERBS, _PATHS, _MODES, _IDS, _IDS, _CONTENTS, st.integers(0, 99))
Wish = tuple[str, str, int, int, int, bytes, int]

WISHES = st.lists(st.lists(_WISH, min_size=1, max_size=9), min_size=1, max_size=4)
"""What the layers of an image should do; `granted` makes it possible."""


def granted(
    wishes: Sequence[Sequence[Wish]], *, tidy: bool = False, lower_links: bool = True
) -> Image:
    """The image of some wishes: what no unpacker could do is left out.

    `tidy` layers are as builders write them: parents are listed, whiteouts come first.
    """
    image: Image = []
    for layer in wishes:
        below = flatten([index(items) for items in image])
        image.append(_layer(layer, below, tidy, lower_links))
    return image


def _layer(wishes: Sequence[Wish], below: FileSystem, tidy: bool, lower_links: bool) -> list[Item]:
    items: dict[str, Item] = {}
    markers: list[tuple[int, Item]] = []
    for verb, path, mode, uid, gid, content, choice in wishes:
        if verb in ("whiteout", "opaque"):
            marker = _marker(verb, path, below)
            if marker and (verb == "opaque" or not any(_inside(one, path) for one in items)):
                markers.append((choice, marker))
        elif path not in items and _placed(path, items, below, markers, tidy):
            made = _made(verb, path, content, choice, items, below if lower_links else None)
            if made.kind is not EntryKind.DIRECTORY and any(_inside(one, path) for one in items):
                continue
            if made.kind is EntryKind.DIRECTORY:
                # Under setgid Linux gives its group to directories that an unpacker implies.
                mode &= ~0o2000
            mode = 0o777 if made.kind is EntryKind.SYMLINK else mode
            owned = (mode, uid, gid)
            if made.kind is EntryKind.HARDLINK:
                # As tar writers do; Docker gives the file what the link's header says, umoci not.
                owned = _owned(made.linkname, items, below)
            items[path] = Item(path, made.kind, made.content, *owned, made.linkname)
    markers = [one for one in markers if not _beneath_another_kind(one[1], items)]
    if tidy:
        once = list({marker.path: (choice, marker) for choice, marker in markers}.values())
        markers = [one for one in once if _listed(one[1], items, once)]
    result = list(items.values())
    for choice, marker in markers:
        result.insert(0 if tidy else choice % (len(result) + 1), marker)
    return _linkable(result)


def _listed(marker: Item, items: dict[str, Item], markers: Sequence[tuple[int, Item]]) -> bool:
    """List the folders a marker is in: overlay2 would make them anew, as root's with 0755.

    Not where another marker hides one of them: there is nothing left to mark.
    """
    parents = _parents(marker.path)
    hidden = [_hidden(one) for _, one in markers if ".wh..wh." not in one.path]
    if any(_inside(parent, path) for parent in parents for path in hidden):
        return False
    for parent in parents:
        items.setdefault(parent, Item(parent, EntryKind.DIRECTORY, mode=0o755))
    return True


def _beneath_another_kind(marker: Item, items: dict[str, Item]) -> bool:
    """Whether the layer itself puts something else where a marker's folder is.

    A marker beneath a symlink follows it in umoci, to wherever it leads or in circles.
    """
    own = (items[parent] for parent in _parents(marker.path) if parent in items)
    return any(item.kind is not EntryKind.DIRECTORY for item in own)


def _parents(path: str) -> list[str]:
    """The folders a path is in, without the root."""
    names = path.split("/")[1:-1]
    return ["/" + "/".join(names[: depth + 1]) for depth in range(len(names))]


def _owned(path: str, items: dict[str, Item], below: FileSystem) -> tuple[int, int, int]:
    there = items.get(path) or below.entry(path)
    return (there.mode, there.uid, there.gid)


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")


def _marker(verb: str, path: str, below: FileSystem) -> Item | None:
    if path not in below:
        return None
    if verb == "whiteout":
        return whiteout(path)
    return opaque(path) if below.kind(path) is EntryKind.DIRECTORY else None


def _placed(
    path: str,
    items: dict[str, Item],
    below: FileSystem,
    markers: Sequence[tuple[int, Item]],
    tidy: bool,
) -> bool:
    """Whether a path can be; a parent that must be listed for it is."""
    if any(
        _inside(path, _hidden(marker)) for _, marker in markers if ".wh..wh." not in marker.path
    ):
        return False
    names = path.split("/")[1:-1]
    for depth in range(1, len(names) + 1):
        parent = "/" + "/".join(names[:depth])
        there = items.get(parent)
        if there is not None:
            if there.kind is not EntryKind.DIRECTORY:
                return False
        elif tidy or (parent in below and below.kind(parent) is not EntryKind.DIRECTORY):
            items[parent] = Item(parent, EntryKind.DIRECTORY, mode=0o755)
    return True


def _hidden(marker: Item) -> str:
    folder, _, name = marker.path.rpartition("/")
    return f"{folder}/{name.removeprefix('.wh.')}"


def _made(
    verb: str,
    path: str,
    content: bytes,
    choice: int,
    items: dict[str, Item],
    below: FileSystem | None,
) -> Item:
    if verb == "link":
        own = [one.path for one in items.values() if one.kind is EntryKind.FILE]
        lower = [one for one in below.codes if below.kind(one) is EntryKind.FILE] if below else []
        targets = sorted({*own, *lower} - {path})
        if targets:
            return Item(path, EntryKind.HARDLINK, linkname=targets[choice % len(targets)])
    if verb == "symlink":
        return Item(path, EntryKind.SYMLINK, linkname=["a", "/b", "../c", "nowhere"][choice % 4])
    if verb == "directory":
        return Item(path, EntryKind.DIRECTORY)
    if verb == "fifo":
        return Item(path, EntryKind.FIFO)
    return Item(path, content=content)


def _linkable(items: list[Item]) -> list[Item]:
    """Without the hard links whose target this layer touches other than by listing it before.

    What such a layer means depends on the order in which an unpacker goes about it.
    """
    kept: list[Item] = []
    for item in items:
        if item.kind is EntryKind.HARDLINK:
            ahead = {one.path for one in kept if one.kind is EntryKind.FILE}
            if item.linkname not in ahead and any(_touches(one, item.linkname) for one in items):
                # The path stays, for what was put beside or below it.
                kept.append(Item(item.path, mode=item.mode))
                continue
        kept.append(item)
    return kept


def _touches(item: Item, path: str) -> bool:
    name = item.path.rpartition("/")[2]
    if name.startswith(".wh..wh."):
        return _inside(path, item.path.rpartition("/")[0] or "/")
    if name.startswith(".wh."):
        return _inside(path, _hidden(item))
    return item.path == path or (item.kind is not EntryKind.DIRECTORY and _inside(path, item.path))


def write_layout(image: Image, folder: Path, tag: str = "it") -> None:
    """An OCI layout with one image."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def put(body: bytes, media_type: str) -> dict[str, object]:
        digest = hashlib.sha256(body).hexdigest()
        (blobs / digest).write_bytes(body)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(body)}

    oci = "application/vnd.oci.image"
    layers = [put(tar(items), f"{oci}.layer.v1.tar") for items in image]
    config = put(_config([str(layer["digest"]) for layer in layers]), f"{oci}.config.v1+json")
    manifest = {"schemaVersion": 2, "config": config, "layers": layers}
    described = put(json.dumps(manifest).encode(), f"{oci}.manifest.v1+json")
    described["annotations"] = {"org.opencontainers.image.ref.name": tag}
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [described]}))


def docker_archive(images: Sequence[tuple[str, Image]]) -> bytes:
    """What `docker load` takes, with many images, each under a name."""
    files: dict[str, bytes] = {}
    manifest = []
    for name, image in images:
        tars = [tar(items) for items in image]
        digests = [hashlib.sha256(body).hexdigest() for body in tars]
        files.update({f"{digest}.tar": body for digest, body in zip(digests, tars, strict=True)})
        config = _config([f"sha256:{digest}" for digest in digests])
        config_name = f"{hashlib.sha256(config).hexdigest()}.json"
        files[config_name] = config
        layers = [f"{digest}.tar" for digest in digests]
        manifest.append({"Config": config_name, "RepoTags": [name], "Layers": layers})
    files["manifest.json"] = json.dumps(manifest).encode()
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as archive:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return body.getvalue()


def _config(diff_ids: Sequence[str]) -> bytes:
    told = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Cmd": ["/none"]},
        "rootfs": {"type": "layers", "diff_ids": list(diff_ids)},
        "history": [{"created_by": "test"} for _ in diff_ids],
    }
    return json.dumps(told).encode()
