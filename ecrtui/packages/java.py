"""Java archives: Maven's `pom.properties` in them, else their manifest and their own name.

Maven writes `META-INF/maven/GROUP/ARTIFACT/pom.properties` (maven.apache.org, Maven Archiver); an
archive that was shaded holds those of all that went into it. An archive in an archive is named
`outer.jar!/BOOT-INF/lib/inner.jar`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecrtui.model.package import Package

ECOSYSTEM = "maven"
_NAMED = re.compile(
    r"(?P<name>.+?)-(?P<version>\d[\w.+]*(?:-\d[\w.+]*)*"
    r"(?:-(?:alpha|beta|milestone|m|rc|cr|sp|b)-\d+|-[A-Za-z][\w.+]*)*)\.(?:jar|war|ear)"
)
"""As Maven's repositories name files: the version begins with a digit after a dash."""
_LONGEST = 255
"""Characters of a file's name; no file system of a container holds a longer one."""
_ENDING = re.compile(r"\.(?:jar|war|ear)$")
_MANIFEST = "META-INF/MANIFEST.MF"


def packages(data: bytes, path: str) -> Iterator[Package]:
    """The package that one fact tells of; `path` is `ARCHIVE!/FILE`. None where nothing does."""
    archive, _, file = path.rpartition("!/")
    if file == _MANIFEST:
        yield from _by_manifest(_fields(data, ":"), archive)
        return
    fields = _fields(data, "=:")
    group, artifact, version = (fields.get(key, "") for key in ("groupId", "artifactId", "version"))
    if artifact and version:
        yield Package(
            ECOSYSTEM, f"{group}:{artifact}" if group else artifact, version, path=archive
        )


def _by_manifest(fields: dict[str, str], archive: str) -> Iterator[Package]:
    """Name and version as the file is called in Maven's repositories, else as the manifest says.

    The title that a manifest has is for people, so it counts only where nothing else names it.
    """
    file = archive.rpartition("/")[2]
    called = _NAMED.fullmatch(file) if len(file) <= _LONGEST else None
    symbolic = fields.get("Bundle-SymbolicName", "").partition(";")[0].strip()
    version = fields.get("Implementation-Version") or fields.get("Bundle-Version", "")
    name = called["name"] if called else _ENDING.sub("", file)
    if called:
        version = called["version"]
    group = fields.get("Implementation-Vendor-Id", "")
    if not group and symbolic.endswith(f".{name}"):
        group = symbolic.removesuffix(f".{name}")
    if version and name:
        grouped = group and not re.search(r"[\s:]", group)
        yield Package(ECOSYSTEM, f"{group}:{name}" if grouped else name, version, path=archive)


def _fields(data: bytes, signs: str) -> dict[str, str]:
    """`key=value` or `Key: value`, line by line; the first of a key counts."""
    found: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        parts = re.split(f"[{signs}]", line, maxsplit=1)
        if len(parts) == 2:
            found.setdefault(parts[0].strip(), parts[1].strip())
    return found
