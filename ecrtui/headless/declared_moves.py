"""The commands that move images or change a registry, each with its own arguments."""

from __future__ import annotations

from ecrtui.headless.parsing import Command

MOVES: tuple[Command, ...] = ()
"""In the order of `--help`."""
