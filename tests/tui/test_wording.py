"""What workflows say of the command line, by what the explorer has instead."""

from __future__ import annotations

import msgspec
import pytest

from ecrtui.config.commands import COMMANDS
from ecrtui.errors import Archived
from ecrtui.tui.wording import by_keys


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2 stay behind; --referrers takes them", "2 stay behind; the field Referrers takes them"),
        ("let it be replaced (--replace).", "let it be replaced (the field Replace)."),
        (Archived.hint, "Restore it first, which takes minutes: the key a"),
        ("ecrtui export IMAGE oci:DIR keeps an artifact.", "the key e keeps an artifact."),
        ("or choose once: ecrtui credentials keep file.", "or choose once: the keys C and K."),
        ("Start it without --read-only", "Start it without --read-only"),
    ],
)
def test_options_are_fields_and_commands_are_keys(text: str, said: str) -> None:
    assert by_keys(text) == said


def test_a_key_that_was_chosen_is_the_one_that_is_named() -> None:
    own = [
        msgspec.structs.replace(one, keys=("f9",)) if one.id == "archive" else one
        for one in COMMANDS
    ]
    assert by_keys("ecrtui restore team/app:v1", own) == "the key f9"
