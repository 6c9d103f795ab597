"""A name that the settings protect is not given up for one that they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.config.settings import ProfileSettings, Settings
from ecrtui.errors import UsageError
from ecrtui.model.credentials import Credential
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.credentials import at_hand, importing
from tests.workflows.at_work import services_in

GUARDED = ProfileSettings(read_only=True, production=True)
KEY = ("AKIA" + 16 * "0", 40 * "s")


@pytest.fixture(autouse=True)
def memory(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.setenv("ECRTUI_VAULT", "memory")


def test_another_name(tmp_path: Path) -> None:
    services = services_in(tmp_path, Settings(profiles={"live": GUARDED}))
    at_hand.add(services, Credential("live", *KEY))
    with pytest.raises(UsageError, match="read_only and production of live"):
        at_hand.rename(services, "live", "free")
    assert [one.name for one in services.vault.kept()] == ["live"]


def test_another_name_that_is_protected_too(tmp_path: Path) -> None:
    services = services_in(tmp_path, Settings(profiles={"live": GUARDED, "guarded": GUARDED}))
    at_hand.add(services, Credential("live", *KEY))
    at_hand.rename(services, "live", "guarded")
    assert [one.name for one in services.vault.kept()] == ["guarded"]


def test_an_import_by_another_name(tmp_path: Path) -> None:
    services = services_in(tmp_path, Settings(profiles={"main": GUARDED}))
    with pytest.raises(UsageError, match="not be protected"):
        importing.plan(services, ["main"], "free")
    assert importing.plan(services, ["main"]).profiles == (("main", "main"),)
