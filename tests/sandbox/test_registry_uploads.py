"""Layers on their way in: whole, in chunks, mounted, and what goes wrong with each."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import client
from tests.sandbox.registry_api import Registry, errors

DATA = b"a layer in three pieces" * 100
DIGEST = worlds.digest_of(DATA)


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


@pytest.fixture
def registry(sandbox: Sandbox, repository: Repository) -> Registry:
    return Registry.of(sandbox)


def begin(registry: Registry) -> str:
    """The URL of a fresh upload."""
    answer = registry.ask("POST", "team/app/blobs/uploads/")
    assert answer.status == 202
    assert answer.headers["Docker-Upload-UUID"] in answer.headers["Location"]
    return answer.headers["Location"]


def test_post_then_put(registry: Registry) -> None:
    described = registry.upload("team/app", DATA)
    assert registry.download("team/app", described["digest"]) == DATA


def test_a_blob_in_one_post(registry: Registry) -> None:
    answer = registry.ask("POST", f"team/app/blobs/uploads/?digest={DIGEST}", DATA)
    assert answer.status == 201
    assert registry.download("team/app", DIGEST) == DATA


def test_chunks_in_order_with_their_ranges(registry: Registry) -> None:
    url, size = begin(registry), len(DATA)
    for first, last in ((0, 999), (1000, 1499)):
        piece = DATA[first : last + 1]
        answer = registry.ask("PATCH", url, piece, content_range=f"{first}-{last}")
        assert answer.status == 201
        assert answer.headers["Range"] == "0-999"  # which is all that ECR ever tells there
        url = answer.headers["Location"]
    told = registry.ask("GET", url)
    assert (told.status, told.headers["Range"]) == (204, "0-1499")
    done = registry.ask(
        "PUT", f"{url}?digest={DIGEST}", DATA[1500:], content_range=f"1500-{size - 1}"
    )
    assert done.status == 201
    assert done.headers["Docker-Content-Digest"] == DIGEST
    assert registry.download("team/app", DIGEST) == DATA


def test_a_chunk_out_of_its_place_is_refused_and_the_upload_goes_on(registry: Registry) -> None:
    url = begin(registry)
    registry.ask("PATCH", url, DATA[:100], content_range="0-99")
    for wrong in ("50-149", "200-299"):
        refused = registry.ask("PATCH", url, DATA[:100], content_range=wrong)
        assert errors(refused) == (416, "BLOB_UPLOAD_INVALID")
        assert refused.headers["Range"] == "0-99"
    refused = registry.ask("PATCH", url, DATA[100:])
    assert "is 0 instead of 100" in refused.json()["errors"][0]["message"]
    rest = f"100-{len(DATA) - 1}"
    done = registry.ask("PUT", f"{url}?digest={DIGEST}", DATA[100:], content_range=rest)
    assert done.status == 201


def test_a_body_whose_length_nobody_knows(registry: Registry) -> None:
    def pieces() -> Iterator[bytes]:
        for at in range(0, len(DATA), 333):
            yield DATA[at : at + 333]

    url = begin(registry)
    answer = registry.ask("PATCH", url, pieces())
    assert answer.headers["Range"] == f"0-{len(DATA) - 1}"
    assert registry.ask("PUT", f"{url}?digest={DIGEST}").status == 201
    assert registry.download("team/app", DIGEST) == DATA


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(st.lists(st.binary(max_size=2000), max_size=6))
def test_any_pieces_make_the_whole(registry: Registry, pieces: list[bytes]) -> None:
    whole, url = b"".join(pieces), begin(registry)
    at = 0
    for piece in pieces:
        place = f"{at}-{at + len(piece) - 1}" if piece else ""
        assert registry.ask("PATCH", url, piece, content_range=place).status == 201
        at += len(piece)
    digest = worlds.digest_of(whole)
    assert registry.ask("PUT", f"{url}?digest={digest}").status == 201
    assert registry.download("team/app", digest) == whole


def test_a_connection_that_ends_leaves_what_came_and_the_rest_may_follow(
    registry: Registry, repository: Repository
) -> None:
    parts = urlsplit(begin(registry))
    broken = http.client.HTTPConnection(parts.netloc, timeout=20)
    broken.putrequest("PATCH", parts.path)
    broken.putheader("Authorization", registry.authorization)
    broken.putheader("Content-Length", str(1 << 20))
    broken.endheaders(b"x" * (1 << 17))
    assert broken.sock is not None
    broken.sock.shutdown(1)
    assert broken.sock.recv(1) == b""
    told = registry.ask("GET", parts.geturl())
    got = int(told.headers["Range"].split("-")[1]) + 1
    whole = b"x" * (1 << 18)
    left = f"{got}-{len(whole) - 1}"
    registry.ask("PATCH", parts.geturl(), whole[got:], content_range=left)
    digest = worlds.digest_of(whole)
    assert registry.ask("PUT", f"{parts.geturl()}?digest={digest}").status == 201


@pytest.mark.parametrize("digest", ["sha256:" + "0" * 64, "nonsense", "", "md5:00"])
def test_bytes_of_another_digest_are_no_layer(
    registry: Registry, repository: Repository, digest: str
) -> None:
    refused = registry.ask("PUT", f"{begin(registry)}?digest={digest}", DATA)
    assert errors(refused) == (400, "DIGEST_INVALID")
    assert not repository.blobs


def test_an_upload_given_up_and_one_never_begun(registry: Registry) -> None:
    url = begin(registry)
    assert registry.ask("DELETE", url).status == 204
    for method in ("GET", "PATCH", "PUT", "DELETE"):
        assert registry.ask(method, url).status == 404
    assert errors(registry.ask("PATCH", url, b"x")) == (404, "BLOB_UPLOAD_UNKNOWN")
    assert errors(registry.ask("POST", "no/app/blobs/uploads/")) == (404, "NAME_UNKNOWN")


def test_a_layer_pushed_twice_is_one(registry: Registry, repository: Repository) -> None:
    registry.upload("team/app", DATA)
    registry.upload("team/app", DATA)
    assert list(repository.blobs) == [DIGEST]
    assert not repository.uploads


def test_many_push_at_once(registry: Registry, repository: Repository) -> None:
    layers = [bytes([number]) * 300_000 for number in range(32)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda data: registry.upload("team/app", data), layers))
    assert {blob.read() for blob in repository.blobs.values()} == set(layers)


def test_a_slow_manifest_does_not_stop_the_world(registry: Registry) -> None:
    slow = http.client.HTTPConnection(registry.host, timeout=20)
    slow.putrequest("PUT", "/v2/team/app/manifests/v1")
    slow.putheader("Authorization", registry.authorization)
    slow.putheader("Content-Length", "1000")
    slow.endheaders(b"{")
    assert registry.ask("GET", "team/app/tags/list").status == 200
    assert client("ecr").describe_repositories()["repositories"]
    slow.close()


class TestMount:
    """POST ?mount=: only where the account setting, the encryption and an image allow it."""

    @pytest.fixture
    def layer(self, sandbox: Sandbox, registry: Registry) -> str:
        """A layer of an image of another repository."""
        source = worlds.add_repository(sandbox.world, "team/base")
        return worlds.add_image(source, tags={"v1"}).layers[1]

    def mount(self, registry: Registry, digest: str, source: str = "team/base") -> int:
        path = f"team/app/blobs/uploads/?mount={digest}&from={source}"
        answer = registry.ask("POST", path)
        assert "Location" in answer.headers
        return answer.status

    def enable(self) -> None:
        client("ecr").put_account_setting(name="BLOB_MOUNTING", value="ENABLED")

    def test_without_the_setting_the_pusher_uploads(
        self, registry: Registry, repository: Repository, layer: str
    ) -> None:
        assert self.mount(registry, layer) == 202
        assert not repository.blobs

    def test_with_it_the_layer_is_there(self, registry: Registry, layer: str) -> None:
        self.enable()
        assert self.mount(registry, layer) == 201
        assert worlds.digest_of(registry.download("team/app", layer)) == layer

    def test_a_layer_no_image_has_is_uploaded(self, registry: Registry, sandbox: Sandbox) -> None:
        self.enable()
        base = worlds.add_repository(sandbox.world, "team/base")
        loose = worlds.add_blob(base, b"of no image")["digest"]
        assert self.mount(registry, loose) == 202

    def test_another_encryption_is_another_store(
        self, registry: Registry, repository: Repository, layer: str
    ) -> None:
        self.enable()
        repository.encryption = {"encryptionType": "KMS", "kmsKey": "alias/other"}
        assert self.mount(registry, layer) == 202

    def test_nothing_is_mounted_out_of_nowhere(self, registry: Registry, layer: str) -> None:
        self.enable()
        assert self.mount(registry, layer, "no/such") == 202
        assert self.mount(registry, "sha256:" + "0" * 64) == 202
        assert registry.ask("POST", f"team/app/blobs/uploads/?mount={layer}").status == 202


def test_what_was_uploaded_here_is_a_layer_to_the_control_plane(registry: Registry) -> None:
    config = registry.upload("team/app", b"{}") | {"mediaType": worlds.OCI_CONFIG}
    ecr = client("ecr")
    asked = ecr.batch_check_layer_availability(
        repositoryName="team/app", layerDigests=[config["digest"]]
    )
    assert asked["layers"][0]["layerAvailability"] == "AVAILABLE"
    manifest = {"schemaVersion": 2, "mediaType": worlds.OCI_IMAGE, "config": config, "layers": []}
    ecr.put_image(repositoryName="team/app", imageManifest=json.dumps(manifest), imageTag="v1")
    assert registry.ask("GET", "team/app/manifests/v1").json() == manifest
