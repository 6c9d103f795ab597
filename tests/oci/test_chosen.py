"""Some platforms of an index: what is kept is kept to the byte, and nothing else is."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt, NotFound, UsageError
from ecrtui.model.manifest import Descriptor, RawManifest
from ecrtui.oci.chosen import chosen_index
from tests import worlds
from tests.oci.stored.made import OCI

INDEX = f"{OCI}.index.v1+json"
PLATFORMS = ("linux/amd64", "linux/arm64", "linux/arm/v6", "linux/arm/v7", "windows/amd64")
ABOUT = "vnd.docker.reference.digest"


class Indexes:
    """Random indexes: in each other, with attestations, written in many ways."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.bodies: dict[str, bytes] = {}
        self.read_count = 0
        self.root = self._index(2)

    def read(self, child: Descriptor) -> RawManifest:
        self.read_count += 1
        return self.raw(child.digest)

    def raw(self, digest: str) -> RawManifest:
        return RawManifest(digest, INDEX, self.bodies[digest])

    def _index(self, depth: int) -> str:
        rows: list[dict[str, Any]] = []
        for _ in range(self.chance.randrange(5)):
            nested = depth and self.chance.random() < 0.3
            rows += [self._nested(depth)] if nested else self._image()
        told: dict[str, Any] = {"mediaType": INDEX, "schemaVersion": 2, "manifests": rows}
        if self.chance.random() < 0.5:
            told["annotations"] = {"n": str(self.chance.random()), "ü": "é"}
            told["x-unknown"] = [1.50, {"b": None}]
        pairs = list(told.items())
        self.chance.shuffle(pairs)
        how: dict[str, Any] = self.chance.choice(({"indent": 3}, {"ensure_ascii": False}, {}))
        body = json.dumps(dict(pairs), **how).encode()
        self.bodies[worlds.digest_of(body)] = body
        return worlds.digest_of(body)

    def _nested(self, depth: int) -> dict[str, Any]:
        digest = self._index(depth - 1)
        return {"digest": digest, "size": len(self.bodies[digest]), "mediaType": INDEX}

    def _image(self) -> list[dict[str, Any]]:
        rows = []
        system, architecture, *variant = self.chance.choice(PLATFORMS).split("/")
        platform = {"architecture": architecture, "os": system, "os.version": "10.0"}
        image = self._row(platform={**platform, **({"variant": variant[0]} if variant else {})})
        if self.chance.random() < 0.1:
            del image["platform"]
        rows.append(image)
        for _ in range(self.chance.randrange(3)):
            about = image["digest"] if self.chance.random() < 0.8 else worlds.digest_of(b"gone")
            told = {"vnd.docker.reference.type": "attestation-manifest", ABOUT: about}
            unknown = {"architecture": "unknown", "os": "unknown"}
            rows.append(self._row(platform=unknown, annotations=told))
        self.chance.shuffle(rows)
        return rows

    def _row(self, **more: Any) -> dict[str, Any]:
        body = self.chance.randbytes(8)
        row = {"digest": worlds.digest_of(body), "size": self.chance.randrange(9000), **more}
        return {**row, "mediaType": f"{OCI}.manifest.v1+json", "urls": []}


def rows_of(indexes: Indexes, body: bytes) -> list[dict[str, Any]]:
    """What an index comes to without indexes in it."""
    found: list[dict[str, Any]] = []
    for row in json.loads(body)["manifests"]:
        nested = row["mediaType"] == INDEX
        found += rows_of(indexes, indexes.bodies[row["digest"]]) if nested else [row]
    return found


def platform_of(row: dict[str, Any]) -> str:
    has = row.get("platform", {})
    return "/".join(has[key] for key in ("os", "architecture", "variant") if key in has)


def expected(rows: list[dict[str, Any]], wanted: list[str]) -> list[dict[str, Any]]:
    names = {row["digest"] for row in rows if platform_of(row) in wanted}
    return [row for row in rows if {row["digest"], row.get("annotations", {}).get(ABOUT)} & names]


