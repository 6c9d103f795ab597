"""The registry API: against the sandbox's registry, and against hosts that mean no good."""

from __future__ import annotations

import base64
import hashlib
import json

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt, EcrtuiError, NotAllowed, NotFound, RemoteError, Throttled
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import Descriptor
from ecrtui.oci import client as clients
from ecrtui.oci.challenge import parse_challenge
from ecrtui.oci.distribution import RegistryClient, RegistrySource
from ecrtui.sandbox.made import MARK
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.oci.hostile_host import Answer, host

LOGIN = ("user", "secret " + MARK)
BASIC = "Basic " + base64.b64encode(":".join(LOGIN).encode()).decode()
BODY = b"some blob's bytes"
DIGEST = worlds.digest_of(BODY)


def blob(source: RegistrySource, digest: str = DIGEST) -> bytes:
    return b"".join(source.blob(digest))


# The sandbox's registry


@pytest.fixture
def source(sandbox: Sandbox) -> RegistrySource:
    """A repository of the sandbox, signed in to with the account's token."""
    registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    worlds.add_repository(sandbox.world, "team/app")
    client = botocore.session.Session().create_client("ecr", region_name=worlds.REGION)
    (data,) = client.get_authorization_token()["authorizationData"]
    user, _, password = base64.b64decode(data["authorizationToken"]).decode().partition(":")
    return RegistryClient(registry.host, login=(user, password)).source("team/app")


def test_manifests_and_blobs(sandbox: Sandbox, source: RegistrySource) -> None:
    repository = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories["team/app"]
    image = worlds.add_image(repository, tags={"v1"})
    by_tag, by_digest = source.manifests([ImageId(image_tag="v1"), ImageId(image.digest)])
    assert by_tag == by_digest
    assert (by_tag.body, by_tag.media_type) == (image.read_manifest(), image.media_type)
    for digest in image.layers:
        body = blob(source, digest)
        assert worlds.digest_of(body) == digest
        assert b"".join(source.blob(digest, offset=3, length=5)) == body[3:8]
    with pytest.raises(NotFound):
        source.manifests([ImageId(image_tag="none")])
    with pytest.raises(NotFound):
        blob(source)


def test_referrers(sandbox: Sandbox, source: RegistrySource) -> None:
    repository = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories["team/app"]
    image = worlds.add_image(repository)
    subject = worlds.descriptor(image)
    sbom = worlds.add_image(repository, artifactType="application/x.sbom", subject=subject)
    assert [row.digest for row in source.referrers(image.digest)] == [sbom.digest]
    assert source.referrers(sbom.digest) == []


@pytest.mark.parametrize(
    ("action", "error"),
    [("deny", NotAllowed), ("throttle", Throttled), ("status", RemoteError), ("cut", RemoteError)],
)
def test_each_failure_is_ours(
    sandbox: Sandbox, source: RegistrySource, action: str, error: type[EcrtuiError]
) -> None:
    repository = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories["team/app"]
    image = worlds.add_image(repository, tags={"v1"})
    sandbox.faults.add(action, service="registry", path="*/manifests/*")
    with pytest.raises(error):
        source.manifests([ImageId(image.digest)])


def test_wrong_bytes_are_corrupt(sandbox: Sandbox, source: RegistrySource) -> None:
    repository = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories["team/app"]
    image = worlds.add_image(repository)
    sandbox.faults.add("corrupt", service="registry", path="*/manifests/*", after=9)
    with pytest.raises(Corrupt):
        source.manifests([ImageId(image.digest)])


# Hosts that mean no good


def challenging(realm: str) -> Answer:
    return 401, {"WWW-Authenticate": f'Bearer realm="{realm}",service="x"'}, b""


@pytest.mark.parametrize(
    "realm",
    [
        "http://evil.example/token",
        "http://127.0.0.1.evil.example/token",
        "http://127.evil.example/token",
        "http://localhost@evil.example/token",
        "ftp://127.0.0.1/token",
        "//evil.example/token",
        "evil",
        "http://[::1",
    ],
)
def test_a_password_goes_nowhere_without_tls(realm: str) -> None:
    with host(lambda _: challenging(realm)) as registry:
        source = RegistryClient(registry.netloc, login=LOGIN).source("a/b")
        with pytest.raises(RemoteError, match=r"encrypted|unknown kind|is none"):
            source.manifests([ImageId(image_tag="v1")])
        assert [asked.authorization for asked in registry.asked] == [""]


