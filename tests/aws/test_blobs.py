"""Layers through pre-signed addresses: whole, in parts, renewed, and never with our signature."""

from __future__ import annotations

import pytest

from ecrtui.errors import EcrtuiError, NotAllowed, NotFound, RemoteError, Unreachable
from ecrtui.model.ports import BlobSource
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.aws.conftest import Open

BODY = bytes(range(256)) * 5000


@pytest.fixture
def source(sandbox: Sandbox, opened: Open) -> BlobSource:
    worlds.add_blob(worlds.add_repository(sandbox.world, "team/app"), BODY)
    return opened().source("team/app")


def read(source: BlobSource, **part: int) -> bytes:
    return b"".join(source.blob(worlds.digest_of(BODY), **part))


def test_whole_and_in_parts(source: BlobSource) -> None:
    assert read(source) == BODY
    assert read(source, offset=1000, length=50) == BODY[1000:1050]
    assert read(source, offset=len(BODY) - 7) == BODY[-7:]
    assert read(source, length=3) == BODY[:3]


def test_an_address_that_ran_out_is_renewed_once(sandbox: Sandbox, source: BlobSource) -> None:
    sandbox.faults.add("deny", service="registry", times=1)
    assert read(source) == BODY
    sandbox.faults.add("deny", service="registry", times=2)
    with pytest.raises(NotAllowed, match="bucket"):
        read(source)


@pytest.mark.parametrize(
    ("action", "after", "error"),
    [
        ("cut", 3000, RemoteError),
        ("hang-up", 0, Unreachable),
        ("status", 0, RemoteError),
        ("throttle", 0, RemoteError),
    ],
)
def test_each_failure_is_ours(
    sandbox: Sandbox, source: BlobSource, action: str, after: int, error: type[EcrtuiError]
) -> None:
    sandbox.faults.add(action, service="registry", after=after)
    with pytest.raises(error) as failed:
        read(source)
    assert "Signature" not in failed.value.sentence


def test_a_missing_layer_is_named(source: BlobSource) -> None:
    digest = "sha256:" + "0" * 64
    with pytest.raises(NotFound, match=digest):
        list(source.blob(digest))
