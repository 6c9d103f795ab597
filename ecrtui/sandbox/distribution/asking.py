"""One authorised request to a repository, as the parts of the registry API take it."""

from __future__ import annotations

from dataclasses import dataclass

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.distribution.login import allow
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.wire import Request
from ecrtui.sandbox.world import Place, World


@dataclass(frozen=True)
class Asking:
    """Who asks what of which repository; `name` is the repository as the path has it."""

    world: World
    place: Place
    request: Request
    key: AccessKey
    name: str
    repository: Repository

    def allow(self, operation: str) -> None:
        """Refuse unless the key may call this operation of the control plane."""
        allow(self.key, self.place, operation, self.name)
