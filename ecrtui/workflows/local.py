"""What the local engine has of a repository: asked in the background, and nothing to wait for.

Where no engine is, that is all there is to say, and the SDK is not even imported for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from ecrtui.engine.addresses import address
from ecrtui.errors import EngineMissing
from ecrtui.model.details import ImageDetails
from ecrtui.model.folding import ImageFamily
from ecrtui.model.local import EngineHas, Here, LocalImage, LocalState, repositories
from ecrtui.model.places import Registry
from ecrtui.workflows import browse
from ecrtui.workflows.contents import stored_manifest
from ecrtui.workflows.services import Services

if TYPE_CHECKING:  # the SDK is imported when there is an engine to ask
    from ecrtui.engine.engine import Engine

_SECONDS = 5.0
"""Until an engine that says nothing has nothing: nobody waits for it."""


def held() -> EngineHas:
    """What the engine has at this moment; raises EngineMissing, RemoteError, SettingsError."""
    with closing(_engine()) as engine:
        from ecrtui.engine import images

        return images.held(engine)


def states(
    services: Services,
    held: EngineHas,
    registry: Registry,
    repository: str,
    rows: Iterable[ImageFamily],
) -> dict[str, LocalState]:
    """By digest what is here of a repository's rows; raises what asking for its URI raises.

    The URI is asked for only where the engine has an image that may be called by it.
    """
    ends = f"/{repository}"
    uri = ""
    if any(name.endswith(ends) for name in repositories(held)):
        uri = browse.repository(services, registry, repository).repository_uri
    return Here.of(held, uri).states(rows, lambda digest: stored_manifest(services, digest))


def of_image(details: ImageDetails) -> LocalImage:
    """What the engine has of one image: of it as a whole, or of the platform looked into.

    Raises as `held` does.
    """
    with closing(_engine()) as engine:
        from ecrtui.engine import images

        held = images.held(engine)
        found = Here.of(held, "").image(_digests(details))
        since = images.named_at(engine, found) if found is not None else ""
    return LocalImage(held.engine, found, since)


def _digests(details: ImageDetails) -> Iterator[str]:
    """What an engine may know it by: the index, the manifests, the config looked into."""
    yield details.digest
    if details.manifest is not None:
        yield from (child.digest for child in details.manifest.platforms)
    one = details.image_manifest
    if one is not None and one.config is not None:
        yield one.config.digest


def _engine() -> Engine:
    """The engine, which is asked for little and given up soon."""
    url = address().url
    if url.startswith("unix://") and not os.path.exists(url.removeprefix("unix://")):
        raise EngineMissing(url, title="There is no engine's socket")
    from ecrtui.engine.engine import Engine

    return Engine(_SECONDS)
