"""Proxies and certificates: those of the environment, for each address its own."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from ecrtui.errors import SettingsError
from ecrtui.oci.connections import Connections, proxy_for
from tests.oci.hostile_host import host

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_each_address_has_its_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_for("https://registry.example/v2/") == ""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("HTTP_PROXY", "plain.example:8080")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,.internal.example")
    assert proxy_for("https://registry.example/v2/") == "http://proxy.example:3128"
    assert proxy_for("http://registry.example/v2/") == "http://plain.example:8080"
    assert proxy_for("http://127.0.0.1:5000/v2/") == ""
    assert proxy_for("https://s3.internal.example/x?Signature=1") == ""
    assert proxy_for("http://[::1") == ""


def test_a_proxy_gets_its_password_and_the_whole_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with host(lambda _: (200, {}, b"by proxy")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://me:secret@{proxy.netloc}")
        response = Connections().get("http://registry.example/v2/", {})
        assert response.read() == b"by proxy"
        assert proxy.asked[0].path == "http://registry.example/v2/"
        assert proxy.asked[0].headers["proxy-authorization"] == "Basic " + (
            base64.b64encode(b"me:secret").decode()
        )


def test_what_is_local_stays_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with host(lambda _: (200, {}, b"direct")) as server:
        assert Connections().get(f"http://{server.netloc}/", {}).read() == b"direct"


def test_a_bundle_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bundle").write_text("not a certificate")
    for path in (tmp_path / "bundle", tmp_path / "none"):
        monkeypatch.setenv("AWS_CA_BUNDLE", str(path))
        with pytest.raises(SettingsError, match="AWS_CA_BUNDLE"):
            Connections().get("https://registry.example/", {})
