"""What the aws CLI's cache of portals' tokens says, as botocore writes it."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from botocore.utils import JSONFileCache, SSOTokenLoader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.aws import cli_tokens

URL = "https://d-1234567890.awsapps.com/start"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / ".aws/sso/cache"


def save(cache: Path, name: str | None, **more: str) -> None:
    """As `aws sso login` does."""
    token = {"accessToken": "t", "expiresAt": "2026-01-31T12:00:00Z", **more}
    SSOTokenLoader(JSONFileCache(str(cache))).save_token(URL, token, session_name=name)


def _expiring(at: str) -> bytes:
    return json.dumps({"accessToken": "t", "expiresAt": at}).encode()


AT = datetime(2026, 1, 31, 12, tzinfo=timezone.utc).timestamp()


def test_by_the_sessions_name(cache: Path) -> None:
    assert cli_tokens.ends("corp", URL) is None
    save(cache, "corp")
    assert cli_tokens.ends("corp", URL) == (AT, False)
    assert cli_tokens.ends("other", "https://other/start") is None


def test_by_the_start_url(cache: Path) -> None:
    save(cache, None, expiresAt="2026-01-31T12:00:00UTC")
    assert cli_tokens.ends("d-1234567890.awsapps.com", URL) == (AT, False)


def test_one_that_is_renewed_by_itself(cache: Path) -> None:
    save(cache, "corp", refreshToken="r", clientId="i", clientSecret="s")
    assert cli_tokens.ends("corp", URL) == (AT, True)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=50,
)
@given(st.binary(max_size=200) | st.text(max_size=50).map(_expiring))
def test_whatever_stands_there(cache: Path, data: bytes) -> None:
    save(cache, "corp")
    (file,) = cache.iterdir()
    file.write_bytes(data)
    found = cli_tokens.ends("corp", URL)
    assert found is None or isinstance(found[0], float)
