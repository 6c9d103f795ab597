"""Our file system against what others unpack from the same random images: umoci, Docker."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import subprocess
import tarfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings

from ecrtui.compare.filesystem import FileSystem, flatten
from ecrtui.model.files import EntryKind
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers import read_layer
from tests.compare.images import WISHES, Image, Wish, docker_archive, granted, write_layout
from tests.compare.layers import tar
from tests.engines import Docker, docker
from tests.sandbox.programs import lacking, need

__all__ = ["docker"]

Seen = tuple[str, int, int, int, int, str]
"""Kind, mode, owner, group, size, and a link's target or the contents' sha256."""
_UMOCI_IMAGES = 300
_DOCKER_IMAGES = 40


def _flattened(image: Image) -> FileSystem:
    tars = [tar(items) for items in image]
    digests = ["sha256:" + hashlib.sha256(body).hexdigest() for body in tars]
    return flatten(
        [
            read_layer([body], Descriptor(digest, len(body)), diff_id=digest)
            for body, digest in zip(tars, digests, strict=True)
        ]
    )


def _ours(files: FileSystem) -> dict[str, Seen]:
    return {path: _seen(files, path) for path in files.codes if path != "/"}


def _seen(files: FileSystem, path: str) -> Seen:
    entry = files.entry(path)
    kind = files.kind(path)
    mode = 0o777 if kind is EntryKind.SYMLINK else entry.mode
    told = entry.linkname if kind is EntryKind.SYMLINK else entry.sha256
    return (kind.label, mode, entry.uid, entry.gid, entry.size, told)


def _unpacked(root: Path) -> dict[str, Seen]:
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            found["/" + str(path.relative_to(root))] = _stat(path)
    return found


def _stat(path: Path) -> Seen:
    status = path.lstat()
    kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink"}
    kind = kinds.get(stat.S_IFMT(status.st_mode), "fifo")
    size, told, mode = 0, "", stat.S_IMODE(status.st_mode)
    if kind == "file":
        size, told = status.st_size, hashlib.sha256(path.read_bytes()).hexdigest()
    elif kind == "symlink":
        told, mode = os.readlink(path), 0o777
    return (kind, mode, status.st_uid, status.st_gid, size, told)


def _inodes(root: Path) -> set[frozenset[str]]:
    """The groups of names that are one file."""
    groups: dict[int, set[str]] = {}
    for folder, _, files in os.walk(root):
        for path in (Path(folder, name) for name in files):
            groups.setdefault(path.lstat().st_ino, set()).add("/" + str(path.relative_to(root)))
    return {frozenset(group) for group in groups.values() if len(group) > 1}


def _shared(files: FileSystem) -> set[frozenset[str]]:
    groups: dict[int, set[str]] = {}
    for path, code in files.codes.items():
        if code >= 0 and files.kind(path) is not EntryKind.DIRECTORY:
            groups.setdefault(code, set()).add(path)
    return {frozenset(group) for group in groups.values() if len(group) > 1}


@pytest.mark.timeout(600)
def test_umoci_unpacks_what_we_say(tmp_path: Path) -> None:
    umoci = need("umoci")
    if os.geteuid() != 0:
        lacking("unpacking owners needs root")
    compared = 0

    @settings(max_examples=_UMOCI_IMAGES)
    @given(WISHES)
    def check(wishes: Sequence[Sequence[Wish]]) -> None:
        nonlocal compared
        image = granted(wishes)
        layout, root = tmp_path / "layout", tmp_path / "root"
        write_layout(image, layout)
        command = [umoci, "raw", "unpack", "--image", f"{layout}:it", str(root)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, umask=0o022)
            assert done.returncode == 0, f"{done.stderr}\n{image}"
            files = _flattened(image)
            assert _ours(files) == _unpacked(root), image
            assert _shared(files) == _inodes(root), image
            compared += 1
        finally:
            shutil.rmtree(layout)
            shutil.rmtree(root, ignore_errors=True)

    check()
    assert compared >= _UMOCI_IMAGES


@pytest.mark.timeout(600)
def test_docker_exports_what_we_say(docker: Docker) -> None:
    driver = docker.run("info", "--format", "{{.Driver}}").strip()
    images: list[Image] = []

    @settings(max_examples=_DOCKER_IMAGES, database=None)
    @given(WISHES)
    def collect(wishes: Sequence[Sequence[Wish]]) -> None:
        # overlay2 unpacks each layer alone, where a link to a lower layer's file has no target.
        image = granted(wishes, tidy=True, lower_links=driver == "vfs")
        images.append([[*items] for items in image])

    collect()
    names = [f"random/image:{number}" for number in range(len(images))]
    loaded = docker.run("load", given=docker_archive(list(zip(names, images, strict=True))))
    assert loaded.count("Loaded image") == len(images), loaded
    with ThreadPoolExecutor(2) as pool:
        exported = list(pool.map(lambda name: _exported(docker, name), names))
    for image, body in zip(images, exported, strict=True):
        ours = _ours(_flattened(image))
        theirs = _read(body)
        assert ours == {path: theirs.get(path) for path in ours}, image
        assert theirs.keys() - ours.keys() <= _MADE_BY_DOCKER, image


_MADE_BY_DOCKER = {
    *("/.dockerenv", "/dev", "/dev/console", "/dev/pts", "/dev/shm", "/etc", "/etc/hostname"),
    *("/etc/hosts", "/etc/mtab", "/etc/resolv.conf", "/proc", "/sys"),
}


def _exported(docker: Docker, name: str) -> bytes:
    container = docker.run("create", "--network=none", name).strip().splitlines()[-1]
    command = [docker.cli, "export", container]
    return subprocess.run(
        command, env=docker.environment, check=True, capture_output=True, timeout=100
    ).stdout


def _read(body: bytes) -> dict[str, Seen]:
    found: dict[str, Seen] = {}
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isreg() or member.islnk() else None
            path = "/" + member.name.rstrip("/")
            if content is not None:
                inside = content.read()
                told, size, kind = hashlib.sha256(inside).hexdigest(), len(inside), "file"
            else:
                told, size = member.linkname if member.issym() else "", 0
                kind = "symlink" if member.issym() else "directory" if member.isdir() else "fifo"
            mode = 0o777 if member.issym() else member.mode & 0o7777
            found[path] = (kind, mode, member.uid, member.gid, size, told)
    return found
