"""Images outside ECR: each place opened as a source of bytes."""

from __future__ import annotations

from ecrtui.errors import UsageError
from ecrtui.model.places import Outside
from ecrtui.model.ports import RegistryBlobSource
from ecrtui.model.reference import Transport


def source(home: Outside, repository: str) -> RegistryBlobSource:
    """The images of a place; nothing is opened before something is read."""
    if home.transport is Transport.DOCKER:
        from ecrtui.oci.distribution import RegistryClient

        return RegistryClient(home.where).source(repository)
    raise UsageError(
        home.transport.value,
        title=f"{home.transport.value}: cannot be opened yet",
        hint="This version reads images in ECR and in other registries.",
    )
