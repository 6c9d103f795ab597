"""Into a registry by the registry API: a real one, the sandbox's, and hosts that mean no good."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.errors import (
    Corrupt,
    GivenUp,
    NotAllowed,
    NotFound,
    ReadOnly,
    RemoteError,
    Throttled,
    Unreachable,
)
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import RawManifest
from ecrtui.model.ports import OpenAt
from ecrtui.oci.distribution import RegistryClient
from ecrtui.oci.pushing import RegistrySink
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.oci.hostile_host import Answer, host
from tests.oci.relay import line
from tests.registries import PASSWORD, USER, locked_registry, plain_registry
from tests.sandbox.programs import run
from tests.sandbox.registry_api import password

__all__ = ["locked_registry", "plain_registry"]

WAIT = {"Retry-After": "60"}
DATA = worlds.gzipped(random.Random(7).randbytes(3_000_000))
DIGEST = worlds.digest_of(DATA)


class Pauses:
    """Waits no time, and keeps for how long it should have."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class Bytes:
    """A source of bytes: opened where one wants, in chunks of a size; keeps where it was opened."""

    def __init__(self, data: bytes = DATA, chunk: int = 100_000) -> None:
        self.data = data
        self.chunk = chunk
        self.opened: list[int] = []

    def __call__(self, offset: int) -> Iterator[bytes]:
        self.opened.append(offset)
        for at in range(offset, len(self.data), self.chunk):
            yield self.data[at : at + self.chunk]


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


@pytest.fixture
def sink(sandbox: Sandbox, repository: Repository, pauses: Pauses) -> RegistrySink:
    """Into a repository of the sandbox, signed in with the account's token."""
    registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    client = RegistryClient(registry.host, login=("AWS", password()))
    return client.sink("team/app", pause=pauses)


def image(data: bytes = DATA) -> tuple[RawManifest, dict[str, bytes]]:
    """A manifest and the blobs it names."""
    config = b'{"architecture": "amd64", "os": "linux"}'
    described = [
        {"mediaType": kind, "digest": worlds.digest_of(body), "size": len(body)}
        for kind, body in ((worlds.OCI_CONFIG, config), (worlds.OCI_LAYER, data))
    ]
    raw = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": worlds.OCI_IMAGE,
            "config": described[0],
            "layers": described[1:],
        },
        indent=3,  # as nobody else writes it: it must not be written anew
    ).encode()
    blobs = {worlds.digest_of(body): body for body in (config, data)}
    return RawManifest(worlds.digest_of(raw), worlds.OCI_IMAGE, raw), blobs


def push(sink: RegistrySink, tag: str) -> RawManifest:
    """All of an image."""
    manifest, blobs = image()
    for digest, body in blobs.items():
        sink.put_blob(digest, len(body), Bytes(body))
    sink.put_manifest(manifest, tag)
    return manifest


# A registry that is not ECR


def test_what_is_pushed_is_what_skopeo_finds(plain_registry: str, tmp_path: Path) -> None:
    sink = RegistryClient(plain_registry).sink("team/app")
    manifest, blobs = image()
    assert sink.present(list(blobs)) == set()
    push(sink, "v1")
    assert sink.present([*blobs, worlds.digest_of(b"other")]) == blobs.keys()
    name = f"docker://{plain_registry}/team/app"
    for reference in (f"{name}:v1", f"{name}@{manifest.digest}"):
        told = run("skopeo", "inspect", "--raw", "--tls-verify=false", reference).stdout
        assert told.encode() == manifest.body
    run("skopeo", "copy", "--src-tls-verify=false", f"{name}:v1", f"oci:{tmp_path / 'out'}:v1")
    for digest, body in blobs.items():
        found = tmp_path / "out/blobs" / digest.replace(":", "/")
        assert found.read_bytes() == body


