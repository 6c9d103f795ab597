"""The images that a bundle of Elastic Beanstalk names: in Dockerrun.aws.json of either version, in
compose files, in Dockerfiles. A bundle is one of these files, or a zip with them.

What is in it is anybody's: sizes are capped, nothing is written to a disk, and YAML is read line by
line for what follows `image:`, since no more than that is asked of it.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

LARGEST_FILE = 1024 * 1024
MOST_ENTRIES = 100_000
MOST_BUILT = 50
"""Dockerfiles in folders of one bundle."""
_RUN = "Dockerrun.aws.json"
_COMPOSE = re.compile(r"(docker-)?compose(\.[\w-]+)?\.ya?ml")
_DOCKERFILE = "Dockerfile"
_IMAGE = re.compile(r"""(?<![\w.-])(?P<q>["']?)image(?P=q)\s*:\s*["']?(?P<image>[^\s"',}\]]*)""")
_PLAIN = re.compile(r"[A-Za-z0-9$]")
_BUILD = re.compile(r"""(?m)^[^#\n]*(?<![\w.-])["']?build["']?\s*:""")
_FROM = re.compile(
    r"""^\s*FROM\s+(?:--\S+\s+)*(?P<image>\S+)|[\s,]-{0,2}from=(?P<other>[^\s,]+)""",
    re.IGNORECASE,
)


class NotRead(Exception):
    """A bundle that is no such thing, or is too large; its text says why."""


def images(data: bytes) -> list[str]:
    """The references in a bundle, each once. Raises NotRead."""
    if data[:2] != b"PK":
        return list(dict.fromkeys(_of_json(data)))
    found: list[str] = []
    for name, body in _files(data):
        text = body.decode("utf-8", "replace")
        if name == _RUN:
            found += _of_json(body)
        elif name.rpartition("/")[2] == _DOCKERFILE:
            found += _of_dockerfile(text)
        else:
            found += _of_compose(name, text)
    return list(dict.fromkeys(found))


def _of_compose(name: str, text: str) -> Iterator[str]:
    """What follows `image:`, in YAML's block and flow style and in JSON. Raises NotRead where it
    is written in a way that takes more than that to read."""
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        for hit in _IMAGE.finditer(line):
            if not _PLAIN.match(hit["image"]):
                raise NotRead(f"{name} names an image in a way that is not read here")
            yield hit["image"]


def _of_dockerfile(text: str) -> Iterator[str]:
    """What it is built from, and what it copies from."""
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        if not line.lstrip().startswith("#"):
            for hit in _FROM.finditer(line):
                yield hit["image"] or hit["other"]


def _files(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise NotRead(f"it has {len(entries):,} files")
            names = list(dict.fromkeys(entry.filename for entry in entries))
            built = False
            for name in names:
                if name in (_RUN, _DOCKERFILE) or _COMPOSE.fullmatch(name):
                    body = _body(archive, name)
                    built = built or _BUILD.search(body.decode("utf-8", "replace")) is not None
                    yield name, body
            below = [one for one in names if built and one.endswith(f"/{_DOCKERFILE}")]
            if len(below) > MOST_BUILT:
                raise NotRead(f"it has {len(below):,} Dockerfiles")
            for name in below:
                yield name, _body(archive, name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as failure:
        raise NotRead(f"it is no zip that can be read: {failure}") from None
    except (OSError, ValueError, LookupError) as failure:
        raise NotRead(f"it is no zip that can be read: {failure}") from None


def _body(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        body = file.read(LARGEST_FILE + 1)
    if len(body) > LARGEST_FILE:
        raise NotRead(f"{name} is too large")
    return body


def _of_json(data: bytes) -> Iterator[str]:
    """`Image.Name` of version 1 and 3, `containerDefinitions[].image` of version 2."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise NotRead("it is neither a zip nor a Dockerrun.aws.json") from None
    single = _member(_member(document, "Image"), "Name")
    if isinstance(single, str):
        yield single
    several = _member(document, "containerDefinitions")
    for one in several if isinstance(several, list) else ():
        image = _member(one, "image")
        if isinstance(image, str):
            yield image


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
