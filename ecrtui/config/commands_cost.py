"""The commands about money."""

from __future__ import annotations

from ecrtui.config.command import COST, IMAGES, REGISTRIES, REPOSITORIES, Command

COST_COMMANDS: tuple[Command, ...] = (
    Command(
        "cost",
        "cost",
        ("M",),
        "What storage costs, and what could be saved.",
        (REPOSITORIES, IMAGES, REGISTRIES),
    ),
    Command("cost-savings", "savings", ("1",), "To the largest savings.", (COST,), 3),
    Command("cost-growth", "growth", ("2",), "To what was pushed, by month.", (COST,), 4),
    Command("cost-repositories", "repositories", ("3",), "To all repositories.", (COST,), 5),
)
"""In the order of `?`."""
