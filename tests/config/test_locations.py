"""Where our files live."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.config.locations import Locations


def test_one_folder_holds_all_when_it_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ECRTUI_HOME", str(tmp_path))
    found = Locations.standard()
    assert {path.parent for path in (found.config, found.cache, found.state)} == {tmp_path}
    assert found.settings_file.parent == found.keymap_file.parent == found.config
    assert len({found.config, found.cache, found.state}) == 3


def test_the_platform_decides_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ECRTUI_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CONFIG", "CACHE", "STATE"):
        monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
    found = Locations.standard()
    for path in (found.config, found.cache, found.state):
        assert path.is_relative_to(tmp_path)
        assert "ecrtui" in path.parts
