"""Profiles and how each signs in, told from the files without asking anybody."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ecrtui.aws.identity import whoami
from ecrtui.aws.profiles import ambient
from ecrtui.aws.sessions import Sessions
from ecrtui.errors import EcrtuiError
from ecrtui.model.places import Profile, ProfileKind
from ecrtui.sandbox.server import Sandbox
from tests import worlds

CONFIG = """
[default]
aws_access_key_id = AKIDDEFAULT
aws_secret_access_key = not-to-be-told
[profile role]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = default
region = eu-west-1
[profile web]
web_identity_token_file = /token
role_arn = arn:aws:iam::111122223333:role/w
[profile sso]
sso_session = corp
[profile old-sso]
sso_start_url = https://start.example
[profile login]
login_session = arn:aws:iam::111122223333:user/x
[profile process]
credential_process = /bin/keys --secret not-to-be-told
[profile nothing]
region = us-east-1
"""


def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str) -> list[Profile]:
    (tmp_path / "config").write_text(config)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return Sessions().profiles()


def test_kinds_and_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {row.name: (row.kind, row.source) for row in declared(tmp_path, monkeypatch, CONFIG)}
    assert found == {
        "default": (ProfileKind.STATIC, ""),
        "role": (ProfileKind.ASSUME_ROLE, "default"),
        "web": (ProfileKind.WEB_IDENTITY, "arn:aws:iam::111122223333:role/w"),
        "sso": (ProfileKind.SSO, "corp"),
        "old-sso": (ProfileKind.SSO, "https://start.example"),
        "login": (ProfileKind.LOGIN, "arn:aws:iam::111122223333:user/x"),
        "process": (ProfileKind.PROCESS, ""),
        "nothing": (ProfileKind.NONE, ""),
    }


def test_no_secret_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not-to-be-told" not in repr(declared(tmp_path, monkeypatch, CONFIG))


def test_a_file_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EcrtuiError):
        declared(tmp_path, monkeypatch, "no section = 1\n")


@pytest.mark.parametrize(
    ("environment", "kind"),
    [
        ({"AWS_ACCESS_KEY_ID": "x"}, ProfileKind.ENVIRONMENT),
        ({"AWS_WEB_IDENTITY_TOKEN_FILE": "x"}, ProfileKind.WEB_IDENTITY),
        ({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "x"}, ProfileKind.CONTAINER),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "x"}, ProfileKind.CONTAINER),
        ({"AWS_EC2_METADATA_DISABLED": "true"}, ProfileKind.NONE),
        ({}, ProfileKind.INSTANCE),
    ],
)
def test_what_answers_when_no_profile_is_named(
    environment: dict[str, str], kind: ProfileKind
) -> None:
    assert ambient({**environment, "AWS_REGION": "r"}) == Profile("", kind, "r")


def test_a_profile_that_takes_its_time_delays_no_other(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, release = tmp_path / "waiting", tmp_path / "release"
    script = tmp_path / "keys"
    script.write_text(
        f"#!/bin/sh\ntouch {waiting}\nwhile [ ! -e {release} ]; do sleep 0.02; done\n"
        'echo \'{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b"}\'\n'
    )
    script.chmod(0o700)
    (tmp_path / "config").write_text(
        f"[profile slow]\ncredential_process = {script}\n[profile main]\nregion = eu-west-1\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    sessions = Sessions()
    made: list[object] = []
    slow = threading.Thread(target=lambda: made.append(sessions.client("sts", "slow", "eu-west-1")))
    slow.start()
    while not waiting.exists():
        time.sleep(0.01)
    assert whoami(sessions, "main", "eu-west-1").account == worlds.ACCOUNT
    assert made == []
    release.touch()
    slow.join(10)
    assert len(made) == 1
