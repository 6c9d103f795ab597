"""Fault knobs on the registry API: what a puller sees."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import client


@pytest.fixture
def blob(sandbox: Sandbox) -> str:
    """The URL of a layer of 40,000 bytes behind the registry API."""
    repository = worlds.add_repository(sandbox.world, "team/app")
    described = worlds.add_blob(repository, bytes(range(250)) * 160)
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    return f"http://{host}/v2/team/app/blobs/{described['digest']}"


def get(url: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request(
        "GET", url, headers=headers, redirect=False, retries=False, preload_content=False, timeout=5
    )


def authorization() -> str:
    (data,) = client("ecr").get_authorization_token()["authorizationData"]
    return f"Basic {data['authorizationToken']}"


def layer(url: str) -> urllib3.BaseHTTPResponse:
    """The layer's bytes, over the redirect to its pre-signed URL."""
    answer = get(url, Authorization=authorization())
    assert answer.status == 307
    return get(answer.headers["Location"])


@pytest.mark.parametrize(
    ("action", "status", "error"),
    [
        ("throttle", 429, "TOOMANYREQUESTS"),
        ("deny", 403, "DENIED"),
        ("expire", 403, "DENIED"),
        ("unknown", 405, "UNSUPPORTED"),
        ("status", 503, "UNKNOWN"),
    ],
)
def test_refusals_in_the_registrys_form(
    sandbox: Sandbox, blob: str, action: str, status: int, error: str
) -> None:
    sandbox.faults.add(action, service="registry", path="/v2/*", operation="GET")
    answer = get(blob)
    assert answer.status == status
    assert answer.json()["errors"][0]["code"] == error


def test_a_layer_is_cut_short(sandbox: Sandbox, blob: str) -> None:
    whole = layer(blob).read()
    assert worlds.digest_of(whole) == blob.rpartition("/")[2]
    sandbox.faults.add("cut", service="registry", path="*layer-bucket*", after=20_000)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        layer(blob).read()


def test_a_layers_bytes_are_wrong(sandbox: Sandbox, blob: str) -> None:
    sandbox.faults.add("corrupt", service="registry", path="*layer-bucket*", after=123)
    spoiled = layer(blob).read()
    assert len(spoiled) == 40_000
    assert worlds.digest_of(spoiled) != blob.rpartition("/")[2]


def test_a_layer_stalls_half_way(sandbox: Sandbox, blob: str) -> None:
    sandbox.faults.add("stall", service="registry", path="*layer-bucket*", after=1000, seconds=30)
    answer: Any = layer(blob)
    assert len(answer.read(1000)) == 1000
    answer._connection.sock.settimeout(0.2)
    with pytest.raises(urllib3.exceptions.HTTPError):
        answer.read()


def test_the_control_plane_is_spared(sandbox: Sandbox, blob: str) -> None:
    sandbox.faults.add("hang-up", service="registry")
    with pytest.raises(urllib3.exceptions.HTTPError):
        get(blob)
    assert client("ecr").describe_repositories()["repositories"]
