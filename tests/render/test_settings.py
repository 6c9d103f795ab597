"""Settings: the API's members in words, a person's own as they are."""

from __future__ import annotations

import pytest

from ecrtui.errors import NotAllowed
from ecrtui.model.repository import Repository, SettingsPart
from ecrtui.render.ages import Times
from ecrtui.render.settings import settings_lines

NOW = 1_000_000.0


def text(*parts: SettingsPart, columns: int = 80) -> list[str]:
    lines = settings_lines(Repository("team/app"), parts, Times(NOW), columns)
    return ["".join(cell.text for cell in line.cells).rstrip() for line in lines]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (SettingsPart("Tag mutability", "IMMUTABLE"), "immutable"),
        (
            SettingsPart(
                "Tag mutability",
                {"exclusionFilters": [{"filter": "dev-*", "filterType": "WILDCARD"}]},
            ),
            "Exclusion filters  dev-* (wildcard)",
        ),
        (SettingsPart("Scanning", {"scanOnPush": True}), "Scan on push  yes"),
        (SettingsPart("Scanning", {"scanFrequency": "SCAN_ON_PUSH"}), "Scan frequency  scan on"),
        (SettingsPart("Encryption", {"encryptionType": "AES256"}), "Encryption type  AES256"),
        (SettingsPart("Resource tags", {"costCentre": "MUTABLE"}), "costCentre"),
        (SettingsPart("Lifecycle policy", {"rules": [{"rulePriority": 1}]}), '"rulePriority": 1'),
        (SettingsPart("Permissions policy", "no JSON at all"), "no JSON at all"),
        (SettingsPart("Resource tags"), "none"),
    ],
)
def test_a_part_in_words(part: SettingsPart, said: str) -> None:
    lines = text(part)
    assert any(line.strip().startswith(said) for line in lines), lines


def test_what_the_head_says_is_not_said_again() -> None:
    part = SettingsPart("Scanning", {"repositoryName": "team/app", "scanOnPush": False})
    assert sum("team/app" in line for line in text(part)) == 1


def test_a_part_that_may_not_be_read_says_why_and_how_to_mend_it() -> None:
    problem = NotAllowed("ecr:GetLifecyclePolicy", hint="Ask for it.")
    shown = "\n".join(text(SettingsPart("Lifecycle policy", None, problem)))
    assert "ecr:GetLifecyclePolicy" in shown
    assert "Ask for it." in shown
