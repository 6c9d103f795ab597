"""What ecrtui leaves is its owner's alone, whatever the umask: 0600, in folders of 0700."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrtui.sandbox.made import MARK
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import ecrtui
from tests.tui import pairs
from tests.tui.looking_inside import LAYERS

KEPT = {"state/vault.sealed", "state/kept-in-file.json", "state/journal.jsonl"}


@pytest.fixture(params=[0o000, 0o077], ids=["none", "all"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """The most careless umask there is, and the most careful."""
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_all_files_are_ours_alone(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = next(key for key in sandbox.world.keys.values() if key.account == worlds.ACCOUNT)
    pairs.add_image(worlds.add_repository(sandbox.world, "team/app"), "v1", LAYERS, pushed_at=1.0)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("words " + MARK)
    monkeypatch.setenv("ECRTUI_VAULT_PASSPHRASE_FILE", str(passphrase))
    home = tmp_path / "home"
    for words in (
        ("credentials", "keep", "file"),
        ("credentials", "add", "kept", "--access-key-id", key.id, "--region", worlds.REGION),
        ("credentials", "map", "*.example", "kept"),
        ("credentials", "test", "kept"),
        ("layers", "team/app:v1", "--debug", "--profile", "kept"),
        ("tag", "team/app:v1", "v2", "--yes"),
    ):
        done = ecrtui(*words, home=home, given=f"{key.secret}\n")
        assert done.returncode == 0, (words, done.stderr)
    left = {str(path.relative_to(home)): path.lstat().st_mode for path in home.rglob("*")}
    assert set(left) >= KEPT, left
    assert [name for name in left if name.startswith("cache/layer")], left
    assert [name for name in left if name.startswith("state/logs/")], left
    wrong = {
        name: oct(mode)
        for name, mode in {".": home.stat().st_mode, **left}.items()
        if stat.S_IMODE(mode) != (0o700 if stat.S_ISDIR(mode) else 0o600)
    }
    assert wrong == {}
