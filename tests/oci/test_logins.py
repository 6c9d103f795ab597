"""Logins for registries outside ECR: what docker, podman and skopeo keep; hostile files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.oci import credential_helpers, logins
from ecrtui.oci.login import Found, Login
from ecrtui.oci.logins import find
from tests.oci.kept import CANARY, auth, home, keep, told

__all__ = ["home"]

HELPER = """#!/bin/sh
[ "$1" = get ] || exit 1
read -r server
{body}
"""


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts docker-credential-NAME into the PATH: a shell script that knows `$server`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def put(name: str, body: str) -> None:
        program = folder / f"docker-credential-{name}"
        program.write_text(HELPER.format(body=body))
        program.chmod(0o755)

    return put


# The order of places and keys


def test_the_order_of_places(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [
        home / ".docker/config.json",
        home / ".config/containers/auth.json",
        tmp_path / "run/containers/auth.json",
    ]
    for number, place in enumerate(places):
        keep(place, {"auths": {"r.example": auth("someone", str(number))}})
        assert told(find("r.example", "a/b")) == ("someone", str(number))
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "none"))
    assert find("r.example", "a/b") == Found()
    keep(tmp_path / "none", {"auths": {"other.example": auth("someone", "9")}})
    assert find("r.example", "a/b") == Found()


def test_a_place_without_the_host_is_passed_over(home: Path, tmp_path: Path) -> None:
    keep(tmp_path / "run/containers/auth.json", {"auths": {"other.example": auth("o", "p")}})
    keep(home / ".docker/config.json", {"auths": {"r.example": auth("u", "q")}})
    assert told(find("r.example", "a/b")) == ("u", "q")


def test_dockers_variable_comes_before_its_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(home / ".docker/config.json", {"auths": {"r.example": auth("u", "file")}})
    monkeypatch.setenv(
        "DOCKER_AUTH_CONFIG", json.dumps({"auths": {"r.example": auth("u", "variable")}})
    )
    assert told(find("r.example", "a/b")) == ("u", "variable")
    monkeypatch.setenv("DOCKER_AUTH_CONFIG", json.dumps({"credsStore": "none"}))
    assert find("r.example", "a/b") == Found(Login("u", "file"), str(home / ".docker/config.json"))
    assert not find("other.example", "a/b").trouble
    monkeypatch.setenv("DOCKER_AUTH_CONFIG", "no JSON")
    assert told(find("r.example", "a/b")) == ("u", "file")


@pytest.mark.parametrize(
    ("keys", "host", "repository", "wanted"),
    [
        (["r.example", "r.example/a", "r.example/a/b"], "r.example", "a/b/c", 2),
        (["r.example", "r.example/a", "r.example/a/b"], "r.example", "a/c", 1),
        (["r.example", "r.example/a", "r.example/a/b"], "r.example", "ab", 0),
        (["r.example/a"], "r.example", "b", None),
        (["r.example"], "r.example:443", "b", None),
        (["r.example:5000"], "r.example:5000", "b", 0),
        (["https://r.example"], "r.example", "b", 0),
        (["http://r.example/v1/"], "r.example", "b", 0),
        (["https://r.example/a"], "r.example", "b", 0),
        (["https://evil.example/r.example"], "r.example", "b", None),
        (["https://r.example.evil"], "r.example", "b", None),
        (["https://index.docker.io/v1/"], "docker.io", "library/a", 0),
        (["https://index.docker.io/v1/"], "registry-1.docker.io", "library/a", 0),
        (
            ["https://index.docker.io/v1/access-token", "https://index.docker.io/v1/"],
            "docker.io",
            "library/a",
            1,
        ),
        (["index.docker.io"], "docker.io", "library/a", 0),
        (["https://index.docker.io/v1/", "docker.io"], "index.docker.io", "library/a", 1),
        (["docker.io/library"], "docker.io", "library/a", 0),
        (["docker.io/library"], "docker.io", "other/a", None),
        (["https://docker.io.evil/v1/"], "docker.io", "library/a", None),
    ],
)
def test_keys_in_every_spelling(
    home: Path, keys: list[str], host: str, repository: str, wanted: int | None
) -> None:
    """As containers/image's tests of `findCredentialsInFile` have it."""
    entries = {key: auth("u", str(number)) for number, key in enumerate(keys)}
    keep(home / ".docker/config.json", {"auths": entries})
    expected = None if wanted is None else ("u", str(wanted))
    assert told(find(host, repository)) == expected


