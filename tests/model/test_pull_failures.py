"""What ECS and runtimes say, explained: the texts are those that AWS's pages and threads show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.pull_failures import explain, image_in

HOST = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
REF = f"{HOST}/team/app:v42"
TEXTS = [
    (
        f"CannotPullContainerError: API error (500): Get https://{HOST}/v2/: net/http: request "
        'canceled while waiting for connection"',
        "the registry is not reached",
    ),
    (
        f"CannotPullContainerError: API error (404): repository {HOST}/team/app not found",
        "there is no such image",
    ),
    (
        "CannotPullContainerError: write /var/lib/docker/tmp/GetImageBlob111111111: no space left "
        "on device",
        "the disk is full",
    ),
    ("ERROR: toomanyrequests: Too Many Requests.", "too many pulls"),
    (
        "You have reached your pull rate limit. You may increase the limit by authenticating and "
        "upgrading: https://www.docker.com/increase-rate-limits.",
        "too many pulls",
    ),
    (
        "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: "
        "httpReaderSeeker: failed open: unexpected status code "
        "https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com/x: 403 Forbidden",
        "layers may not be fetched",
    ),
    (
        "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: "
        "httpReaderSeeker: failed open: unexpected status code",
        "layers are not fetched",
    ),
    (
        f"CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to "
        f'resolve ref {REF}: failed to do request: Head "https://{HOST}/v2/team/app/manifests/v42"'
        ": dial tcp 10.0.3.17:443: i/o timeout",
        "the registry is not reached",
    ),
    (
        "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest "
        "does not contain descriptor matching platform 'linux/amd64'",
        "no image for this platform",
    ),
    (
        f"CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to "
        f"resolve ref {REF}: unexpected status from HEAD request to "
        f"https://{HOST}/v2/team/app/manifests/v42: 403 Forbidden",
        "denied by the registry",
    ),
    (
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
        "retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 "
        "time(s): RequestError: send request failed caused by: Post "
        '"https://api.ecr.us-east-1.amazonaws.com/": dial tcp 10.0.1.5:443: i/o timeout',
        "the registry is not reached",
    ),
    (
        "AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/task/abc is not "
        "authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based "
        "policy allows the ecr:GetAuthorizationToken action",
        "not allowed",
    ),
    (
        f"Get https://{HOST}/v2/team/app/manifests/v42: no basic auth credentials",
        "not signed in at the registry",
    ),
    (
        "Error response from daemon: pull access denied for app, repository does not exist or may "
        "require 'docker login'",
        "not signed in at the registry",
    ),
    ("standard_init_linux.go:228: exec user process caused: exec format error", "made for another"),
    ("CannotPullContainerError: invalid reference format", "the reference is none"),
    (f"dial tcp: lookup {HOST} on 10.0.0.2:53: no such host", "the name is not resolved"),
    ("x509: certificate signed by unknown authority", "the certificate is not trusted"),
    (
        "(service web) was unable to place a task because no container instance met all of its "
        "requirements.",
        "there is no place",
    ),
    ("Essential container in task exited", "it was pulled, and failed later"),
    ("Back-off pulling image: ImagePullBackOff", "the image was not pulled"),
]


@pytest.mark.parametrize(("text", "cause"), TEXTS, ids=range(len(TEXTS)))
def test_each_text_has_its_cause_and_something_to_do(text: str, cause: str) -> None:
    found = explain(text)
    assert found is not None
    assert found.cause.startswith(cause)
    assert found.meaning
    assert found.fix
    assert found.said in text


def test_what_a_text_names_is_told() -> None:
    denied = explain(TEXTS[11][0])
    assert denied is not None
    assert denied.who == "arn:aws:sts::111122223333:assumed-role/task/abc"
    assert denied.action == "ecr:GetAuthorizationToken"
    platform = explain(TEXTS[8][0])
    assert platform is not None
    assert platform.platform == "linux/amd64"
    timeout = explain(TEXTS[7][0])
    assert timeout is not None
    assert timeout.image == REF
    assert "com.amazonaws.us-east-1.ecr.dkr" in timeout.fix
    assert not any(one.pulling for one in map(explain, [TEXTS[18][0], TEXTS[19][0]]) if one)


@pytest.mark.parametrize("text", ["", "hello", "the weather is fine", "x" * 100_000])
def test_what_is_no_such_text_is_not_explained(text: str) -> None:
    assert explain(text) is None


@given(st.text(max_size=300) | st.sampled_from([text for text, _ in TEXTS]), st.text(max_size=50))
def test_whatever_is_pasted_it_is_read(text: str, more: str) -> None:
    explain(text + more)
    image_in(more + text)


def test_a_digest_belongs_to_the_reference() -> None:
    whole = f"{HOST}/team/app@sha256:{'a' * 64}"
    assert image_in(f"failed to resolve ref {whole}: not found") == whole
