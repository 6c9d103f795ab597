"""Who may ask the registry API: challenges, tokens, permissions."""

from __future__ import annotations

import base64
import json
import time
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.sandbox.distribution.tokens import BadToken, check_token, issue_password, issue_token
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import client
from tests.sandbox.registry_api import Registry, ask, basic, errors

PULL = ("ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PUSH = (
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
)


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    made = worlds.add_repository(sandbox.world, "team/app")
    worlds.add_image(made, tags={"v1"})
    return made


def gallery(sandbox: Sandbox) -> str:
    """The public gallery's host, with `nice/tool:v1` in it."""
    public = sandbox.world.public.open(worlds.ACCOUNT, "nice")
    worlds.add_image(public.create("tool", sandbox.world.clock.start), tags={"v1"})
    return sandbox.world.public.host


def with_key(sandbox: Sandbox, allow: tuple[str, ...]) -> Registry:
    """The registry, asked by a user who may call these operations only."""
    key = sandbox.world.add_key(worlds.ACCOUNT, "narrow", allow=allow)
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    return Registry(host, f"Basic {issue_token(key.id)[0]}")


def test_a_private_registry_challenges_for_basic(sandbox: Sandbox, repository: Repository) -> None:
    host = Registry.of(sandbox).host
    nobody: dict[str, str] = {}
    # Skopeo without credentials sends an empty user and an empty password.
    empty = {"Authorization": "Basic Og=="}
    for path, headers in (("/v2/", nobody), ("/v2", empty), ("/v2/team/app/manifests/v1", nobody)):
        refused = ask("GET", f"http://{host}{path}", **headers)
        assert errors(refused) == (401, "UNAUTHORIZED")
        assert refused.headers["WWW-Authenticate"] == (
            f'Basic realm="http://{host}/",service="ecr.amazonaws.com"'
        )
    assert Registry.of(sandbox).ask("GET", "").status == 200


def test_a_token_opens_every_repository_of_its_registry(
    sandbox: Sandbox, repository: Repository
) -> None:
    answer = Registry.of(sandbox).ask("GET", "team/app/manifests/v1")
    assert answer.status == 200
    assert answer.headers["Docker-Distribution-Api-Version"] == "registry/2.0"
    assert errors(Registry.of(sandbox).ask("GET", "no/such/manifests/v1")) == (404, "NAME_UNKNOWN")


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic \xe9\xe9",
        "Basic " + base64.b64encode(b"AWS:guess").decode(),
        "Basic " + base64.b64encode(b"AWS:" + base64.b64encode(b"[" * 20_000)).decode(),
        "Basic " + base64.b64encode(b'AWS:{"claims": 5}').decode(),
        "Basic " + base64.b64encode(b"bob:secret").decode(),
    ],
)
def test_a_token_of_nobodys_is_refused(sandbox: Sandbox, header: str) -> None:
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    assert errors(ask("GET", f"http://{host}/v2/", Authorization=header)) == (400, "DENIED")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.one_of(st.text(), st.binary().map(lambda data: base64.b64encode(data).decode())))
def test_whatever_is_no_token_is_a_bad_token(text: str) -> None:
    for token in (text, base64.b64encode(b"AWS:" + text.encode("utf-8", "replace")).decode()):
        with pytest.raises(BadToken):
            check_token(token)


def test_a_tampered_token_is_refused(sandbox: Sandbox) -> None:
    decoded = base64.b64decode(basic().removeprefix("Basic ")).decode()
    inner = base64.b64decode(decoded.removeprefix("AWS:")).decode()
    forged = base64.b64encode(inner.replace("AKIA", "AKIB").encode()).decode()
    header = "Basic " + base64.b64encode(f"AWS:{forged}".encode()).decode()
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    assert errors(ask("GET", f"http://{host}/v2/", Authorization=header)) == (400, "DENIED")


def test_an_expired_token_says_so(sandbox: Sandbox) -> None:
    key = next(iter(sandbox.world.keys))
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    token, ends = issue_token(key, lifetime=-1)
    assert ends < time.time()
    refused = ask("GET", f"http://{host}/v2/", Authorization=f"Basic {token}")
    assert errors(refused) == (403, "DENIED")
    assert refused.json()["errors"][0]["message"] == (
        "Your authorization token has expired. Reauthenticate and try again."
    )


