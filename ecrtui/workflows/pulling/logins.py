"""What an engine signs in with for one request."""

from __future__ import annotations

from ecrtui.model.places import Outside
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services


def for_engine(services: Services, target: Target, uri: str) -> dict[str, str]:
    """What goes with one request of an engine to a registry: a new token of ECR's, or what docker
    and podman login keep for another; empty where there is none.

    Nothing of it is kept, here or by the engine. Raises NotAllowed, SignInError, RemoteError.
    """
    if not isinstance(target.home, Outside):
        from ecrtui.aws.registries import login

        user, password = login(services.sessions, target.home)
        return {"username": user, "password": password}
    from ecrtui.oci import logins

    host, _, repository = uri.partition("/")
    found = logins.find(host, repository).login
    if found is None:
        return {}
    if found.refresh:
        return {"identitytoken": found.secret}
    return {"username": found.user, "password": found.secret}
