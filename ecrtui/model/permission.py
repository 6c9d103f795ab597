"""What one thing that ecrtui does must be allowed in IAM."""

from __future__ import annotations

import msgspec


class Need(msgspec.Struct, frozen=True):
    """One IAM action, and what is lost without it; '' when all is."""

    action: str
    without: str = ""


class Feature(msgspec.Struct, frozen=True):
    """One thing a person does, by its command and where it is in the explorer."""

    name: str
    command: str
    """As typed after `ecrtui`; '' for what only the explorer does."""
    explorer: str
    """The screen; '' for what only the command line does."""
    needs: tuple[Need, ...]
    changes: bool = False
    """Whether something in a registry is another afterwards."""
