"""What an engine signs in with for one request."""

from __future__ import annotations

from ecrtui.model.places import Outside
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services


def for_engine(
    services: Services, target: Target, uri: str, refused: dict[str, str] | None = None
) -> dict[str, str]:
    """What goes with one request of an engine to a registry: ECR's token, or what docker and
    podman login keep for another; empty where there is none. Not what was `refused` before.

    The engine keeps nothing of it. Raises NotAllowed, SignInError, RemoteError.
    """
    if not isinstance(target.home, Outside):
        from ecrtui.aws.registries import login

        told = refused or {}
        before = (told.get("username", ""), told.get("password", ""))
        user, password = login(services.sessions, target.home, refused=before)
        return {"username": user, "password": password}
    from ecrtui.oci import logins

    host, _, repository = uri.partition("/")
    found = logins.find(host, repository).login
    if found is None:
        return {}
    if found.refresh:
        return {"identitytoken": found.secret}
    return {"username": found.user, "password": found.secret}
