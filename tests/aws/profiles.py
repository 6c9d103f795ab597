"""More profiles in the sandbox's configuration."""

from __future__ import annotations

import os
from pathlib import Path


def declare(profile: str, **values: str) -> None:
    """Add a profile to the file that AWS_CONFIG_FILE names."""
    lines = "".join(f"{name} = {value}\n" for name, value in values.items())
    with Path(os.environ["AWS_CONFIG_FILE"]).open("a") as file:
        file.write(f"\n[profile {profile}]\n{lines}")
