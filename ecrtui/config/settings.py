"""The settings file: few options, each with a reason, validated with a hint on every mistake."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, Literal

import msgspec

from ecrtui.config.toml import parsed
from ecrtui.errors import SettingsError
from ecrtui.model.prices import OwnPrice
from ecrtui.model.typed import converted


class ProfileSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says of one AWS profile."""

    label: str = ""
    """A name to show instead of the profile's own."""
    production: bool = False
    """Coloured and labelled wherever one stands in it."""
    read_only: bool = False
    """Nothing in this profile's account may change."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings; the defaults suit an on-call engineer."""

    theme: str = ""
    """A Textual theme's name; '' keeps the one chosen last in the explorer."""
    times: Literal["relative", "utc"] = "relative"
    """How times are shown until T changes it."""
    refresh_seconds: int = 0
    """Refresh the list one looks at every so many seconds; 0 leaves it to r."""
    read_only: bool = False
    """Refuse every change, as --read-only does."""
    ascii: bool = False
    """Draw with plain ASCII where a terminal's font lacks the rest."""
    read_manifests: Literal["ask", "always"] = "ask"
    """Whether listing may read manifests in the background, which counts as pulls."""
    findings: Literal["always", "ask"] = "always"
    """Whether a list of images asks by itself for the findings of the rows in sight."""
    uses: Literal["always", "ask"] = "always"
    """Whether a list of images asks by itself what uses them, in every region at hand."""
    ignored_clusters: tuple[str, ...] = ()
    """EKS clusters, by name or ARN, that are known to use none of one's images."""
    kubectl: bool = False
    """Ask the cluster of kubectl's current context, too, where images are used."""
    jobs_at_once: int = 3
    """Jobs of the explorer that run at the same time; the others wait, in their order."""
    vault: Literal["", "keyring", "file", "memory"] = ""
    """Where secrets are kept; '' is what `ecrtui credentials keep` chose, else the keyring."""
    keyring_backends: tuple[str, ...] = ()
    """Keyring backends to trust besides the known ones, by their class."""
    prices: dict[str, OwnPrice] = {}
    """By region, or `default`: what storage costs where the list is not what one pays."""
    profiles: dict[str, ProfileSettings] = {}

    def of(self, profile: str) -> ProfileSettings:
        """What is said of a profile; the defaults when nothing is."""
        return self.profiles.get(profile, ProfileSettings())


def load(file: Path) -> Settings:
    """The settings in a file; the defaults when there is none. Raises SettingsError."""
    try:
        text = file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except (OSError, UnicodeDecodeError) as failure:
        raise SettingsError(f"{file}: {failure}") from None
    return parse(text, str(file))


def parse(text: str, name: str) -> Settings:
    """Settings from TOML text; `name` says where a mistake is."""
    try:
        values = parsed(text)
    except ValueError as failure:
        raise SettingsError(f"{name}: {failure}") from None
    _check_names(values, Settings, name, "")
    for part, kind in (("profiles", ProfileSettings), ("prices", OwnPrice)):
        sections = values.get(part)
        for key, options in sections.items() if isinstance(sections, dict) else ():
            if isinstance(options, dict):
                _check_names(options, kind, name, f"{part}.{key}.")
    try:
        settings = converted(values, Settings)
    except msgspec.ValidationError as failure:
        raise SettingsError(f"{name}: {failure}", hint="docs/settings.md lists them.") from None
    if settings.refresh_seconds and settings.refresh_seconds < _SHORTEST_REFRESH:
        raise SettingsError(
            f"{name}: refresh_seconds = {settings.refresh_seconds}",
            hint=f"Use 0 for never, or at least {_SHORTEST_REFRESH}: the API throttles.",
        )
    if not 1 <= settings.jobs_at_once <= _MOST_JOBS:
        raise SettingsError(
            f"{name}: jobs_at_once = {settings.jobs_at_once}",
            hint=f"From 1 to {_MOST_JOBS}: each sends several layers at once by itself.",
        )
    _check_prices(settings, name)
    return settings


def _check_prices(settings: Settings, name: str) -> None:
    for region, price in settings.prices.items():
        for what, value in msgspec.structs.asdict(price).items():
            if isinstance(value, float) and not 0 <= value < _MOST_MONEY:
                raise SettingsError(
                    f"{name}: prices.{region}.{what} = {value}",
                    hint="A price is for a gigabyte and month, 0.1 for instance.",
                )


_MOST_MONEY = 1_000_000
_MOST_JOBS = 16
_SHORTEST_REFRESH = 5


def _check_names(values: dict[str, Any], kind: type[msgspec.Struct], name: str, path: str) -> None:
    for key in values:
        if key in kind.__struct_fields__:
            continue
        near = difflib.get_close_matches(key, kind.__struct_fields__, n=1)
        hint = f"Did you mean {path}{near[0]}?" if near else "docs/settings.md lists them."
        raise SettingsError(f"{name}: there is no setting {path}{key}", hint=hint)
