"""A real dockerd that wants certificates, and everything that can be wrong with them."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ecrtui.engine.engine import Engine
from ecrtui.errors import EngineMissing
from tests import engines
from tests.oci.hostile_host import host as http_host
from tests.sandbox.programs import run

Words = list[str | Path]


class Secured(NamedTuple):
    """Where it listens, and a folder with a client's certificates."""

    url: str
    certificates: Path


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("certificates")
    new: Words = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-batch"]
    own: Words = ["-keyout", folder / "ca-key.pem", "-out", folder / "ca.pem"]
    run("openssl", "req", "-x509", *new, "-subj", "/CN=the tests' own", "-days", "2", *own)
    for name, more in (
        ("server", "subjectAltName=IP:127.0.0.1"),
        ("cert", "basicConstraints=CA:FALSE"),
    ):
        key = folder / ("key.pem" if name == "cert" else f"{name}-key.pem")
        request, extra = folder / f"{name}.csr", folder / f"{name}.ext"
        extra.write_text(more)
        run("openssl", "req", *new, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        ca: Words = ["-CA", folder / "ca.pem", "-CAkey", folder / "ca-key.pem", "-CAcreateserial"]
        out: Words = ["-extfile", extra, "-out", folder / f"{name}.pem", "-days", "2"]
        run("openssl", "x509", "-req", "-in", request, *ca, *out)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [f"--host=tcp://127.0.0.1:{port}", "--tlsverify"]
    options += [f"--tlscacert={folder}/ca.pem", f"--tlscert={folder}/server.pem"]
    with engines.running(*options, f"--tlskey={folder}/server-key.pem"):
        yield Secured(f"tcp://127.0.0.1:{port}", folder)


@pytest.fixture(autouse=True)
def host(secured: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", secured.url)
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(secured.certificates))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_an_engine_with_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    assert "Docker Engine" in Engine().version()


def test_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_TLS_VERIFY")
    monkeypatch.delenv("DOCKER_CERT_PATH")
    with pytest.raises(EngineMissing, match="wants TLS") as refused:
        Engine()
    assert "DOCKER_TLS_VERIFY" in refused.value.hint


def test_without_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    with pytest.raises(EngineMissing, match="certificates for the engine are missing"):
        Engine()


def test_certificates_of_somebody_else(
    secured: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("cert.pem", "key.pem"):
        shutil.copy(secured.certificates / name, tmp_path)
    own: Words = ["-keyout", tmp_path / "other.pem", "-out", tmp_path / "ca.pem"]
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-batch", *own)
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    with pytest.raises(EngineMissing, match="no trust"):
        Engine()


def test_tls_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with http_host(lambda _: (200, {}, b"{}")) as plain:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://{plain.netloc}")
        with pytest.raises(EngineMissing, match="no trust") as refused:
            Engine(5)
    assert "unset DOCKER_TLS_VERIFY" in refused.value.hint
