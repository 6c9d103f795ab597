"""Which settings there are of what one looks at, and what each of them is."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from ecrtui.errors import UsageError
from ecrtui.model.places import Registry
from ecrtui.model.repository import SettingsPart
from ecrtui.model.setting import Scope, Setting
from ecrtui.model.settings_table import settings_of
from ecrtui.workflows.services import Services


def parts(
    services: Services, registry: Registry, repository: str = "", digest: str = ""
) -> Iterator[SettingsPart]:
    """All settings of a registry, of a repository, or what is told of an image, as they come.

    A part that may not be read carries its problem. Raises NotFound for a repository that is none.
    """
    return services.reader(registry).settings(repository, digest)


def value(services: Services, registry: Registry, setting: Setting, repository: str = "") -> Any:
    """One setting's value; None where nothing is set."""
    return services.reader(registry).setting(setting, repository)


def scope_of(registry: Registry, repository: str = "") -> Scope:
    """Of what kind the settings are."""
    if registry.is_public:
        return Scope.PUBLIC_REPOSITORY if repository else Scope.PUBLIC_REGISTRY
    return Scope.REPOSITORY if repository else Scope.REGISTRY


def find(registry: Registry, repository: str, name: str) -> Setting:
    """A setting by its name; raises UsageError with the names there are."""
    known = {one.name: one for one in settings_of(scope_of(registry, repository))}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}"
    whose = scope_of(registry, repository).value
    raise UsageError(name, title=f"No such setting of a {whose}", hint=hint)