def test_what_an_entry_may_hold(home: Path) -> None:
    entries = {
        "plain.example": {"username": "u", "password": "p"},
        "colons.example": auth("u", "a:b:c"),
        "padded.example": auth("u", "p\0\0"),
        "token.example": {**auth("0000", ""), "identitytoken": "t"},
        "bare.example": {"identitytoken": "t"},
        "empty.example": {},
        "null.example": None,
        "damaged.example": {"auth": "!!"},
        "alone.example": auth("u", ""),
    }
    keep(home / ".docker/config.json", {"auths": entries})
    found = {name.partition(".")[0]: find(name, "a") for name in entries}
    logins = {name: each.login for name, each in found.items() if each.login is not None}
    assert logins == {
        "plain": Login("u", "p"),
        "colons": Login("u", "a:b:c"),
        "padded": Login("u", "p"),
        "token": Login("0000", "t", refresh=True),
        "bare": Login("", "t", refresh=True),
    }
    assert "config.json" in found["damaged"].trouble
    assert not found["empty"].trouble


# Files that mean no good


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"auths": 5}',
        '{"auths": {"r.example": "x"}}',
        '{"credHelpers": {"r.example": ["x"]}}',
        "[" * 100_000,
        '{"auths": {"r.example": {"auth": "%s"}}}' % ("A" * (1 << 21)),
        "\x00\x01",
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_passed_over(home: Path, text: str) -> None:
    path = home / ".config/containers/auth.json"
    keep(path, text)
    found = find("r.example", "a")
    assert (found.login, found.trouble) == (None, f"{path} cannot be read")
    keep(home / ".docker/config.json", {"auths": {"r.example": auth("u", "p")}})
    assert told(find("r.example", "a")) == ("u", "p")


def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(home: Path) -> None:
    (home / ".docker").mkdir()
    os.mkfifo(home / ".docker/config.json")
    assert find("r.example", "a") == Found()


@given(st.dictionaries(st.text(), st.fixed_dictionaries({"auth": st.text()})), st.text(), st.text())
def test_no_file_raises(entries: dict[str, Any], host: str, repository: str) -> None:
    os.environ["DOCKER_AUTH_CONFIG"] = json.dumps({"auths": entries}).replace("\0", "")
    try:
        find(host, repository)
    finally:
        del os.environ["DOCKER_AUTH_CONFIG"]


# Helpers

ANSWER = """printf '{"ServerURL":"%s","Username":"u","Secret":"for %s"}' "$server" "$server" """


@pytest.mark.parametrize(
    ("config", "host", "server"),
    [
        ({"credHelpers": {"r.example": "test"}}, "r.example", "r.example"),
        ({"credsStore": "test"}, "r.example:5000", "r.example:5000"),
        ({"credsStore": "test"}, "docker.io", "https://index.docker.io/v1/"),
        ({"credHelpers": {"docker.io": "test"}}, "registry-1.docker.io", "docker.io"),
        (
            {"credHelpers": {"https://index.docker.io/v1/": "test"}},
            "docker.io",
            "https://index.docker.io/v1/",
        ),
        ({"credHelpers": {"r.example": "test"}, "credsStore": "none"}, "r.example", "r.example"),
    ],
)
def test_a_helper_is_asked_for_what_the_others_ask_it(
    home: Path, helper: Callable[[str, str], None], config: Any, host: str, server: str
) -> None:
    helper("test", ANSWER)
    keep(home / ".docker/config.json", config)
    found = find(host, "team/app")
    assert (told(found), found.where) == (("u", f"for {server}"), "docker-credential-test")


