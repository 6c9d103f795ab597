"""Ways in that nobody types anything for: tokens of files, containers, machines, aws login."""

from __future__ import annotations

import importlib.util
import shlex
import time
from pathlib import Path

import pytest

from ecrtui import errors
from ecrtui.aws import renewals
from ecrtui.aws.identity import whoami
from ecrtui.aws.sessions import Sessions
from ecrtui.model.places import ProfileKind
from ecrtui.model.signing_in import Link, Renewal
from ecrtui.render.signing_in import command_of
from ecrtui.sandbox.accounts import Role
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.aws.profiles import declare


def arn(profile: str = "") -> str:
    return whoami(Sessions(), profile, worlds.REGION).arn


def hint(profile: str, refused: errors.SignInError) -> str:
    chain = Sessions().files.signing(profile)
    need = renewals.need(profile, chain, refused)
    assert need.renewal is Renewal.TOOL
    return need.hint


@pytest.fixture
def role(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Role:
    """A role that a container and a machine hand out; no profile and no keys beside it."""
    role = sandbox.world.add_role(worlds.ACCOUNT, "worker")
    sandbox.world.machine.container = sandbox.world.machine.instance = role
    monkeypatch.delenv("AWS_PROFILE")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    return role


def enter(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def test_a_containers_role(sandbox: Sandbox, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(monkeypatch, sandbox.container_env)
    assert "assumed-role/worker/" in arn()
    assert Sessions().files.signing("")[0].kind is ProfileKind.CONTAINER


def test_a_container_whose_token_is_another(
    sandbox: Sandbox, role: Role, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = sandbox.container_env | {"AWS_CONTAINER_AUTHORIZATION_TOKEN": "another"}
    enter(monkeypatch, other)
    with pytest.raises(errors.SignInError) as refused:
        arn()
    assert "role" in hint("", refused.value)
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "none"))
    with pytest.raises(errors.SignInError, match="No such file"):
        arn()


def test_a_machines_role(sandbox: Sandbox, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(monkeypatch, sandbox.instance_env)
    assert "assumed-role/worker/" in arn()
    sandbox.world.machine.instance = None
    with pytest.raises(errors.NoCredentials) as refused:
        arn()
    assert "ecrtui credentials add" in refused.value.hint


def test_a_file_with_a_token(asking_sandbox: Sandbox, tmp_path: Path) -> None:
    profile = worlds.TOKEN_PROFILE
    assert "assumed-role/pod/" in arn(profile)
    values = Sessions().declared(profile)
    for number, text in enumerate((None, "", "\0", "no token")):
        file = tmp_path / f"token-{number}"
        if text is not None:
            file.write_text(text)
        more = {"role_arn": str(values["role_arn"]), "web_identity_token_file": str(file)}
        declare(f"bad-{number}", **more, region=worlds.REGION)
        with pytest.raises(errors.EcrtuiError) as refused:
            arn(f"bad-{number}")
        assert isinstance(refused.value, errors.SignInError), refused.value.sentence
        assert "token" in hint(f"bad-{number}", refused.value)


def test_a_token_that_is_over(asking_sandbox: Sandbox, tmp_path: Path) -> None:
    profile = worlds.TOKEN_PROFILE
    provider = asking_sandbox.world.providers[worlds.ISSUER]
    file = Path(str(Sessions().declared(profile)["web_identity_token_file"]))
    file.write_text(provider.token("system:pod", seconds=-60))
    with pytest.raises(errors.SessionExpired) as refused:
        arn(profile)
    assert "token" in refused.value.hint


def test_keys_of_the_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    key = next(iter(sandbox.world.keys.values()))
    monkeypatch.delenv("AWS_PROFILE")
    enter(monkeypatch, {"AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret})
    assert ":user/tester" in arn()
    key.expires = time.time() - 1
    with pytest.raises(errors.SessionExpired) as refused:
        arn()
    assert "AWS_ACCESS_KEY_ID" in refused.value.hint


def test_aws_login_without_what_it_needs(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    declare("person", login_session="arn:aws:iam::111122223333:user/jo", region=worlds.REGION)
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(tmp_path))
    with pytest.raises(errors.EcrtuiError) as refused:
        arn("person")
    if importlib.util.find_spec("awscrt") is None:
        assert "botocore[crt]" in refused.value.hint
    else:
        assert "aws login --profile person" in refused.value.hint


@pytest.mark.parametrize("kind", [*ProfileKind])
@pytest.mark.parametrize("name", ["two words", "x; touch /tmp/x", "$(id)", "a'b"])
def test_a_command_that_is_to_be_copied_does_nothing_else(kind: ProfileKind, name: str) -> None:
    for session in ("", name):
        link = Link(name, kind, session=session)
        command = command_of(renewals.hint([link], errors.SessionExpired()))
        assert not command or name in shlex.split(command)
