"""The declarations of commands: complete, without clashes, and short enough to be read."""

from __future__ import annotations

from collections import Counter

import pytest

from ecrtui.config.commands import COMMANDS
from ecrtui.config.keymap import FORBIDDEN
from ecrtui.config.offered import commands_for

PLACES = sorted({place for command in COMMANDS for place in command.where})


def test_ids_are_unique() -> None:
    assert max(Counter(command.id for command in COMMANDS).values()) == 1


@pytest.mark.parametrize("place", PLACES)
def test_a_key_means_one_thing_where_one_stands(place: str) -> None:
    keys = Counter(key for each in commands_for([place], read_only=False) for key in each.keys)
    assert keys
    assert [key for key, count in keys.items() if count > 1] == []


def test_no_key_that_terminals_fold_or_multiplexers_take() -> None:
    assert not FORBIDDEN & {key for command in COMMANDS for key in command.keys}


def test_every_sentence_fits_the_help_at_80_columns() -> None:
    long = [command.id for command in COMMANDS if len(command.help) > 52]
    assert long == []