def test_who_signs_in_may_push_and_nobody_else(locked_registry: str) -> None:
    source = Bytes()
    with pytest.raises(NotAllowed):
        RegistryClient(locked_registry).sink("team/app").put_blob(DIGEST, len(DATA), source)
    wrong = RegistryClient(locked_registry, login=(USER, "wrong"))
    with pytest.raises(NotAllowed):
        wrong.sink("team/app").put_blob(DIGEST, len(DATA), source)
    assert source.opened == []
    manifest = push(RegistryClient(locked_registry, login=(USER, PASSWORD)).sink("team/app"), "v1")
    name = f"docker://{locked_registry}/team/app:v1"
    login = f"{USER}:{PASSWORD}"
    told = run("skopeo", "inspect", "--raw", "--tls-verify=false", "--creds", login, name).stdout
    assert told.encode() == manifest.body


def test_a_blob_is_mounted_from_another_repository(plain_registry: str) -> None:
    client = RegistryClient(plain_registry)
    client.sink("team/base").put_blob(DIGEST, len(DATA), Bytes())
    sink = client.sink("team/app")
    assert sink.mount(DIGEST, "team/base")
    assert sink.present([DIGEST]) == {DIGEST}
    other = b"nobody has it"
    assert not sink.mount(worlds.digest_of(other), "team/base")
    sink.put_blob(worlds.digest_of(other), len(other), Bytes(other))
    assert sink.present([worlds.digest_of(other)])


def test_wrong_bytes_leave_nothing_behind(plain_registry: str, tmp_path: Path) -> None:
    sink = RegistryClient(plain_registry).sink("team/app")
    wrong = DATA[:-1] + bytes([DATA[-1] ^ 1])
    for bad, size in ((wrong, len(DATA)), (DATA[:-1], len(DATA)), (DATA + b"x", len(DATA))):
        with pytest.raises(Corrupt):
            sink.put_blob(DIGEST, size, Bytes(bad))
    assert sink.present([DIGEST]) == set()
    (uploads,) = tmp_path.glob("**/_uploads")
    assert [*uploads.glob("*/data")] == []
    sink.put_blob(DIGEST, len(DATA), Bytes())
    assert sink.present([DIGEST]) == {DIGEST}


@pytest.mark.parametrize("cuts", [[0], [700], [1_000_000], [2_900_000, 50_000, 1, 2_000_000]])
def test_a_line_that_breaks_leaves_a_whole_blob_or_none(
    plain_registry: str, pauses: Pauses, cuts: list[int]
) -> None:
    """This one loses what came before the line broke, and says so only when asked."""
    with line(plain_registry) as wire:
        wire.cuts = [*cuts]
        sink = RegistryClient(wire.netloc).sink("team/app", pause=pauses)
        sink.put_blob(DIGEST, len(DATA), Bytes())
        assert wire.broken == len(cuts) == len(pauses.seconds)
        wire.cuts = [1_000_000] * 5
        other = DATA[::-1]
        with pytest.raises(Unreachable):
            sink.put_blob(worlds.digest_of(other), len(other), Bytes(other))
    source = RegistryClient(plain_registry).source("team/app")
    assert b"".join(source.blob(DIGEST)) == DATA
    assert RegistryClient(plain_registry).sink("team/app").present([DIGEST]) == {DIGEST}
    with pytest.raises(NotFound):
        b"".join(source.blob(worlds.digest_of(other)))


def test_an_empty_blob(plain_registry: str) -> None:
    sink = RegistryClient(plain_registry).sink("team/app")
    sink.put_blob(worlds.digest_of(b""), 0, Bytes(b""))
    assert sink.present([worlds.digest_of(b"")])


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(data=st.binary(max_size=5000), chunk=st.integers(1, 6000))
def test_any_chunks_make_the_blob(plain_registry: str, data: bytes, chunk: int) -> None:
    digest = worlds.digest_of(data)
    sink = RegistryClient(plain_registry).sink("team/app")
    sink.put_blob(digest, len(data), Bytes(data, chunk))
    found = b"".join(RegistryClient(plain_registry).source("team/app").blob(digest))
    assert found == data


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(data=st.binary(min_size=1, max_size=9000), chunk=st.integers(1, 6000), after=st.data())
def test_any_chunks_and_any_break_make_the_blob(
    sandbox: Sandbox,
    sink: RegistrySink,
    repository: Repository,
    data: bytes,
    chunk: int,
    after: st.DataObject,
) -> None:
    cut = after.draw(st.integers(0, len(data)))
    sandbox.faults.add("cut-upload", service="registry", operation="PATCH", after=cut, times=1)
    digest = worlds.digest_of(data)
    sink.put_blob(digest, len(data), Bytes(data, chunk))
    assert repository.blobs[digest].read() == data
    assert not repository.uploads


