"""Package URLs, as SBOMs name packages: `pkg:deb/debian/zlib1g@1%3A1.2-1?arch=amd64`.

github.com/package-url/purl-spec is the specification.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from ecrtui.model.package import Package
from ecrtui.packages.golang import STANDARD

_ECOSYSTEMS = {"pypi": "python", "gem": "ruby", "golang": "go"}
"""Where our name is not the type's."""
_SYSTEMS = ("deb", "rpm", "apk", "alpm")
"""Their namespace is the distribution, and no part of the name."""
_JOINED = {"maven": ":"}
_TYPE = re.compile(r"[a-z][a-z0-9.+\-]{0,31}")
_IMAGES = ("oci", "docker")


def package(purl: str) -> Package | None:
    """The package of a package URL; None for an image's, one without a version, or none at all."""
    scheme, _, rest = purl.partition(":")
    rest, _, _ = rest.partition("#")
    rest, _, told = rest.partition("?")
    type_, _, rest = rest.lstrip("/").partition("/")
    named, _, version = rest.rpartition("@")
    type_, version = type_.lower(), unquote(version)
    parts = [unquote(part) for part in named.split("/") if part]
    if scheme != "pkg" or not _TYPE.fullmatch(type_) or type_ in _IMAGES:
        return None
    if not parts or not version:
        return None
    qualifiers = {
        key: unquote(value) for key, _, value in (one.partition("=") for one in told.split("&"))
    }
    ecosystem, name = _ECOSYSTEMS.get(type_, type_), parts[-1]
    if ecosystem == "python":
        name = re.sub(r"[-_.]+", "-", name).lower()
    elif type_ not in _SYSTEMS:
        name = _JOINED.get(type_, "/").join(parts)
    if ecosystem == "rpm" and qualifiers.get("epoch", "0") != "0":
        version = f"{qualifiers['epoch']}:{version}"
    if ecosystem == "go" and name == STANDARD:
        version = re.sub(r"^(?:go|v)(?=\d)", "", version)
    return Package(ecosystem, name, version, qualifiers.get("arch", ""))