@given(st.integers(0, 10**9), st.lists(st.sampled_from(PLATFORMS), min_size=1, unique=True))
def test_what_was_chosen_is_there_to_the_byte(seed: int, wanted: list[str]) -> None:
    indexes = Indexes(seed)
    source = indexes.raw(indexes.root)
    rows = rows_of(indexes, source.body)
    there = {platform_of(row) for row in rows}
    if not there.issuperset(wanted):
        with pytest.raises(NotFound) as caught:
            chosen_index(source, wanted, indexes.read)
        assert all(name in caught.value.hint for name in there - {"", "unknown/unknown"})
        return
    made = chosen_index(source, wanted, indexes.read)
    assert made.digest == worlds.digest_of(made.body)
    assert chosen_index(source, wanted[::-1], indexes.read) == made
    assert rows_of(indexes, made.body) == expected(rows, wanted)
    told, before = json.loads(made.body), json.loads(source.body)
    assert {**before, "manifests": told["manifests"]} == told
    assert list(told) == list(before)
    for row in told["manifests"]:
        assert any(written(row, body) in made.body for body in indexes.bodies.values())
    if expected(rows, wanted) == rows and rows and all(map(holds, indexes.bodies.values())):
        assert made is source


def holds(body: bytes) -> bool:
    """Whether an index has anything in it."""
    return bool(json.loads(body)["manifests"])


def written(row: dict[str, Any], body: bytes) -> bytes:
    """How an index writes a row of its own; what no index contains when it does not hold it."""
    text = body.decode()
    at = text.find(row["digest"])
    start = text.rfind("{", 0, at)
    if at < 0:
        return b"no such row"
    _, end = json.JSONDecoder().raw_decode(text, start)
    return text[start:end].encode()


def test_a_platform_without_variant_takes_each_of_them() -> None:
    rows = [
        {"digest": worlds.digest_of(name), "size": 1, "mediaType": f"{OCI}.manifest.v1+json",
         "platform": {"os": "linux", "architecture": "arm", "variant": name.decode()}}
        for name in (b"v6", b"v7")
    ]  # fmt: skip
    more = {**rows[0], "platform": {"os": "linux", "architecture": "amd64"}}
    body = json.dumps({"schemaVersion": 2, "manifests": [*rows, more]}).encode()
    source = RawManifest(worlds.digest_of(body), INDEX, body)
    made = chosen_index(source, ["linux/arm"], lambda _: source)
    assert json.loads(made.body)["manifests"] == rows


def test_nonsense_is_refused() -> None:
    indexes = Indexes(1)
    with pytest.raises(UsageError, match="Not a platform"):
        chosen_index(indexes.raw(indexes.root), ["arm64", ""], indexes.read)
    wrong = RawManifest(worlds.digest_of(b"x"), INDEX, b"x")
    with pytest.raises(Corrupt):
        chosen_index(wrong, ["linux/amd64"], indexes.read)


def test_an_index_that_is_named_many_times_is_read_once() -> None:
    """A thousand names of it in each of four layers would be a million million images."""
    bodies: dict[str, bytes] = {}
    row = {"digest": worlds.digest_of(b""), "size": 1, "mediaType": f"{OCI}.manifest.v1+json",
           "platform": {"os": "linux", "architecture": "arm64"}}  # fmt: skip
    other = {**row, "platform": {"os": "linux", "architecture": "amd64"}}
    for _ in range(4):
        body = json.dumps({"schemaVersion": 2, "manifests": [other, *[row] * 1000]}).encode()
        digest = worlds.digest_of(body)
        bodies[digest] = body
        row = {"digest": digest, "size": len(body), "mediaType": INDEX}
    source = RawManifest(digest, INDEX, body)
    reads = 0

    def read(child: Descriptor) -> RawManifest:
        nonlocal reads
        reads += 1
        return RawManifest(child.digest, INDEX, bodies[child.digest])

    made = chosen_index(source, ["linux/arm64"], read)
    assert len(json.loads(made.body)["manifests"]) == 1
    assert reads <= 3