# The sandbox's


def test_manifests_are_kept_byte_for_byte(sink: RegistrySink, repository: Repository) -> None:
    manifest = push(sink, "v1")
    sink.put_manifest(manifest)
    sink.put_manifest(manifest, "v2")
    (found,) = repository.images
    assert found.read_manifest() == manifest.body
    assert (found.digest, found.tags) == (manifest.digest, {"v1", "v2"})


def test_a_manifest_before_its_layers_is_refused(
    sink: RegistrySink, repository: Repository
) -> None:
    manifest, _ = image()
    with pytest.raises(NotFound, match="Layers with digests"):
        sink.put_manifest(manifest, "v1")
    spoiled = RawManifest(manifest.digest, manifest.media_type, manifest.body + b" ")
    with pytest.raises(Corrupt):
        sink.put_manifest(spoiled, "v1")
    assert not len(repository.images)


@pytest.mark.parametrize("after", [0, 1, 100_000, 1_500_000, len(DATA) - 1])
def test_an_upload_that_breaks_off_is_gone_on_with(
    sandbox: Sandbox, sink: RegistrySink, repository: Repository, after: int
) -> None:
    sandbox.faults.add("cut-upload", service="registry", operation="PATCH", after=after, times=1)
    source = Bytes()
    sink.put_blob(DIGEST, len(DATA), source)
    assert repository.blobs[DIGEST].read() == DATA
    assert not repository.uploads
    first, second = source.opened
    assert first == 0
    assert second <= after


def test_it_may_break_off_again_and_again_while_it_comes_further(
    sandbox: Sandbox, sink: RegistrySink, repository: Repository
) -> None:
    for _ in range(8):
        sandbox.faults.add(
            "cut-upload", service="registry", operation="PATCH", after=300_000, times=1
        )
    source = Bytes()
    sink.put_blob(DIGEST, len(DATA), source)
    assert repository.blobs[DIGEST].read() == DATA
    assert source.opened == sorted(source.opened)
    assert len(source.opened) == 9


def test_but_not_for_ever(
    sandbox: Sandbox, sink: RegistrySink, repository: Repository, pauses: Pauses
) -> None:
    sandbox.faults.add("cut-upload", service="registry", operation="PATCH", after=0)
    with pytest.raises(Unreachable):
        sink.put_blob(DIGEST, len(DATA), Bytes())
    assert len(pauses.seconds) == 4
    assert pauses.seconds == sorted(pauses.seconds)
    assert not repository.blobs
    assert not repository.uploads


def test_where_nobody_can_tell_how_far_it_came_it_begins_anew(
    sandbox: Sandbox, repository: Repository, pauses: Pauses
) -> None:
    registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    client = RegistryClient(registry.host, login=("AWS", password()))
    sink = RegistrySink(client, "team/app", pause=pauses, resumable=False)
    sandbox.faults.add("cut-upload", service="registry", operation="PATCH", after=999, times=1)
    source = Bytes()
    sink.put_blob(DIGEST, len(DATA), source)
    assert repository.blobs[DIGEST].read() == DATA
    assert source.opened == [0, 0]
    assert not repository.uploads


