"""Manifests through the registry API: pushed, read, deleted, and what counts as a pull."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.sandbox.clients import client
from tests.sandbox.registry_api import Registry, errors

NAME = {"repositoryName": "team/app"}


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


@pytest.fixture
def registry(sandbox: Sandbox, repository: Repository) -> Registry:
    return Registry.of(sandbox)


@pytest.fixture
def image(repository: Repository) -> Image:
    return worlds.add_image(repository, tags={"v1", "latest"})


def fresh(registry: Registry, content: bytes = b"{}") -> bytes:
    """A manifest whose one blob is there; nobody has pushed it."""
    config = registry.upload("team/app", content) | {"mediaType": worlds.OCI_CONFIG}
    document = {"schemaVersion": 2, "mediaType": worlds.OCI_IMAGE, "config": config, "layers": []}
    return json.dumps(document, indent=3).encode()


def put(registry: Registry, reference: str, data: bytes, kind: str = worlds.OCI_IMAGE) -> Any:
    return registry.ask("PUT", f"team/app/manifests/{reference}", data, content_type=kind)


class TestReading:
    def test_by_tag_and_by_digest_byte_for_byte(self, registry: Registry, image: Image) -> None:
        for reference in ("v1", "latest", image.digest):
            answer = registry.ask("GET", f"team/app/manifests/{reference}")
            assert answer.data == image.read_manifest()
            assert answer.headers["Docker-Content-Digest"] == image.digest
            assert answer.headers["Content-Type"] == image.media_type

    def test_head_is_get_without_the_bytes(self, registry: Registry, image: Image) -> None:
        answer = registry.ask("HEAD", "team/app/manifests/v1")
        assert answer.headers["Content-Length"] == str(len(image.read_manifest()))
        assert answer.headers["Docker-Content-Digest"] == image.digest
        assert registry.ask("HEAD", "team/app/manifests/v9").status == 404

    @pytest.mark.parametrize("reference", ["v9", "sha256:" + "0" * 64])
    def test_what_is_not_here(self, registry: Registry, image: Image, reference: str) -> None:
        refused = registry.ask("GET", f"team/app/manifests/{reference}")
        assert errors(refused) == (404, "MANIFEST_UNKNOWN")
        assert refused.json()["errors"][0]["message"] == "Requested image not found"

    @pytest.mark.parametrize("reference", ["1.0%2Bbuild", ".hidden", "x" * 129, "v1:v2"])
    def test_what_can_be_no_tag(self, registry: Registry, image: Image, reference: str) -> None:
        path = f"team/app/manifests/{reference}"
        assert registry.ask("HEAD", path).status == 400
        for method in ("GET", "PUT", "DELETE"):
            assert errors(registry.ask(method, path, b"{}")) == (400, "TAG_INVALID")

    def test_a_client_gets_only_types_it_accepts(
        self, registry: Registry, repository: Repository, image: Image
    ) -> None:
        worlds.add_index(repository, [image], tags={"multi"})
        path = "team/app/manifests/multi"
        both = f"{worlds.OCI_IMAGE}, {worlds.OCI_INDEX};q=0.5"
        for accepted in (both, "*/*", "application/*"):
            assert registry.ask("GET", path, Accept=accepted).status == 200
        assert errors(registry.ask("GET", path, Accept=worlds.OCI_IMAGE))[0] == 404

    def test_an_archived_image_cannot_be_pulled_until_it_is_pushed_again(
        self, registry: Registry, repository: Repository, image: Image
    ) -> None:
        ecr = client("ecr")
        ecr.update_image_storage_class(
            **NAME, imageId={"imageTag": "v1"}, targetStorageClass="ARCHIVE"
        )
        for reference in ("v1", image.digest):
            refused = registry.ask("GET", f"team/app/manifests/{reference}")
            assert errors(refused) == (404, "MANIFEST_UNKNOWN")
        assert registry.ask("GET", "team/app/tags/list").json()["tags"] == []
        assert put(registry, "v1", image.read_manifest()).status == 201
        assert registry.ask("GET", "team/app/manifests/v1").status == 200
        (row,) = ecr.describe_images(**NAME)["imageDetails"]
        assert row["imageStatus"] == "ACTIVE"
        assert row["lastActivatedAt"] >= row["lastArchivedAt"]


class TestPullTime:
    def pulled(self) -> Any:
        (row,) = client("ecr").describe_images(**NAME)["imageDetails"]
        return row.get("lastRecordedPullTime")

    def test_get_moves_it_and_head_does_not(self, registry: Registry, image: Image) -> None:
        registry.ask("HEAD", "team/app/manifests/v1")
        registry.ask("GET", "team/app/tags/list")
        registry.ask("GET", f"team/app/referrers/{image.digest}")
        assert self.pulled() is None
        registry.ask("GET", "team/app/manifests/v1")
        first = self.pulled()
        registry.ask("GET", f"team/app/manifests/{image.digest}")
        assert self.pulled() >= first

    def test_not_for_an_excluded_principal(self, registry: Registry, image: Image) -> None:
        me = client("sts").get_caller_identity()["Arn"]
        ecr = client("ecr")
        ecr.register_pull_time_update_exclusion(principalArn=me)
        registry.ask("GET", "team/app/manifests/v1")
        assert self.pulled() is None
        ecr.deregister_pull_time_update_exclusion(principalArn=me)
        registry.ask("GET", "team/app/manifests/v1")
        assert self.pulled() is not None


class TestPushing:
    def test_by_tag_seen_by_the_control_plane_at_once(self, registry: Registry) -> None:
        data = fresh(registry)
        answer = put(registry, "v1", data)
        digest = worlds.digest_of(data)
        assert answer.status == 201
        assert answer.headers["Docker-Content-Digest"] == digest
        assert answer.headers["Location"].endswith(f"/v2/team/app/manifests/{digest}")
        (row,) = client("ecr").describe_images(**NAME)["imageDetails"]
        assert (row["imageDigest"], row["imageTags"]) == (digest, ["v1"])
        assert registry.ask("GET", "team/app/manifests/v1").data == data

    def test_by_digest_untagged(self, registry: Registry) -> None:
        data = fresh(registry)
        assert put(registry, worlds.digest_of(data), data).status == 201
        (row,) = client("ecr").describe_images(**NAME)["imageDetails"]
        assert "imageTags" not in row

    def test_by_another_digest(self, registry: Registry, repository: Repository) -> None:
        refused = put(registry, "sha256:" + "0" * 64, fresh(registry))
        assert errors(refused) == (400, "MANIFEST_INVALID")
        assert "does not match the image digest that Amazon ECR" in refused.data.decode()
        assert len(repository.images) == 0

    def test_twice_is_no_error_to_a_pusher(self, registry: Registry) -> None:
        data = fresh(registry)
        for reference in ("v1", "v1", worlds.digest_of(data), "v2"):
            assert put(registry, reference, data).status == 201
        (row,) = client("ecr").describe_images(**NAME)["imageDetails"]
        assert row["imageTags"] == ["v1", "v2"]

    def test_an_immutable_tag_stays_where_it_is(self, registry: Registry) -> None:
        data = fresh(registry)
        put(registry, "v1", data)
        client("ecr").put_image_tag_mutability(**NAME, imageTagMutability="IMMUTABLE")
        refused = put(registry, "v1", fresh(registry, b"{ }"))
        assert errors(refused) == (400, "TAG_INVALID")
        assert "cannot be overwritten" in refused.json()["errors"][0]["message"]
        assert put(registry, "v1", data).status == 201
        assert put(registry, "v2", fresh(registry, b"{ }")).status == 201

    def test_layers_and_children_must_be_here(self, registry: Registry) -> None:
        missing = {"mediaType": worlds.OCI_LAYER, "digest": "sha256:" + "1" * 64, "size": 1}
        document = json.loads(fresh(registry)) | {"layers": [missing]}
        refused = put(registry, "v1", json.dumps(document).encode())
        assert errors(refused) == (404, "BLOB_UPLOAD_UNKNOWN")
        assert missing["digest"] in refused.data.decode()
        index = {"schemaVersion": 2, "mediaType": worlds.OCI_INDEX, "manifests": [missing]}
        refused = put(registry, "v1", json.dumps(index).encode(), worlds.OCI_INDEX)
        assert errors(refused) == (404, "MANIFEST_BLOB_UNKNOWN")

    def test_the_type_may_stand_in_the_header_alone(self, registry: Registry) -> None:
        document = json.loads(fresh(registry))
        del document["mediaType"]
        assert put(registry, "v1", json.dumps(document).encode()).status == 201
        answer = registry.ask("GET", "team/app/manifests/v1")
        assert answer.headers["Content-Type"] == worlds.OCI_IMAGE

    def test_four_mebibytes_and_no_more(self, registry: Registry) -> None:
        data = fresh(registry)
        fits = data + b" " * ((4 << 20) - len(data))
        assert put(registry, "fits", fits).status == 201
        assert registry.ask("GET", "team/app/manifests/fits").data == fits
        assert errors(put(registry, "large", fits + b" ")) == (413, "SIZE_INVALID")

    @settings(
        max_examples=60,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        deadline=None,
    )
    @given(st.data())
    def test_any_bytes_at_all_are_refused_in_the_registrys_form(
        self, registry: Registry, repository: Repository, data: st.DataObject
    ) -> None:
        leaf = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
        wild = st.recursive(
            leaf, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner)
        )
        here = worlds.add_blob(repository, b"{}")
        members = {name: wild | st.just(here[name]) for name in ("digest", "size", "mediaType")}
        part = st.fixed_dictionaries({}, optional=members | {"urls": wild, "annotations": wild})
        parts = st.lists(part | wild, max_size=2)
        named = {"config": part, "layers": parts, "manifests": parts, "subject": part}
        others = dict.fromkeys(("mediaType", "artifactType", "annotations"), wild)
        optional = {name: given | wild for name, given in named.items()} | others
        document = data.draw(st.fixed_dictionaries({}, optional=optional) | wild)
        raw = data.draw(st.just(json.dumps(document).encode()) | st.binary(max_size=50))
        answer = put(registry, "wild", raw)
        if answer.status == 201:
            assert registry.ask("GET", "team/app/manifests/wild").data == raw
            assert client("ecr").describe_images(**NAME)["imageDetails"]
        else:
            assert errors(answer)[0] in (400, 404)


class TestDeleting:
    def test_by_tag_takes_the_tag_and_with_the_last_one_the_image(
        self, registry: Registry, image: Image, repository: Repository
    ) -> None:
        assert registry.ask("DELETE", "team/app/manifests/v1").status == 202
        assert registry.ask("GET", "team/app/tags/list").json()["tags"] == ["latest"]
        assert registry.ask("DELETE", "team/app/manifests/latest").status == 202
        assert len(repository.images) == 0

    def test_by_digest_takes_all(
        self, registry: Registry, image: Image, repository: Repository
    ) -> None:
        assert registry.ask("DELETE", f"team/app/manifests/{image.digest}").status == 202
        assert len(repository.images) == 0
        for reference in ("v1", image.digest):
            gone = registry.ask("DELETE", f"team/app/manifests/{reference}")
            assert errors(gone) == (404, "MANIFEST_UNKNOWN")

    def test_what_an_index_holds_stays(
        self, registry: Registry, image: Image, repository: Repository
    ) -> None:
        index = worlds.add_index(repository, [image], tags={"multi"})
        refused = registry.ask("DELETE", f"team/app/manifests/{image.digest}")
        assert errors(refused) == (405, "UNSUPPORTED")
        assert index.digest in refused.json()["errors"][0]["message"]
        for each in (index, image):
            assert registry.ask("DELETE", f"team/app/manifests/{each.digest}").status == 202


class TestReferrers:
    @pytest.fixture
    def made(self, repository: Repository, image: Image) -> dict[str, Image]:
        subject = worlds.descriptor(image)
        return {
            kind: worlds.add_image(
                repository,
                content=kind.encode(),
                artifactType=kind,
                subject=subject,
                annotations={"about": kind},
            )
            for kind in ("application/vnd.example.sbom", "application/vnd.example.signature")
        }

    def test_an_index_of_what_points_here(
        self, registry: Registry, image: Image, made: dict[str, Image]
    ) -> None:
        answer = registry.ask("GET", f"team/app/referrers/{image.digest}")
        assert answer.headers["Content-Type"] == worlds.OCI_INDEX
        assert "OCI-Filters-Applied" not in answer.headers
        rows = {row.pop("artifactType"): row for row in answer.json()["manifests"]}
        assert rows == {
            kind: {**worlds.descriptor(one), "annotations": {"about": kind}}
            for kind, one in made.items()
        }

    def test_filtered_by_type(
        self, registry: Registry, image: Image, made: dict[str, Image]
    ) -> None:
        for kind, one in made.items():
            path = f"team/app/referrers/{image.digest}?artifactType={kind}"
            answer = registry.ask("GET", path)
            assert answer.headers["OCI-Filters-Applied"] == "artifactType"
            assert [row["digest"] for row in answer.json()["manifests"]] == [one.digest]

    def test_none_for_what_nobody_points_at(self, registry: Registry) -> None:
        answer = registry.ask("GET", "team/app/referrers/sha256:" + "0" * 64)
        assert answer.json()["manifests"] == []
        assert errors(registry.ask("GET", "team/app/referrers/v1")) == (400, "DIGEST_INVALID")

    def test_a_pushed_referrer_is_told_so_and_there_at_once(
        self, registry: Registry, image: Image
    ) -> None:
        subject = worlds.descriptor(image)
        document = json.loads(fresh(registry)) | {"subject": subject, "artifactType": "a/b"}
        raw = json.dumps(document).encode()
        answer = put(registry, worlds.digest_of(raw), raw)
        assert answer.headers["OCI-Subject"] == image.digest
        listed = registry.ask("GET", f"team/app/referrers/{image.digest}").json()["manifests"]
        assert [(row["digest"], row["artifactType"]) for row in listed] == [
            (worlds.digest_of(raw), "a/b")
        ]


def test_what_the_registry_api_does_not_have(registry: Registry, image: Image) -> None:
    assert errors(registry.ask("POST", "team/app/manifests/v1")) == (405, "UNSUPPORTED")
    assert errors(registry.ask("GET", "team/app/nothing")) == (404, "NOT_FOUND")
