"""Into ECR: layers by the registry protocol, manifests by PutImage, and the changes beside them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ecrtui.config.locations import Locations
from ecrtui.config.settings import ProfileSettings, Settings
from ecrtui.errors import (
    AlreadyThere,
    Corrupt,
    NotAllowed,
    NotFound,
    ReadOnly,
    RemoteError,
    Unreachable,
    UsageError,
)
from ecrtui.model.manifest import RawManifest
from ecrtui.model.places import Registry, RegistryKind
from ecrtui.model.ports import BlobSink
from ecrtui.model.repository import NewRepository
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.services import Options, Services
from tests import worlds
from tests.sandbox.programs import run
from tests.sandbox.registry_api import password

DATA = worlds.gzipped(random.Random(5).randbytes(700_000))
DIGEST = worlds.digest_of(DATA)
HOME = Registry("main", worlds.REGION)


def pieces(data: bytes = DATA) -> Callable[[int], Iterator[bytes]]:
    return lambda offset: iter([data[offset:]])


def made(tmp_path: Path, *, read_only: bool = False, settings: Settings | None = None) -> Services:
    locations = Locations(tmp_path / "config", tmp_path / "cache", tmp_path / "state")
    return Services(Options(read_only=read_only), settings or Settings(), locations)


@pytest.fixture
def services(sandbox: Sandbox, tmp_path: Path) -> Iterator[Services]:
    opened = made(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def sink(services: Services, repository: Repository, pauses: list[float]) -> BlobSink:
    return services.sink(HOME, "team/app", pause=pauses.append)


def manifest(*layers: bytes) -> RawManifest:
    config = b"{}"
    described = [
        {"mediaType": kind, "digest": worlds.digest_of(body), "size": len(body)}
        for kind, body in [
            (worlds.OCI_CONFIG, config),
            *((worlds.OCI_LAYER, layer) for layer in layers),
        ]
    ]
    document = {
        "schemaVersion": 2,
        "mediaType": worlds.OCI_IMAGE,
        "config": described[0],
        "layers": described[1:],
    }
    raw = json.dumps(document, indent=1).encode()
    return RawManifest(worlds.digest_of(raw), worlds.OCI_IMAGE, raw)


def push(sink: BlobSink, tag: str, *layers: bytes) -> RawManifest:
    for body in (b"{}", *layers):
        sink.put_blob(worlds.digest_of(body), len(body), pieces(body))
    put = manifest(*layers)
    sink.put_manifest(put, tag)
    return put


def test_what_is_pushed_is_what_skopeo_finds(
    sandbox: Sandbox, sink: BlobSink, repository: Repository
) -> None:
    put = push(sink, "v1", DATA)
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    name = f"docker://{host}/team/app:v1"
    login = f"AWS:{password()}"
    told = run("skopeo", "inspect", "--raw", "--tls-verify=false", "--creds", login, name).stdout
    assert told.encode() == put.body
    assert repository.blobs[DIGEST].read() == DATA


def test_what_is_there_is_told_in_batches(sink: BlobSink, repository: Repository) -> None:
    there = [worlds.add_blob(repository, str(n).encode())["digest"] for n in range(130)]
    absent = [worlds.digest_of(f"not {n}".encode()) for n in range(130)]
    mixed = [digest for pair in zip(there, absent, strict=True) for digest in pair]
    assert sink.present(mixed) == set(there)
    assert sink.present([]) == set()


def test_the_same_image_twice_is_no_error(sink: BlobSink, repository: Repository) -> None:
    put = push(sink, "v1", DATA)
    sink.put_manifest(put, "v1")
    sink.put_manifest(put)
    sink.put_manifest(put, "v2")
    (image,) = repository.images
    assert image.tags == {"v1", "v2"}


def test_each_no_of_put_image_is_told_as_what_it_is(
    sandbox: Sandbox, sink: BlobSink, repository: Repository
) -> None:
    with pytest.raises(NotFound, match="Layers with digests"):
        sink.put_manifest(manifest(DATA), "v1")
    spoiled = RawManifest("sha256:" + "0" * 64, worlds.OCI_IMAGE, manifest().body)
    push(sink, "v1", DATA)
    with pytest.raises(Corrupt):
        sink.put_manifest(spoiled)
    repository.mutability = "IMMUTABLE"
    with pytest.raises(NotAllowed) as refused:
        push(sink, "v1", b"other")
    assert refused.value.title == "The tag is immutable"
    assert "Choose another tag" in refused.value.hint
    unreadable = RawManifest(worlds.digest_of(b"\xff"), worlds.OCI_IMAGE, b"\xff")
    with pytest.raises(UsageError, match="no text"):
        sink.put_manifest(unreadable)


def test_a_layer_that_breaks_off_begins_anew(
    sandbox: Sandbox, sink: BlobSink, repository: Repository, pauses: list[float]
) -> None:
    """Nobody can tell how far ECR came."""
    sandbox.faults.add("cut-upload", service="registry", operation="PATCH", after=9_999, times=2)
    opened: list[int] = []

    def open_at(offset: int) -> Iterator[bytes]:
        opened.append(offset)
        return iter([DATA[offset:]])

    sink.put_blob(DIGEST, len(DATA), open_at)
    assert opened == [0, 0, 0]
    assert len(pauses) == 2
    assert repository.blobs[DIGEST].read() == DATA
    assert not repository.uploads
    sandbox.faults.add("cut-upload", service="registry", operation="PATCH", after=0)
    other = b"another layer"
    with pytest.raises(Unreachable):
        sink.put_blob(worlds.digest_of(other), len(other), pieces(other))
    assert list(repository.blobs) == [DIGEST]
    assert not repository.uploads


@pytest.mark.parametrize("operation", ["POST", "PATCH", "PUT"])
def test_a_token_past_its_time_is_renewed(
    sandbox: Sandbox, sink: BlobSink, repository: Repository, operation: str
) -> None:
    push(sink, "v1", b"first")
    sandbox.faults.add("expire", service="registry", operation=operation, times=1)
    put = push(sink, "v2", DATA)
    assert repository.blobs[DIGEST].read() == DATA
    assert (image := repository.images.by_tag("v2")) is not None
    assert image.digest == put.digest


def test_throttling_is_waited_for(sandbox: Sandbox, sink: BlobSink, repository: Repository) -> None:
    sandbox.faults.add("throttle", service="ecr", operation="PutImage", times=2)
    sandbox.faults.add("throttle", service="registry", operation="POST", times=2)
    push(sink, "v1", DATA)
    assert repository.images.by_tag("v1") is not None


def test_a_repository_that_is_not_there(services: Services) -> None:
    sink = services.sink(HOME, "no/such")
    for ask in (
        lambda: sink.present([DIGEST]),
        lambda: sink.put_blob(DIGEST, len(DATA), pieces()),
        lambda: sink.put_manifest(manifest(), "v1"),
    ):
        with pytest.raises(NotFound) as missing:
            ask()
        assert missing.value.title == "No such repository"


def test_the_public_gallery(services: Services, sandbox: Sandbox) -> None:
    mine = sandbox.world.public.open(worlds.ACCOUNT, "mine")
    repository = mine.create("team/app", sandbox.world.clock.start)
    home = Registry("main", "us-east-1", kind=RegistryKind.PUBLIC)
    sink = services.sink(home, "team/app")
    assert sink.present([DIGEST]) == set()
    put = push(sink, "v1", DATA)
    assert sink.present([DIGEST]) == {DIGEST}
    assert (image := repository.images.by_tag("v1")) is not None
    assert image.digest == put.digest
    assert not sink.mount(DIGEST, "team/other")


@pytest.mark.parametrize("allowed", [True, False])
def test_a_mount_where_the_account_allows_it(
    services: Services, sandbox: Sandbox, sink: BlobSink, repository: Repository, allowed: bool
) -> None:
    base = worlds.add_repository(sandbox.world, "team/base")
    layer = worlds.add_image(base, tags={"v1"}).layers[1]
    if allowed:
        settings = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).settings
        settings.account_settings["BLOB_MOUNTING"] = "ENABLED"
    assert sink.mount(layer, "team/base") is allowed
    assert (layer in repository.blobs) is allowed
    if not allowed:  # the upload that the registry has begun instead is used
        body = base.blobs[layer].read()
        sink.put_blob(layer, len(body), pieces(body))
        assert layer in repository.blobs
        assert not repository.uploads


@pytest.mark.parametrize("protected", [False, True])
def test_read_only_sends_nothing(
    sandbox: Sandbox, repository: Repository, tmp_path: Path, protected: bool
) -> None:
    settings = Settings(profiles={"main": ProfileSettings(read_only=True)}) if protected else None
    services = made(tmp_path, read_only=not protected, settings=settings)
    sink = services.sink(HOME, "team/app")
    assert sink.present([DIGEST]) == set()
    writer = services.writer(HOME)
    sandbox.faults.add("status", service="registry")
    for change in (
        lambda: sink.put_blob(DIGEST, len(DATA), pieces()),
        lambda: sink.put_manifest(manifest(), "v1"),
        lambda: sink.mount(DIGEST, "team/base"),
        lambda: writer.create(NewRepository(name="team/new")),
        lambda: writer.archive("team/app", DIGEST),
        lambda: writer.restore("team/app", DIGEST),
    ):
        with pytest.raises(ReadOnly):
            change()
    services.close()


# Repositories and the archive


def test_a_repository_with_its_settings(services: Services, sandbox: Sandbox) -> None:
    writer = services.writer(HOME)
    new = NewRepository(
        name="team/new",
        mutability="IMMUTABLE_WITH_EXCLUSION",
        exclusions=("latest", "dev-*"),
        scan_on_push=True,
        encryption="KMS",
        kms_key="alias/mine",
        tags={"team": "core"},
    )
    made = writer.create(new)
    assert made.repository_name == "team/new"
    assert made.repository_uri.endswith("/team/new")
    assert not made.moves("v1")
    assert made.moves("dev-7")
    there = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories["team/new"]
    assert (there.scan_on_push, there.tags) == (True, {"team": "core"})
    assert there.encryption == {"encryptionType": "KMS", "kmsKey": "alias/mine"}
    with pytest.raises(AlreadyThere):
        writer.create(new)
    plain = writer.create(NewRepository(name="team/plain"))
    assert plain.moves("v1")
    with pytest.raises(UsageError):
        writer.create(NewRepository(name="Not/A/Name"))


def test_a_public_repository(services: Services, sandbox: Sandbox) -> None:
    sandbox.world.public.open(worlds.ACCOUNT, "mine")
    home = Registry("main", "us-east-1", kind=RegistryKind.PUBLIC)
    made = services.writer(home).create(NewRepository(name="team/new", tags={"a": "b"}))
    assert made.repository_uri.endswith("/mine/team/new")
    for change in (services.writer(home).archive, services.writer(home).restore):
        with pytest.raises(UsageError, match="no archive"):
            change("team/new", DIGEST)


def test_a_quota_is_told_as_one_and_not_as_throttling() -> None:
    from botocore.exceptions import ClientError

    from ecrtui.aws.failures import translate

    answer: Any = {"Error": {"Code": "LimitExceededException", "Message": "too many"}}
    told = translate(ClientError(answer, "PutImage"), "main", "PutImage")
    assert (type(told), told.title) == (RemoteError, "A quota of ECR is reached")
