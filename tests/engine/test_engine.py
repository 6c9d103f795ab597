"""Engines that answer nonsense, refuse, or break off: each failure is ours."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ecrtui.engine.engine import Engine
from ecrtui.errors import EcrtuiError, EngineMissing, NotFound, RemoteError
from tests.oci.hostile_host import Answer, Host, host

ID = "sha256:" + "a" * 64
GREETING = {"ApiVersion": "1.41", "Version": "1"}


@pytest.fixture
def answers() -> dict[str, Answer]:
    """What the engine says, by the end of a path."""
    return {
        "/version": (200, {}, json.dumps(GREETING).encode()),
        "/images/app:v1/json": (200, {}, json.dumps({"Id": ID}).encode()),
        "/images/app:v1/get": (200, {}, b"a tar"),
    }


@pytest.fixture
def engine(answers: dict[str, Answer], monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A host that speaks as much of Docker's API as it is asked for here."""

    def answer(path: str) -> Answer:
        found = (one for end, one in answers.items() if path.endswith(end))
        return next(found, (404, {}, b'{"message": "no such image"}'))

    with host(answer) as running:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://{running.netloc}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.delenv("DOCKER_TLS_VERIFY", raising=False)
        monkeypatch.delenv("DOCKER_CERT_PATH", raising=False)
        yield running


def test_an_image_is_found_and_exported(engine: Host) -> None:
    found = Engine()
    assert found.version() == "Docker Engine 1"
    assert found.identity("app:v1") == ID
    assert b"".join(found.export("app:v1")) == b"a tar"
    with pytest.raises(NotFound):
        found.identity("app:v2")
    with pytest.raises(NotFound):
        list(found.export("app:v2"))


def test_a_stream_that_breaks_off(engine: Host, answers: dict[str, Answer]) -> None:
    answers["/images/app:v1/get"] = (200, {"Content-Length": "99"}, b"a part")
    with pytest.raises(RemoteError, match="broke off"):
        list(Engine().export("app:v1"))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"Id": 5}', b'{"Id": "../x"}', b"<html>"])
def test_an_image_without_an_id(engine: Host, answers: dict[str, Answer], body: bytes) -> None:
    answers["/images/app:v1/json"] = (200, {}, body)
    with pytest.raises(EcrtuiError):
        Engine().identity("app:v1")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b'{"ApiVersion": "0.1"}'])
def test_what_is_no_engine(engine: Host, answers: dict[str, Answer], body: bytes) -> None:
    answers["/version"] = (200, {}, body)
    with pytest.raises(EngineMissing):
        Engine()


@pytest.mark.parametrize("parts", [5, [], [5], [{}], [{"Name": "Podman Engine", "Version": "4"}]])
def test_any_version_is_told(engine: Host, answers: dict[str, Answer], parts: object) -> None:
    told = json.dumps({**GREETING, "Components": parts}).encode()
    answers["/version"] = (200, {}, told)
    assert "Engine" in Engine().version()


def test_a_failing_engine(engine: Host, answers: dict[str, Answer]) -> None:
    answers["/images/app:v1/get"] = (500, {}, b'{"message": "out of order"}')
    with pytest.raises(RemoteError, match="out of order"):
        list(Engine().export("app:v1"))


def test_an_engine_that_has_gone_when_an_image_is_asked_for(
    answers: dict[str, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    with host(lambda path: answers["/version"]) as running:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://{running.netloc}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        found = Engine()
    with pytest.raises(RemoteError, match="broke off"):
        list(found.export("app:v1"))
