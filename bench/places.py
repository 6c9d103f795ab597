"""Where the large image is, for those who move it: in a sandbox and in another registry."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.figures import require
from bench.programs import ROOT, measured
from bench.world import without_aws
from tests.noise import Made, made
from tests.registries import running

NAME = "team/large"
LAYERS = (400, 300, 200, 100, 24)
"""Megabytes of the image that is moved; a twentieth where there is no time."""


class Places(NamedTuple):
    """The image, and the environment in which ecrtui and skopeo reach it."""

    image: Made
    sandbox: str
    """Host of the registry in the sandbox."""
    plain: str
    """Host of another registry, which asks nobody who they are."""
    password: str
    """Of the user AWS in the sandbox."""
    environment: dict[str, str]


@contextmanager
def placed(folder: Path, sizes: Sequence[int], *, file_size: int = 0) -> Iterator[Places]:
    """The image in a sandbox and in another registry, with a login for the first."""
    image, home = made(folder / "image", *sizes, file_size=file_size), folder / "home"
    home.mkdir(exist_ok=True)
    environment = without_aws(os.environ) | {
        "HOME": str(home),
        "ECRTUI_HOME": str(home),
        "REGISTRY_AUTH_FILE": str(home / "auth.json"),
    }
    with running(folder / "plain") as plain, _sandbox(image) as told:
        auth = base64.b64encode(f"AWS:{told['password']}".encode()).decode()
        logins = {"auths": {told["host"]: {"auth": auth}}}
        (home / "auth.json").write_text(json.dumps(logins))
        where = Places(image, told["host"], plain, told["password"], environment | told["env"])
        source, target = f"oci:{image.folder}:v1", f"docker://{plain}/{NAME}:v1"
        measured(skopeo(source, target), where.environment)
        yield where
    shutil.rmtree(folder / "plain")


@contextmanager
def _sandbox(image: Made) -> Iterator[dict[str, Any]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.served", str(image.folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
        require(process.poll() is None, f"the sandbox ended by itself: {process.returncode}")
    finally:
        process.communicate()


def skopeo(source: str, target: str) -> list[str]:
    """The peer's command line, over plain HTTP as ours is on loopback."""
    options = ["--quiet", "--src-tls-verify=false", "--dest-tls-verify=false"]
    return ["skopeo", "copy", *options, source, target]