def test_anybody_pulls_from_the_gallery_with_a_token_for_anonymous(sandbox: Sandbox) -> None:
    host = gallery(sandbox)
    refused = ask("GET", f"http://{host}/v2/nice/tool/manifests/v1")
    scheme, _, rest = refused.headers["WWW-Authenticate"].partition(" ")
    challenge = dict(part.split("=", 1) for part in rest.replace('"', "").split(","))
    assert (refused.status, scheme) == (401, "Bearer")
    assert challenge["service"] == "public.ecr.aws"
    bearer = ask("GET", f"{challenge['realm']}?service=public.ecr.aws").json()["token"]
    anybody = Registry(host, f"Bearer {bearer}")
    manifest = anybody.ask("GET", "nice/tool/manifests/v1")
    layer = manifest.json()["layers"][0]["digest"]
    assert worlds.digest_of(anybody.download("nice/tool", layer)) == layer
    # public.ecr.aws answers every HEAD for a blob, and every push, with another challenge.
    assert anybody.ask("HEAD", f"nice/tool/blobs/{layer}").status == 401
    assert anybody.ask("POST", "nice/tool/blobs/uploads/").status == 401


def test_who_signs_in_to_the_gallery_pushes_to_it(sandbox: Sandbox) -> None:
    host = gallery(sandbox)
    data = client("ecr-public", region="us-east-1").get_authorization_token()["authorizationData"]
    header = f"Basic {data['authorizationToken']}"
    bearer = ask("GET", f"http://{host}/token/?service=public.ecr.aws", Authorization=header)
    owner = Registry(host, f"Bearer {bearer.json()['token']}")
    described = owner.upload("nice/tool", b"a layer for everybody")
    assert owner.download("nice/tool", described["digest"]) == b"a layer for everybody"
    bad = ask("GET", f"http://{host}/token/", Authorization="Basic YWJj")
    assert errors(bad) == (400, "DENIED")


def test_the_gallery_answers_bad_tokens_without_a_challenge(sandbox: Sandbox) -> None:
    host = gallery(sandbox)
    expired = issue_password(next(iter(sandbox.world.keys)), lifetime=-1)[0]
    for header in (f"Bearer {expired}", "Bearer guess", basic()):
        refused = ask("GET", f"http://{host}/v2/", Authorization=header)
        assert errors(refused) == (400, "DENIED")
        assert "WWW-Authenticate" not in refused.headers


def test_a_puller_needs_two_permissions(sandbox: Sandbox, repository: Repository) -> None:
    puller = with_key(sandbox, PULL)
    layer = puller.ask("GET", "team/app/manifests/v1").json()["layers"][0]["digest"]
    assert puller.download("team/app", layer)
    for method, path in (
        ("GET", "team/app/tags/list"),
        ("GET", "_catalog"),
        ("HEAD", f"team/app/blobs/{layer}"),
        ("POST", "team/app/blobs/uploads/"),
        ("PUT", "team/app/manifests/v2"),
        ("DELETE", "team/app/manifests/v1"),
    ):
        assert puller.ask(method, path).status == 403, path


def test_a_pusher_needs_five_and_cannot_pull(sandbox: Sandbox, repository: Repository) -> None:
    pusher = with_key(sandbox, PUSH)
    config = pusher.upload("team/app", b"{}") | {"mediaType": worlds.OCI_CONFIG}
    assert pusher.ask("HEAD", f"team/app/blobs/{config['digest']}").status == 200
    manifest = json.dumps({"schemaVersion": 2, "config": config, "layers": []})
    put = pusher.ask("PUT", "team/app/manifests/v2", manifest, content_type=worlds.OCI_IMAGE)
    assert put.status == 201
    assert pusher.ask("GET", "team/app/manifests/v2").status == 403
    assert pusher.ask("GET", f"team/app/blobs/{config['digest']}").status == 403


def test_a_refusal_names_who_and_what_in_iams_words(
    sandbox: Sandbox, repository: Repository
) -> None:
    refused = with_key(sandbox, PULL).ask("GET", "team/app/tags/list")
    assert errors(refused) == (403, "DENIED")
    message = refused.json()["errors"][0]["message"]
    assert "user/narrow is not authorized to perform: ecr:ListImages" in message
    assert repository.arn in message


def test_the_challenge_is_where_the_registry_is(sandbox: Sandbox) -> None:
    host = gallery(sandbox)
    realm = ask("GET", f"http://{host}/v2/").headers["WWW-Authenticate"].split('"')[1]
    assert urlsplit(realm).netloc == host
    assert not parse_qsl(urlsplit(realm).query)