def test_bytes_that_change_on_the_second_reading_are_no_blob(
    sandbox: Sandbox, sink: RegistrySink, repository: Repository
) -> None:
    """What the registry has and what comes behind it are not of the same blob."""
    sandbox.faults.add(
        "cut-upload", service="registry", operation="PATCH", after=1_000_000, times=1
    )
    other = Bytes(DATA[:500_000] + b"y" * (len(DATA) - 500_000))
    source = Bytes()

    def two_faced(offset: int) -> Iterator[bytes]:
        return (other if source.opened else source)(offset)

    with pytest.raises(Corrupt):
        sink.put_blob(DIGEST, len(DATA), two_faced)
    assert not repository.blobs
    assert not repository.uploads


@pytest.mark.parametrize("operation", ["HEAD", "POST", "PATCH", "PUT"])
@pytest.mark.parametrize("action", ["throttle", "status", "hang-up", "expire"])
def test_what_passes_is_tried_again(
    sandbox: Sandbox, sink: RegistrySink, repository: Repository, action: str, operation: str
) -> None:
    sink.present([DIGEST])  # signed in by now, as after a while
    sandbox.faults.add(action, service="registry", operation=operation, times=1)
    assert sink.present([DIGEST]) == set()
    manifest = push(sink, "v1")
    assert repository.blobs[DIGEST].read() == DATA
    assert repository.images.by_tag("v1").digest == manifest.digest  # type: ignore[union-attr]
    assert not repository.uploads


def test_a_registry_that_only_throttles_is_told_as_that(
    sandbox: Sandbox, sink: RegistrySink
) -> None:
    sandbox.faults.add("throttle", service="registry")
    with pytest.raises(Throttled):
        sink.put_blob(DIGEST, len(DATA), Bytes())


def test_who_may_not_push_is_told_at_once(
    sandbox: Sandbox, repository: Repository, pauses: Pauses
) -> None:
    sandbox.faults.add("deny", service="registry", operation="POST")
    registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    client = RegistryClient(registry.host, login=("AWS", password()))
    source = Bytes()
    with pytest.raises(NotAllowed):
        client.sink("team/app", pause=pauses).put_blob(DIGEST, len(DATA), source)
    assert source.opened == []
    assert pauses.seconds == []
    sandbox.faults.clear()
    with pytest.raises(NotFound) as missing:
        client.sink("no/such", pause=pauses).put_blob(DIGEST, len(DATA), source)
    assert missing.value.title == "No such repository"


def test_the_tag_that_may_not_move(sink: RegistrySink, repository: Repository) -> None:
    worlds.add_image(repository, tags={"v1"})
    repository.mutability = "IMMUTABLE"
    with pytest.raises(NotAllowed, match="immutable"):
        push(sink, "v1")


def test_who_stops_it_leaves_nothing(sink: RegistrySink, repository: Repository) -> None:
    def stopped(offset: int) -> Iterator[bytes]:
        yield DATA[:1_000_000]
        raise GivenUp

    with pytest.raises(GivenUp):
        sink.put_blob(DIGEST, len(DATA), stopped)
    assert not repository.blobs
    assert not repository.uploads


def test_a_source_that_fails_is_told_as_it_is(sink: RegistrySink, repository: Repository) -> None:
    def unreadable(offset: int) -> Iterator[bytes]:
        yield DATA[:1000]
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk"):
        sink.put_blob(DIGEST, len(DATA), unreadable)
    assert not repository.uploads


def test_what_is_there_is_asked_several_at_once_and_signed_in_to_once() -> None:
    there = {worlds.digest_of(bytes([number])) for number in range(40)}
    absent = {worlds.digest_of(bytes([number, 0])) for number in range(40)}

    def answers(path: str) -> Answer:
        if path.startswith("/token"):
            return 200, {}, b'{"token": "t"}'
        if not registry.asked[-1].authorization and len(registry.asked) == 1:
            realm = f"http://{registry.netloc}/token"
            return 401, {"WWW-Authenticate": f'Bearer realm="{realm}"'}, b""
        return (200 if path.rpartition("/")[2] in there else 404), {}, b""

    with host(answers) as registry:
        sink = RegistryClient(registry.netloc).sink("a/b")
        assert sink.present([*there, *absent, *there]) == there
        assert sum(asked.path.startswith("/token") for asked in registry.asked) == 1
        assert len(registry.asked) == 82


