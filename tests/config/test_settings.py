"""The settings file: few options, and every mistake named with its fix."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.config.settings import ProfileSettings, Settings, load, parse
from ecrtui.errors import SettingsError

DOCUMENTED = Path(__file__).parents[2] / "docs/settings.md"


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.toml") == Settings()
    (tmp_path / "file").touch()
    assert load(tmp_path / "file/settings.toml") == Settings()


def test_what_is_set_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('times = "utc"\nrefresh_seconds = 30\n[profiles.live]\nproduction = true\n')
    settings = load(file)
    assert (settings.times, settings.refresh_seconds) == ("utc", 30)
    assert settings.of("live") == ProfileSettings(production=True)
    assert settings.of("other") == ProfileSettings()


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ("refresh_second = 5", "refresh_second", "Did you mean refresh_seconds?"),
        ("[profiles.x]\nprodution = true", "profiles.x.prodution", "profiles.x.production?"),
        ("zzz = 1", "zzz", "docs/settings.md"),
        ('times = "local"', "$.times", "docs/settings.md"),
        ("refresh_seconds = 1", "refresh_seconds", "at least 5"),
        ("refresh_seconds = -9", "refresh_seconds", "at least 5"),
        ("profiles = 3", "$.profiles", "docs/settings.md"),
        ("profiles.x = 3", "$.profiles", "docs/settings.md"),
        ("[prices.eu-west-1]\nstandart = 1.0", "prices.eu-west-1.standart", "eu-west-1.standard?"),
        ("[prices.default]\nstandard = -1.0", "prices.default.standard", "gigabyte"),
        ("[prices.default]\narchive = nan", "prices.default.archive", "gigabyte"),
        ("ascii = = true", "line 1", ""),
    ],
)
def test_a_mistake_is_named(text: str, says: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(text, "the file")
    assert "the file" in caught.value.detail
    assert says in caught.value.detail
    assert hint in caught.value.hint


@given(st.text())
def test_no_text_is_a_crash(text: str) -> None:
    with contextlib.suppress(SettingsError):
        assert isinstance(parse(text, "x"), Settings)


def test_the_documented_example_is_valid_and_whole() -> None:
    example = DOCUMENTED.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    parse(example, "the example")
    for kind in (Settings, ProfileSettings):
        for name in kind.__struct_fields__:
            assert name in example