def test_a_helper_comes_before_what_the_file_holds(
    home: Path, helper: Callable[[str, str], None]
) -> None:
    helper("test", ANSWER)
    entries = {"r.example": auth("u", "file"), "plain.example": auth("u", "plain")}
    helpers = {"r.example": "test", "plain.example": ""}
    keep(home / ".docker/config.json", {"auths": entries, "credHelpers": helpers})
    assert told(find("r.example", "a")) == ("u", "for r.example")
    assert told(find("plain.example", "a")) == ("u", "plain")


NOTHING = "echo credentials not found in native keychain; exit 1"


def test_a_helper_that_has_nothing_leaves_it_to_the_file(
    home: Path, helper: Callable[[str, str], None]
) -> None:
    helper("test", NOTHING)
    keep(home / ".docker/config.json", {"credsStore": "test"})
    assert find("r.example", "a") == Found()
    entries = {"r.example": auth("u", "file")}
    keep(home / ".docker/config.json", {"credsStore": "test", "auths": entries})
    assert told(find("r.example", "a")) == ("u", "file")


def test_a_helpers_token_is_one_to_refresh(home: Path, helper: Callable[[str, str], None]) -> None:
    helper("test", """printf '{"Username":"<token>","Secret":"t"}'""")
    keep(home / ".docker/config.json", {"credsStore": "test"})
    assert find("r.example", "a").login == Login("", "t", refresh=True)


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (f"echo {CANARY}; echo {CANARY} >&2; exit 7", "exit code 7"),
        (f"echo {CANARY}", "nobody can read"),
        ("printf '[[[[['", "nobody can read"),
        ("printf '\\377'", "nobody can read"),
        (f"yes {CANARY}", "says too much"),
        ("sleep 1000", "did not answer"),
        ("exec >&- ; sleep 1000", "did not answer"),
        ("sleep 1000 & printf x", "did not answer"),
    ],
)
def test_a_helper_that_fails_is_told_without_its_words(
    home: Path,
    helper: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    body: str,
    trouble: str,
) -> None:
    monkeypatch.setattr(credential_helpers, "_SECONDS", 0.3)
    helper("test", body)
    keep(home / ".docker/config.json", {"credsStore": "test"})
    found = find("r.example", "a")
    assert found.login is None
    assert trouble in found.trouble
    assert CANARY not in found.trouble + found.advice("r.example") + "".join(capfd.readouterr())


@pytest.mark.parametrize("name", ["../evil", "/bin/evil", "a b", "", ".", "x\n", "-x", "none"])
def test_a_helper_is_a_program_of_the_path(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    evil = tmp_path / "docker-credential-none"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    evil.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    keep(home / ".docker/config.json", {"credHelpers": {"r.example": name}})
    found = find("r.example", "a")
    assert found.login is None
    assert bool(found.trouble) is bool(name)
    assert not (tmp_path / "ran").exists()


def test_a_helper_gets_no_terminal(
    home: Path, helper: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPG_TTY", "/dev/pts/0")
    tty = "if (: </dev/tty) 2>/dev/null; then t=yes; else t=no; fi"
    helper("test", tty + """; printf '{"Username":"%s","Secret":"%s."}' "$t" "$GPG_TTY" """)
    keep(home / ".docker/config.json", {"credsStore": "test"})
    assert told(find("r.example", "a")) == ("no", ".")


def test_a_login_shows_itself_to_nobody() -> None:
    login = Login("someone", CANARY)
    assert CANARY not in f"{login!r} {login} {Found(login)!r} {login.__rich_repr__()}"


def test_what_is_read_shows_itself_to_nobody() -> None:
    body = json.dumps({"auths": {"r.example": {"auth": CANARY, "identitytoken": CANARY}}})
    config = msgspec.json.decode(body, type=logins._Config)
    answer = msgspec.json.decode(
        json.dumps({"Username": "u", "Secret": CANARY}), type=credential_helpers._Answer
    )
    assert CANARY not in f"{config!r} {answer!r}"
