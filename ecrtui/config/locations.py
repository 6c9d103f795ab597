"""Where our files live: settings, cache and state, each in the platform's own place.

ECRTUI_HOME puts all three under one folder; the demo and the tests use it so that they neither
read nor write anything of the person's own.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

HOME_VARIABLE = "ECRTUI_HOME"


class Locations(msgspec.Struct, frozen=True):
    """The three folders; none of them needs to exist or to be writable."""

    config: Path
    cache: Path
    state: Path

    @classmethod
    def standard(cls) -> Locations:
        """ECRTUI_HOME's folders when it is set, else the platform's."""
        home = os.environ.get(HOME_VARIABLE)
        if home:
            return cls.under(Path(home))
        import platformdirs

        return cls(
            Path(platformdirs.user_config_dir("ecrtui")),
            Path(platformdirs.user_cache_dir("ecrtui")),
            Path(platformdirs.user_state_dir("ecrtui")),
        )

    @classmethod
    def under(cls, home: Path) -> Locations:
        """All three below one folder."""
        return cls(home / "config", home / "cache", home / "state")

    @property
    def settings_file(self) -> Path:
        """The settings a person writes."""
        return self.config / "settings.toml"

    @property
    def keymap_file(self) -> Path:
        """The keys a person chose."""
        return self.config / "keymap.toml"
