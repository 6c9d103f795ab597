"""What the settings say of a name goes with the name: nobody loses it by calling it otherwise."""

from __future__ import annotations

from ecrtui.config.settings import Settings
from ecrtui.errors import UsageError


def refuse_loss(settings: Settings, name: str, new: str) -> None:
    """Raise UsageError where a name is protected by the settings and its new one would not be."""
    before, after = settings.of(name), settings.of(new)
    said = (
        ("read_only", before.read_only and not after.read_only),
        ("production", before.production and not after.production),
    )
    lost = [word for word, is_lost in said if is_lost]
    if lost:
        raise UsageError(
            f"the settings say {' and '.join(lost)} of {name}, and nothing of {new}",
            title="The new name would not be protected",
            hint=f"First write {' and '.join(f'{word} = true' for word in lost)} "
            f'below [profiles."{new}"] in settings.toml.',
        )
