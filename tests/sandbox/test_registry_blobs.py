"""Layers on their way out: the redirect, the bucket behind it, ranges."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import urllib3

from ecrtui.sandbox.distribution.presign import LayerObject, sign_layer_url
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Blob
from tests import worlds
from tests.sandbox.clients import client
from tests.sandbox.registry_api import Registry, ask, errors

DATA = bytes(range(256)) * 40


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


@pytest.fixture
def registry(sandbox: Sandbox, repository: Repository) -> Registry:
    return Registry.of(sandbox)


@pytest.fixture
def digest(repository: Repository) -> str:
    return str(worlds.add_blob(repository, DATA)["digest"])


@pytest.fixture
def signed(registry: Registry, digest: str) -> str:
    """The signed URL that a GET of the layer is sent to."""
    return registry.ask("GET", f"team/app/blobs/{digest}").headers["Location"]


def test_a_layer_comes_from_another_host_name(registry: Registry, signed: str) -> None:
    assert urlsplit(signed).hostname != urlsplit(f"//{registry.host}").hostname
    answer = ask("GET", signed)
    assert (answer.status, answer.data) == (200, DATA)
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_the_bucket_wants_no_authorization(registry: Registry, signed: str) -> None:
    refused = ask("GET", signed, Authorization=registry.authorization)
    assert refused.status == 400
    assert b"<Code>InvalidArgument</Code><Message>Only one auth mechanism allowed" in refused.data


def test_head_tells_the_size_without_the_bucket(registry: Registry, digest: str) -> None:
    answer = registry.ask("HEAD", f"team/app/blobs/{digest}")
    assert answer.status == 200
    assert answer.headers["Content-Length"] == str(len(DATA))
    assert answer.headers["Docker-Content-Digest"] == digest


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=10000-", 10000, len(DATA) - 1),
        ("bytes=-7", len(DATA) - 7, len(DATA) - 1),
        ("bytes=-99999999", 0, len(DATA) - 1),
        ("bytes=5-99999999", 5, len(DATA) - 1),
    ],
)
def test_a_range_is_served_as_asked(signed: str, asked: str, first: int, last: int) -> None:
    answer = ask("GET", signed, Range=asked)
    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"
    assert answer.data == DATA[first : last + 1]


@pytest.mark.parametrize("asked", [f"bytes={len(DATA)}-", "bytes=9-3", "bytes=-0"])
def test_a_range_outside_the_layer_is_refused(signed: str, asked: str) -> None:
    answer = ask("GET", signed, Range=asked)
    assert answer.status == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(DATA)}"
    assert b"<Code>InvalidRange</Code>" in answer.data


@pytest.mark.parametrize("asked", ["bytes=-", "lines=1-2", "bytes=0-1,5-6"])
def test_a_range_nobody_understands_is_ignored(signed: str, asked: str) -> None:
    answer = ask("GET", signed, Range=asked)
    assert (answer.status, answer.data) == (200, DATA)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("X-Amz-Expires=", "X-Amz-Expires=9"), "SignatureDoesNotMatch"),
        (("/sha256", "/sha255"), "SignatureDoesNotMatch"),
        (("team/app", "team/other"), "SignatureDoesNotMatch"),
        (("X-Amz-Signature=", "X-Amz-Signature=0"), "SignatureDoesNotMatch"),
        (("X-Amz-Signature=", "X-Signed="), "AccessDenied"),
    ],
)
def test_a_changed_url_is_refused(signed: str, change: tuple[str, str], code: str) -> None:
    refused = ask("GET", signed.replace(*change))
    assert refused.status == 403
    assert f"<Code>{code}</Code>".encode() in refused.data


def test_a_url_signed_for_get_is_good_for_nothing_else(signed: str) -> None:
    assert ask("HEAD", signed).status == 403
    assert ask("PUT", signed, b"mine").status == 403


def test_a_url_ends(registry: Registry, digest: str) -> None:
    layer = LayerObject(worlds.ACCOUNT, worlds.REGION, "team/app", digest)
    refused = ask("GET", sign_layer_url(registry.host, layer, lifetime=-1))
    assert refused.status == 403
    assert b"Request has expired" in refused.data


def test_a_layer_that_went_meanwhile(signed: str, repository: Repository, digest: str) -> None:
    del repository.blobs[digest]
    assert b"<Code>NoSuchKey</Code>" in ask("GET", signed).data


def test_the_control_planes_url_is_the_same_kind(registry: Registry, digest: str) -> None:
    url = client("ecr").get_download_url_for_layer(repositoryName="team/app", layerDigest=digest)
    assert ask("GET", url["downloadUrl"]).data == DATA


def test_layers_that_are_not_here(registry: Registry) -> None:
    strange = "sha256:" + "0" * 64
    assert errors(registry.ask("GET", f"team/app/blobs/{strange}")) == (404, "BLOB_UNKNOWN")
    assert registry.ask("HEAD", f"team/app/blobs/{strange}").status == 404
    assert errors(registry.ask("GET", f"no/app/blobs/{strange}")) == (404, "NAME_UNKNOWN")


def test_blobs_are_not_deleted_by_hand(registry: Registry, digest: str) -> None:
    assert errors(registry.ask("DELETE", f"team/app/blobs/{digest}")) == (405, "UNSUPPORTED")
    assert registry.download("team/app", digest) == DATA


def test_a_big_layer_streams_while_others_are_served(
    registry: Registry, repository: Repository
) -> None:
    data = bytes(1 << 20) * 100
    size = len(data)
    digest = worlds.digest_of(data)
    repository.blobs[digest] = Blob(digest, size, worlds.OCI_LAYER, data)
    url = registry.ask("GET", f"team/app/blobs/{digest}").headers["Location"]
    slow = urllib3.request("GET", url, preload_content=False, timeout=20)
    got = len(slow.read(1 << 20))
    # Nobody reads on: its thread waits in the socket, and nobody else with it.
    assert registry.ask("GET", "team/app/tags/list").status == 200
    while piece := slow.read(1 << 22):
        got += len(piece)
    assert got == size


def test_many_pull_at_once_and_bytes_are_made_once_they_are_wanted(
    registry: Registry, repository: Repository
) -> None:
    made = threading.Event()

    def source() -> bytes:
        made.set()
        return DATA[::-1]

    digest = worlds.digest_of(DATA[::-1])
    repository.blobs[digest] = Blob(digest, len(DATA), worlds.OCI_LAYER, source)
    assert registry.ask("HEAD", f"team/app/blobs/{digest}").status == 200
    assert not made.is_set()
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: registry.download("team/app", digest), range(64)))
    assert set(found) == {DATA[::-1]}
