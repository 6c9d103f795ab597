"""Some platforms of an index, copied, exported and imported: by skopeo's word they are whole."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from ecrtui.errors import NotFound, UsageError
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.locate import locate
from ecrtui.workflows.moving.copy import CopyPlan, CopyRequest, plan, run
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.oci.layers.made import files as tar_of
from tests.oci.stored.made import OCI, blob, image, in_folder, layout, named
from tests.oci.test_chosen import ABOUT
from tests.registries import plain_registry
from tests.sandbox import programs

__all__ = ["plain_registry"]

INDEX = f"{OCI}.index.v1+json"
NAMES = ("amd64", "arm64", "s390x")
SOME = ("linux/amd64", "linux/s390x")


class Stored:
    """An index in a layout: three platforms, each with an attestation and a signature; signed."""

    def __init__(self, folder: Path) -> None:
        self.files: dict[str, bytes] = {}
        chance = random.Random(1)
        self.images = [
            {
                **image(self.files, layer=tar_of("f", contents=chance.randbytes(3000)),
                        architecture=name),
                "platform": {"os": "linux", "architecture": name},
                "annotations": {"name": name},
            }
            for name in NAMES
        ]  # fmt: skip
        self.attestations = [self._attestation(one) for one in self.images]
        self.rows = [*self.images, *self.attestations]
        self.index = self._index(self.rows, annotations={"from": "us"})
        signatures = [self._signature(one) for one in (self.index, *self.images)]
        listed = [named(self.index, "v1"), *signatures]
        self.folder = in_folder(layout(*listed, files=self.files), folder)
        self.signatures = [one["digest"] for one in signatures]

    def _index(self, rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        told = {"schemaVersion": 2, "mediaType": INDEX, "manifests": rows, **more}
        return blob(self.files, json.dumps(told, indent=2).encode(), INDEX)

    def _attestation(self, subject: dict[str, Any]) -> dict[str, Any]:
        return {
            **image(self.files, about=subject["digest"]),
            "platform": {"os": "unknown", "architecture": "unknown"},
            "annotations": {
                "vnd.docker.reference.type": "attestation-manifest",
                ABOUT: subject["digest"],
            },
        }

    def _signature(self, subject: dict[str, Any]) -> dict[str, Any]:
        made = image(self.files, signs=subject["digest"])
        return named(made, subject["digest"].replace(":", "-") + ".sig")


@pytest.fixture
def stored(tmp_path: Path) -> Stored:
    """The layout."""
    return Stored(tmp_path / "stored")


def planned(services: Services, source: str, target: str, **how: Any) -> CopyPlan:
    return plan(services, CopyRequest(locate(services, source), locate(services, target), **how))


def raw(where: str) -> bytes:
    """The manifest at a place, by skopeo."""
    told = programs.run("skopeo", "inspect", "--raw", "--tls-verify=false", where)
    return told.stdout.encode()


def test_some_platforms_go_everywhere_under_one_digest(
    sandbox: Sandbox, services: Services, stored: Stored, plain_registry: str, tmp_path: Path
) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    source = f"oci:{stored.folder}:v1"
    digests = set()
    for target in (
        "team/app:v1", f"docker://{plain_registry}/team/app:v1", f"oci:{tmp_path}/it:v1",
        f"oci-archive:{tmp_path}/it.tar:v1",
    ):  # fmt: skip
        made = planned(services, source, target, platforms=SOME[::-1])
        assert any(stored.index["digest"] in told for told in made.warnings)
        assert dict(made.facts)["platforms"] == "some of it: linux/amd64, linux/s390x"
        assert run(services, made, Watch()).digest == made.digest
        digests.add(made.digest)
    (digest,) = digests
    assert digest != stored.index["digest"]
    for where in (f"docker://{plain_registry}/team/app:v1", f"oci:{tmp_path}/it:v1"):
        assert worlds.digest_of(raw(where)) == digest
    told = json.loads(raw(f"oci:{tmp_path}/it:v1"))
    assert told["annotations"] == {"from": "us"}
    assert told["manifests"] == [stored.rows[number] for number in (0, 2, 3, 5)]


def test_skopeo_copies_all_of_it(
    services: Services, stored: Stored, plain_registry: str, tmp_path: Path
) -> None:
    place = f"docker://{plain_registry}/team/app:v1"
    made = planned(services, f"oci:{stored.folder}:v1", place, platforms=SOME)
    run(services, made, Watch())
    theirs = f"oci:{tmp_path}/theirs:v1"
    how = ("--all", "--preserve-digests", "--src-tls-verify=false")
    programs.run("skopeo", "copy", *how, place, theirs)
    assert worlds.digest_of(raw(theirs)) == made.digest


def test_signatures_of_its_images_go_along_and_not_its_own(
    services: Services, stored: Stored, tmp_path: Path
) -> None:
    source = f"oci:{stored.folder}:v1"
    made = planned(services, source, f"oci:{tmp_path}/it:v1", platforms=SOME, referrers=True)
    run(services, made, Watch())
    listed = json.loads((tmp_path / "it" / "index.json").read_bytes())["manifests"]
    found = {row["digest"] for row in listed} & set(stored.signatures)
    assert found == {stored.signatures[1], stored.signatures[3]}


def test_all_of_them_are_the_index_itself_and_one_is_one_image(
    services: Services, stored: Stored, tmp_path: Path
) -> None:
    source, target = f"oci:{stored.folder}:v1", f"oci:{tmp_path}/it"
    every = planned(services, source, target, platforms=tuple(f"linux/{one}" for one in NAMES))
    whole = planned(services, source, target)
    assert (every.digest, every.warnings) == (whole.digest, whole.warnings)
    assert every.digest == stored.index["digest"]
    for platforms in (("linux/arm64",), ("linux/arm64", "linux/arm64/v8")):
        one = planned(services, source, target, platforms=platforms)
        assert one.digest == stored.images[1]["digest"]


def test_what_is_not_there_is_told(services: Services, stored: Stored, tmp_path: Path) -> None:
    source = f"oci:{stored.folder}:v1"
    with pytest.raises(NotFound) as missing:
        planned(services, source, f"oci:{tmp_path}/it", platforms=("linux/amd64", "linux/386"))
    assert missing.value.detail == "linux/386"
    assert missing.value.hint == "It has: linux/amd64, linux/arm64, linux/s390x"
    with pytest.raises(UsageError, match="holds one image"):
        planned(services, source, f"docker-archive:{tmp_path}/it.tar", platforms=SOME)
    run(services, planned(services, source, f"oci:{tmp_path}/one:v1", platforms=SOME[:1]), Watch())
    with pytest.raises(UsageError, match="no index"):
        planned(services, f"oci:{tmp_path}/one:v1", f"oci:{tmp_path}/it", platforms=SOME)
    assert not (tmp_path / "it").exists()
