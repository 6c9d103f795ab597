"""The images that a bundle of Elastic Beanstalk names: in Dockerrun.aws.json of either version, in
compose files, in a Dockerfile's FROM. A bundle is one of these files, or a zip with them.

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
NAMES = (
    "Dockerrun.aws.json",
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.yml",
    "compose.yaml",
    "Dockerfile",
)
"""In the order of a bundle's files; all of them at its top."""
_IMAGE = re.compile(r"""^\s*-?\s*image:\s*["']?(?P<image>[^\s"'#]+)["']?\s*(?:#.*)?$""")
_FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(?P<image>\S+)", re.IGNORECASE)


class NotRead(Exception):
    """A bundle that is no such thing, or is too large; its text says why."""


def images(data: bytes) -> list[str]:
    """The references in a bundle, each once. Raises NotRead."""
    if data[:2] != b"PK":
        return list(dict.fromkeys(_of_json(data)))
    found: list[str] = []
    for name, body in _files(data):
        if name.endswith(".json"):
            found += _of_json(body)
        else:
            pattern = _FROM if name == "Dockerfile" else _IMAGE
            lines = body.decode("utf-8", "replace").splitlines()
            found += [hit["image"] for line in lines if (hit := pattern.match(line))]
    return list(dict.fromkeys(found))


def _files(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise NotRead(f"it has {len(entries):,} files")
            for entry in entries:
                if entry.filename in NAMES:
                    with archive.open(entry) as file:
                        body = file.read(LARGEST_FILE + 1)
                    if len(body) > LARGEST_FILE:
                        raise NotRead(f"{entry.filename} is too large")
                    yield entry.filename, body
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as failure:
        raise NotRead(f"it is no zip that can be read: {failure}") from None
    except (OSError, ValueError, LookupError) as failure:
        raise NotRead(f"it is no zip that can be read: {failure}") from None


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
