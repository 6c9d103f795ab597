"""credential_process: what it may say, how long it may take, and that nothing of it is left."""

from __future__ import annotations

import json
import os
import select
import shlex
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.aws import processes, renewals
from ecrtui.aws.identity import whoami
from ecrtui.aws.sessions import Sessions
from ecrtui.errors import EcrtuiError, SignInError
from ecrtui.model.signing_in import Renewal
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.aws.profiles import declare


def program(folder: Path, body: str) -> str:
    """A command that runs some lines of Python."""
    file = folder / "tool.py"
    file.write_text(f"import json, os, subprocess, sys, time\n{body}\n")
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(file))}"


def document(sandbox: Sandbox, **more: object) -> str:
    key = next(iter(sandbox.world.keys.values()))
    told = {"Version": 1, "AccessKeyId": key.id, "SecretAccessKey": key.secret}
    return json.dumps({**told, **more})


def arn(profile: str = "tool") -> str:
    return whoami(Sessions(), profile, worlds.REGION).arn


def test_what_it_says_signs(sandbox: Sandbox, tmp_path: Path) -> None:
    body = f"sys.stderr.write('by the way\\n'); print({document(sandbox)!r})"
    declare("tool", credential_process=program(tmp_path, body), region=worlds.REGION)
    assert ":user/tester" in arn()
    assert Sessions().expires("tool") is None


def test_when_they_end(sandbox: Sandbox, tmp_path: Path) -> None:
    told = document(sandbox, Expiration="2999-01-01T00:00:00Z")
    declare("tool", credential_process=program(tmp_path, f"print({told!r})"))
    sessions = Sessions()
    sessions.keys("tool")
    assert sessions.expires("tool") == 32472144000.0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("sys.exit(3)", "ended with 3"),
        ("sys.exit('please sign in')", "please sign in"),
        ("sys.exit('the token is eyJhbGciOiJIUzI1NiJ9')", "the token is …"),
        ("print('hello')", "no document"),
        ("print('{\"Version\": 2}')", "version 2"),
        ("print('{\"Version\": 1}')", "without keys"),
        ("print('[' * 60000)", "no document"),
        ("print('x' * 70000)", "too much"),
        ("sys.stderr.write('x' * 70000)", "too much"),
        ("os.kill(os.getpid(), 9)", "ended with -9"),
    ],
)
def test_what_goes_wrong_is_told(sandbox: Sandbox, tmp_path: Path, body: str, words: str) -> None:
    declare("tool", credential_process=program(tmp_path, body))
    with pytest.raises(SignInError) as failure:
        arn()
    assert words in failure.value.detail
    assert "export-credentials --profile tool" in failure.value.hint
    chain = Sessions().files.signing("tool")
    assert renewals.need("tool", chain, failure.value).renewal is Renewal.TOOL


@pytest.mark.parametrize("command", ["/nowhere/to/be/found", "'", '"', "   "])
def test_commands_that_are_none(sandbox: Sandbox, command: str) -> None:
    with pytest.raises(SignInError):
        processes.LimitedProcess("tool", dict)._retrieve_credentials_using(command)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] == "Z"


def test_one_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    children = tmp_path / "pids"
    body = (
        "child = subprocess.Popen(['sleep', '1000'])\n"
        f"open({str(children)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(1000)"
    )
    words = shlex.split(program(tmp_path, body))
    with pytest.raises(SignInError, match="did not answer"):
        processes.run("tool", words, 2)
    pids = [int(pid) for pid in children.read_text().split()]
    assert len(pids) == 2
    ends = time.monotonic() + 30
    while not all(gone(pid) for pid in pids):
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_it_needs_nothing_that_some_systems_lack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows polls no pipes."""
    monkeypatch.delattr(select, "poll")
    assert processes.run("tool", shlex.split(program(tmp_path, "print('keys')"))) == b"keys\n"


def test_an_agent_that_it_leaves_behind_is_not_waited_for(tmp_path: Path) -> None:
    """It holds the pipes, and is left alone."""
    pid = tmp_path / "pid"
    body = (
        "child = subprocess.Popen(['sleep', '1000'], start_new_session=True)\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\n"
        "print('keys')"
    )
    said = processes.run("tool", shlex.split(program(tmp_path, body)), 60)
    assert said == b"keys\n"
    os.kill(int(pid.read_text()), 9)


def test_it_has_no_terminal(tmp_path: Path) -> None:
    body = (
        "try:\n    open('/dev/tty')\n    print('a terminal')\n"
        "except OSError:\n    print('none', sys.stdin.read())"
    )
    assert processes.run("tool", shlex.split(program(tmp_path, body))) == b"none \n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary(max_size=300))
def test_any_bytes_are_told_in_words(said: bytes) -> None:
    with pytest.raises(EcrtuiError, match="The credential process failed"):
        processes._answer("tool", said)


@given(st.text(max_size=300))
def test_last_words_hold_no_long_word(text: str) -> None:
    told = processes._last_words(text.encode("utf-8", "surrogatepass"))
    assert all(len(word) < 20 for word in told.split())
    assert len(told) <= 202
