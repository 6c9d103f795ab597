"""A small image with a shell, put together here: busybox alone, for tests that run containers."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

from tests.engines import Docker
from tests.podman import Podman
from tests.sandbox.programs import lacking

NAME = "localhost/busybox:1"
"""What it is called in an engine."""
_PROGRAMS = (
    "sh",
    "ls",
    "cat",
    "echo",
    "sleep",
    "env",
    "id",
    "printf",
    "httpd",
    "tr",
    "head",
    "stty",
)


def root() -> bytes:
    """Its file system as a tar."""
    program = shutil.which("busybox")
    if program is None:
        lacking("busybox is not installed")
    body = Path(program).read_bytes()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for folder in ("bin", "etc", "tmp", "www"):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        entry = tarfile.TarInfo("bin/busybox")
        entry.size, entry.mode = len(body), 0o755
        tar.addfile(entry, io.BytesIO(body))
        for name in _PROGRAMS:
            entry = tarfile.TarInfo(f"bin/{name}")
            entry.type, entry.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(entry)
    return out.getvalue()


def into_docker(docker: Docker, *changes: str, name: str = NAME) -> None:
    """Import it, with such lines of a Dockerfile."""
    options = [word for change in changes for word in ("--change", change)]
    docker.run("import", *options, "-", name, given=root())


def into_podman(podman: Podman, *changes: str, name: str = NAME) -> None:
    """The same."""
    archive = podman.folder / "busybox.tar"
    archive.write_bytes(root())
    options = [word for change in changes for word in ("--change", change)]
    podman.run("import", *options, archive, name)