def test_the_first_no_ends_the_asking(sandbox: Sandbox, sink: RegistrySink) -> None:
    sandbox.faults.add("deny", service="registry", operation="HEAD", skip=1)
    with pytest.raises(NotAllowed):
        sink.present([worlds.digest_of(bytes([number])) for number in range(100)])


def test_who_quits_waits_for_no_registry() -> None:
    """One that wants a minute's pause for each blob does not keep the program from ending."""
    with host(lambda path: (404 if path.endswith("0" * 64) else 429, WAIT, b"")) as registry:
        digests = [f"sha256:{number:064x}" for number in range(9)]
        program = (
            "import threading\n"
            "from ecrtui.oci.distribution import RegistryClient\n"
            "asking = threading.Event()\n"
            f"sink = RegistryClient({registry.netloc!r}).sink('a/b', pause=lambda seconds:"
            " (asking.set(), threading.Event().wait(seconds)))\n"
            f"threading.Thread(target=sink.present, args=({digests!r},), daemon=True).start()\n"
            "asking.wait()\n"
        )
        done = subprocess.run([sys.executable, "-c", program], timeout=30, check=False)
        assert done.returncode == 0


def test_read_only_sends_nothing() -> None:
    with host(lambda _: (500, {}, b"")) as registry:
        sink = RegistryClient(registry.netloc).sink("a/b", read_only=True)
        manifest, _ = image()
        with pytest.raises(ReadOnly):
            sink.put_blob(DIGEST, len(DATA), Bytes())
        with pytest.raises(ReadOnly):
            sink.mount(DIGEST, "a/c")
        with pytest.raises(ReadOnly):
            sink.put_manifest(manifest, "v1")
        assert registry.asked == []


# Hosts that mean no good


@pytest.mark.parametrize(
    "location", ["http://evil.example/x", "file:///etc/passwd", "//evil.example/x", "http://[::1"]
)
def test_layers_go_nowhere_without_tls(location: str) -> None:
    with host(lambda _: (202, {"Location": location}, b"")) as registry:
        source = Bytes()
        with pytest.raises(RemoteError, match=r"encrypted|is none"):
            RegistryClient(registry.netloc).sink("a/b").put_blob(DIGEST, len(DATA), source)
        assert source.opened == []


def test_a_password_does_not_follow_the_layers_to_another_host() -> None:
    with host(lambda _: (201, {}, b"")) as bucket:

        def answers(path: str) -> Answer:
            if not registry.asked[-1].authorization:
                return 401, {"WWW-Authenticate": "Basic"}, b""
            return 202, {"Location": f"http://{bucket.netloc}/x?signed=1"}, b""

        with host(answers) as registry:
            sink = RegistryClient(registry.netloc, login=("me", "secret")).sink("a/b")
            sink.put_blob(worlds.digest_of(b"x"), 1, Bytes(b"x"))
            assert [urlsplit(asked.path).path for asked in registry.asked] == [
                "/v2/a/b/blobs/uploads/"
            ] * 2
        assert [asked.authorization for asked in bucket.asked] == ["", ""]
        assert [asked.path.partition("&")[0] for asked in bucket.asked] == ["/x?signed=1"] * 2


@pytest.mark.parametrize("media_type", ["application/x\r\nX-Evil: 1", "application/\u20ac", ""])
def test_a_media_type_that_is_none_becomes_no_header(media_type: str) -> None:
    with host(lambda _: (201, {}, b"")) as registry:
        manifest = msgspec.structs.replace(image()[0], media_type=media_type)
        with pytest.raises(Corrupt, match="media type"):
            RegistryClient(registry.netloc).sink("a/b").put_manifest(manifest, "v1")
        assert registry.asked == []


