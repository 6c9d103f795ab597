"""A credential's keys of this moment as the variables that every AWS tool reads."""

from __future__ import annotations

import shlex

from ecrtui.model.credentials import Hidden
from ecrtui.workflows.services import Services


class Lent(Hidden, frozen=True):
    """Lines for a shell. It shows the names of the variables alone."""

    name: str
    text: str
    variables: tuple[str, ...]
    session: bool
    """Whether they end by themselves some day."""
    expires: float | None = None
    """Epoch seconds, UTC; None where nothing tells."""

    def shown(self) -> dict[str, str]:
        """Whose they are, and which variables."""
        return {"name": self.name, "variables": " ".join(self.variables)}


def lend(services: Services, name: str) -> Lent:
    """The keys as `export NAME=VALUE` lines for a POSIX shell; a role is assumed for it.

    Raises all that signing in raises.
    """
    keys = services.sessions.keys(name)
    variables = keys.variables(services.region(name))
    lines = [f"export {one.name}={shlex.quote(one.value or '')}" for one in variables]
    names = tuple(one.name for one in variables)
    text = "\n".join(lines) + "\n"
    return Lent(name, text, names, "AWS_SESSION_TOKEN" in names, keys.expires)
