"""What a Go program tells of itself: Go's version, then lines as `go version -m` prints them.

`mod` is the main module, `dep` one it was built with, `=>` what replaces the one before: path,
version and checksum between tabs (runtime/debug, `BuildInfo.String`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecrtui.model.package import Package

FACT = "go"
"""The name under which a layer's index keeps it."""
STANDARD = "stdlib"
"""What advisories call the standard library, whose version is Go's."""
_RELEASE = re.compile(r"go(\d+\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)(?![.\d])")


def packages(data: bytes, path: str) -> Iterator[Package]:
    """The standard library, the main module and all it was built with; `path` is the program's.

    A module built from its own folder has the version `(devel)`.
    """
    version, *lines = data.decode("utf-8", "replace").split("\n")
    release = _RELEASE.match(version)
    yield Package("go", STANDARD, release[1] if release else version, path=path)
    module: tuple[str, str] | None = None
    for line in lines:
        kind, *fields = line.split("\t")
        if kind not in ("mod", "dep", "=>") or len(fields) < 2:
            continue
        name, told = fields[0], fields[1]
        if kind == "=>":
            # What has no version is a folder; the module keeps its own name then.
            module = (name if told.startswith("v") or module is None else module[0], told)
            continue
        if module is not None:
            yield Package("go", *module, path=path)
        module = (name, told)
    if module is not None:
        yield Package("go", *module, path=path)