def test_a_token_is_asked_for_both_repositories_of_a_mount() -> None:
    def answers(path: str) -> Answer:
        if path.startswith("/token"):
            return 200, {}, b'{"token": "t"}'
        if registry.asked[-1].authorization:
            return 201, {}, b""
        realm = f"http://{registry.netloc}/token"
        scope = "repository:a/b:pull"
        return 401, {"WWW-Authenticate": f'Bearer realm="{realm}",scope="{scope}"'}, b""

    with host(answers) as registry:
        assert RegistryClient(registry.netloc).sink("a/b").mount(DIGEST, "a/c")
        token = next(asked.path for asked in registry.asked if asked.path.startswith("/token"))
        assert "scope=repository%3Aa%2Fb%3Apull%2Cpush" in token
        assert "scope=repository%3Aa%2Fc%3Apull" in token


@pytest.mark.parametrize("told", ["bytes 0-5", "0-99999999999999999999", "junk", "5-3", "0-"])
def test_a_range_that_says_nothing_is_not_believed(told: str) -> None:
    def answers(path: str) -> Answer:
        return 202, {"Location": "/up/1", "Range": told}, b""

    with host(answers) as registry:
        sink = RegistryClient(registry.netloc).sink("a/b", pause=Pauses())
        sink.put_blob(worlds.digest_of(b"x"), 1, Bytes(b"x"))


def test_a_registry_that_keeps_another_digest_is_told(pauses: Pauses) -> None:
    other = worlds.digest_of(b"other")
    answered: Answer = 201, {"Docker-Content-Digest": other, "Location": "/x"}, b""
    with host(lambda _: answered) as registry:
        manifest, _ = image()
        with pytest.raises(Corrupt, match="another digest"):
            RegistryClient(registry.netloc).sink("a/b", pause=pauses).put_manifest(manifest, "v1")


@pytest.mark.parametrize(("told", "waited"), [("7", 7.0), ("99999", 60.0)])
def test_a_registry_is_not_asked_sooner_than_it_wants(
    pauses: Pauses, told: str, waited: float
) -> None:
    def answers(path: str) -> Answer:
        if len(registry.asked) == 1:
            return 429, {"Retry-After": told}, b""
        return 404, {}, b""

    with host(answers) as registry:
        sink = RegistryClient(registry.netloc).sink("a/b", pause=pauses)
        assert sink.present([DIGEST]) == set()
        assert pauses.seconds == [waited]


@pytest.mark.parametrize("told", ["-5", "soon", "Wed, 32 Nov 2026", "9" * 400, ""])
def test_a_wait_nobody_can_read_is_our_own(pauses: Pauses, told: str) -> None:
    def answers(path: str) -> Answer:
        return (503, {"Retry-After": told}, b"") if len(registry.asked) == 1 else (404, {}, b"")

    with host(answers) as registry:
        RegistryClient(registry.netloc).sink("a/b", pause=pauses).present([DIGEST])
        assert len(pauses.seconds) == 1
        assert 0 < pauses.seconds[0] <= 60


def test_any_blob_source_can_be_sent(plain_registry: str, sandbox: Sandbox) -> None:
    """From one registry into another, nothing on the disk between."""
    repository = worlds.add_repository(sandbox.world, "team/app")
    there = worlds.add_image(repository, tags={"v1"}, content=DATA)
    registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    source = RegistryClient(registry.host, login=("AWS", password())).source("team/app")
    (manifest,) = source.manifests([ImageId(image_tag="v1")])
    sink = RegistryClient(plain_registry).sink("team/app")

    def opened(digest: str) -> OpenAt:
        return lambda offset: source.blob(digest, offset=offset)

    for digest in there.layers:
        size = len(repository.blobs[digest].read())
        sink.put_blob(digest, size, opened(digest))
    sink.put_manifest(manifest, "v1")
    name = f"docker://{plain_registry}/team/app:v1"
    raw = run("skopeo", "inspect", "--raw", "--tls-verify=false", name).stdout
    assert worlds.digest_of(raw.encode()) == there.digest
