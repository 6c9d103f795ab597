"""No secret survives, in whatever form it is written."""

from __future__ import annotations

import base64
import json
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecrtui.config.redaction import redacted

SECRETS = st.text(string.ascii_letters + string.digits + "+/", min_size=24, max_size=400)
FORMS = (
    "'Authorization': b'AWS4-HMAC-SHA256 Credential=x/y, Signature={}'",
    "Authorization: Basic {}",
    "Authorization: Bearer {}",
    "'X-Amz-Security-Token': b'{}'",
    "x-amz-security-token:{}",
    "https://bucket.example/layer?X-Amz-Signature={}&X-Amz-Expires=900",
    "GET /v2/a/blobs/uploads/1?_state={} HTTP/1.1",
    "<SecretAccessKey>{}</SecretAccessKey>",
    "<SessionToken>{}</SessionToken>",
    '{{"authorizationData": [{{"authorizationToken": "{}"}}]}}',
    '{{"secretAccessKey":"{}"}}',
    "aws_secret_access_key = {}",
    "AWS_SESSION_TOKEN={}",
    "password: {}",
    "http://user:{}@proxy.example:3128/",
    "Set-Cookie: session={}; path=/",
    '{{"token": "{}", "expires_in": 300}}',
    '{{"deviceCode": "{}", "userCode": "ABCD-EFGH"}}',
    "{{'SerialNumber': 'arn', 'TokenCode': '{}'}}",
)


@pytest.mark.parametrize("form", FORMS)
@given(secret=SECRETS, before=st.text(max_size=40), after=st.text(max_size=40))
def test_no_form_keeps_its_secret(form: str, secret: str, before: str, after: str) -> None:
    assume(secret not in before and secret not in after)
    text = f"{before}\n{form.format(secret)}\n{after}"
    assert secret not in redacted(text)


@given(SECRETS)
def test_long_tokens_go_even_alone(secret: str) -> None:
    token = base64.b64encode(f"AWS:{secret * 8}".encode()).decode()
    assert token not in redacted(json.dumps([token]))


def test_known_keys_of_the_environment_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "short-one")
    assert "short-one" not in redacted("it is short-one indeed")


def test_what_is_no_secret_stays() -> None:
    for text in (
        "DescribeImages team/app sha256:" + "0a" * 32,
        "arn:aws:ecr:eu-west-1:111122223333:repository/team/app",
        '"POST / HTTP/1.1" 200 1234',
        'File "ecrtui/aws/calls.py", line 40, in pages',
    ):
        assert redacted(text) == text
