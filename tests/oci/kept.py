"""A home of a test's own, and logins kept in it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from ecrtui.oci.login import Found
from ecrtui.sandbox.made import secret

CANARY = secret(40, "kept")
"""What nobody may ever see."""
_VARIABLES = ("REGISTRY_AUTH_FILE", "DOCKER_AUTH_CONFIG", "DOCKER_CONFIG", "XDG_CONFIG_HOME")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, in which nothing is kept yet."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "home"
    (tmp_path / "run").mkdir()
    folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("HOME", str(folder))
    return folder


def auth(user: str, password: str) -> dict[str, str]:
    """An entry as every login command writes it."""
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def keep(path: Path, document: Any) -> None:
    """Write a file: a text as it is, anything else as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document))


def told(found: Found) -> tuple[str, str] | None:
    """The user and the secret of what was found."""
    return None if found.login is None else (found.login.user, found.login.secret)