def test_a_loopback_registry_may_sign_in_on_loopback() -> None:
    def answers(path: str) -> Answer:
        if path.startswith("/token?kept=1&"):
            return 200, {}, b'{"token": "t"}'
        if registry.asked[-1].authorization == "Bearer t":
            return 200, {}, BODY
        return challenging(f"http://{registry.netloc}/token?kept=1")

    with host(answers) as registry:
        source = RegistryClient(registry.netloc, login=LOGIN).source("a/b")
        assert blob(source) == BODY
        assert [asked.authorization for asked in registry.asked] == ["", BASIC, "Bearer t"]
        assert all(asked.agent.startswith("ecrtui/") for asked in registry.asked)
        assert "scope=repository%3Aa%2Fb%3Apull" in registry.asked[1].path


def test_authorization_never_goes_to_another_host() -> None:
    with host(lambda _: (200, {}, BODY)) as bucket:

        def answers(path: str) -> Answer:
            if not registry.asked[-1].authorization:
                return 401, {"WWW-Authenticate": "Basic"}, b""
            return 307, {"Location": f"http://{bucket.netloc}/x?Signature=1"}, b""

        with host(answers) as registry:
            assert blob(RegistryClient(registry.netloc, login=LOGIN).source("a/b")) == BODY
            assert [asked.authorization for asked in registry.asked] == ["", BASIC]
        assert [asked.authorization for asked in bucket.asked] == [""]
        assert bucket.asked[0].path == "/x?Signature=1"


def test_a_relative_redirect_stays_and_keeps_the_authorization() -> None:
    def answers(path: str) -> Answer:
        if not registry.asked[-1].authorization:
            return 401, {"WWW-Authenticate": "Basic"}, b""
        if path.startswith("/v2/"):
            return 302, {"Location": "../../../../elsewhere/x?y=1"}, b""
        return 200, {}, BODY

    with host(answers) as registry:
        assert blob(RegistryClient(registry.netloc, login=LOGIN).source("a/b")) == BODY
        assert registry.asked[-1].path == "/elsewhere/x?y=1"
        assert registry.asked[-1].authorization == BASIC


@pytest.mark.parametrize(
    "location", ["http://evil.example/x", "file:///etc/passwd", "http://127.0.0.1.evil.example/"]
)
def test_a_redirect_out_of_tls_is_refused(location: str) -> None:
    with host(lambda _: (307, {"Location": location}, b"")) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        with pytest.raises(RemoteError, match="not encrypted"):
            blob(source)


def test_redirects_end() -> None:
    with host(lambda _: (307, {"Location": "/again"}, b"")) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        with pytest.raises(RemoteError, match="round and round"):
            blob(source)
        assert len(registry.asked) < 10


def test_names_are_quoted_in_the_address() -> None:
    with host(lambda _: (200, {}, b"{}")) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        list(source.blob("sha256:x?evil=1#y"))
        source.manifests([ImageId(image_tag="../../token?x")])
        assert [asked.path for asked in registry.asked] == [
            "/v2/a/b/blobs/sha256:x%3Fevil%3D1%23y",
            "/v2/a/b/manifests/..%2F..%2Ftoken%3Fx",
        ]


def test_a_range_that_is_not_served_is_told() -> None:
    with host(lambda _: (200, {}, BODY)) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        with pytest.raises(RemoteError, match="parts"):
            list(source.blob(DIGEST, offset=4))


def test_a_large_manifest_is_refused() -> None:
    with host(lambda _: (200, {}, b" " * (5 * 1024 * 1024))) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        with pytest.raises(Corrupt, match="too large"):
            source.manifests([ImageId(image_tag="v1")])


def test_a_sha512_manifest_is_verified() -> None:
    body = json.dumps({"schemaVersion": 2}).encode()
    digest = "sha512:" + hashlib.sha512(body).hexdigest()
    with host(lambda _: (200, {}, body)) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        assert source.manifests([ImageId(digest)])[0].digest == digest
        with pytest.raises(Corrupt):
            source.manifests([ImageId("sha512:" + "0" * 128)])
        with pytest.raises(Corrupt):
            source.manifests([ImageId("md5:" + "0" * 32)])


@pytest.mark.parametrize("body", [b"", b"[]", b'{"manifests": 5}', b'{"manifests": [{}]}', b"\xff"])
def test_referrers_nobody_can_read(body: bytes) -> None:
    with host(lambda _: (200, {}, body)) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        with pytest.raises(RemoteError):
            source.referrers(DIGEST)


@pytest.mark.parametrize("refusal", [400, 401, 403])
def test_a_token_past_its_time_is_replaced(refusal: int) -> None:
    tokens = iter(("first", "second"))
    good = {"first"}

    def answer(path: str) -> Answer:
        if path.startswith("/token"):
            return 200, {}, json.dumps({"token": next(tokens)}).encode()
        sent = registry.asked[-1].authorization.removeprefix("Bearer ")
        if sent in good:
            return 200, {}, BODY
        challenge = {"WWW-Authenticate": f'Bearer realm="http://{registry.netloc}/token"'}
        return (refusal, {}, b"") if sent and refusal != 401 else (401, challenge, b"")

    with host(answer) as registry:
        source = RegistryClient(registry.netloc).source("team/app")
        assert blob(source) == BODY
        good.clear()
        good.add("second")
        assert blob(source) == BODY


def test_a_registry_without_the_password_it_wants() -> None:
    with host(lambda _: (401, {"WWW-Authenticate": "Basic"}, b"")) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        with pytest.raises(NotAllowed, match="127"):
            blob(source)
    with host(lambda _: (401, {"WWW-Authenticate": "Negotiate"}, b"")) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        with pytest.raises(RemoteError, match="unknown kind"):
            blob(source)


@given(st.text())
def test_any_challenge_is_read(header: str) -> None:
    assert parse_challenge(header).scheme == header.strip().partition(" ")[0].lower()


@pytest.mark.parametrize(
    ("name", "path"),
    [("app", "library/app"), ("team/app", "team/app")],
)
def test_docker_hub_is_elsewhere(monkeypatch: pytest.MonkeyPatch, name: str, path: str) -> None:
    with host(lambda _: (200, {}, BODY)) as registry:
        monkeypatch.setattr(clients, "_HUB", registry.netloc)
        assert blob(RegistryClient("docker.io").source(name)) == BODY
        assert registry.asked[0].path == f"/v2/{path}/blobs/{DIGEST}"


def test_anybody_may_read_with_a_token_for_nobody() -> None:
    """As Docker Hub has it: a challenge even for what is public, and a token without a password."""

    def answers(path: str) -> Answer:
        if path.startswith("/token?"):
            return 200, {}, b'{"access_token": "anybody"}'
        if registry.asked[-1].authorization == "Bearer anybody":
            return 200, {}, BODY
        return challenging(f"http://{registry.netloc}/token")

    with host(answers) as registry:
        assert blob(RegistryClient(registry.netloc).source("a/b")) == BODY
        assert [asked.authorization for asked in registry.asked] == ["", "", "Bearer anybody"]


def test_what_only_some_may_read_says_what_can_be_done() -> None:
    def answers(path: str) -> Answer:
        if path.startswith("/token"):
            return 200, {}, b'{"token": "t"}'
        return challenging(f"http://{registry.netloc}/token")

    with host(answers) as registry:
        with pytest.raises(NotAllowed) as refused:
            blob(RegistryClient(registry.netloc).source("a/b"))
        assert f"skopeo login {registry.netloc}" in refused.value.hint


@pytest.mark.parametrize("wanted", [ImageId(image_tag="v1"), ImageId("sha256:" + "0" * 64)])
def test_schema_1_is_told_as_too_old(wanted: ImageId) -> None:
    kind = "application/vnd.docker.distribution.manifest.v1+prettyjws; charset=utf-8"
    answered: Answer = 200, {"Content-Type": kind}, b'{"schemaVersion": 1}'
    with host(lambda _: answered) as registry, pytest.raises(RemoteError, match="too old"):
        RegistryClient(registry.netloc).source("a/b").manifests([wanted])


def test_what_a_tag_names_is_told_without_a_pull(sandbox: Sandbox, source: RegistrySource) -> None:
    repository = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories["team/app"]
    image = worlds.add_image(repository, tags={"v1"})
    found = source.resolve(ImageId(image_tag="v1"))
    size = len(image.read_manifest())
    assert found == Descriptor(image.digest, size, image.media_type)
    with pytest.raises(NotFound):
        source.resolve(ImageId(image_tag="none"))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Docker-Content-Digest": DIGEST[:-1]},
        {"Docker-Content-Digest": "sha256:../../x"},
        {"Docker-Content-Digest": "md5:" + "0" * 32},
    ],
)
def test_a_registry_that_does_not_tell_is_not_believed(headers: dict[str, str]) -> None:
    with host(lambda _: (200, headers, BODY)) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        assert source.resolve(ImageId(image_tag="v1")) is None
    with host(lambda _: (200, {**headers, "Docker-Content-Digest": DIGEST}, BODY)) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        assert source.resolve(ImageId(image_tag="v1")) == Descriptor(DIGEST, len(BODY))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("status", [413, 429, 503])
def test_a_registry_cannot_make_who_reads_sleep(status: int) -> None:
    with host(lambda _: (status, {"Retry-After": "86400"}, b"")) as registry:
        with pytest.raises(RemoteError):
            blob(RegistryClient(registry.netloc).source("a/b"))
        assert len(registry.asked) == 1


def test_a_registry_without_head_is_asked_in_full() -> None:
    with host(lambda _: (405, {}, b"")) as registry:
        source = RegistryClient(registry.netloc).source("a/b")
        assert source.resolve(ImageId(image_tag="v1")) is None
