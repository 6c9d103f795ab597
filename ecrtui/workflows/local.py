"""What the local engine has of a repository: asked in the background, and nothing to wait for.

Where no engine is, that is all there is to say, and the SDK is not even imported for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from ecrtui.engine.addresses import address
from ecrtui.errors import EngineMissing
from ecrtui.model.details import ImageDetails
from ecrtui.model.folding import ImageFamily
from ecrtui.model.local import EngineHas, EngineImage, Here, LocalState, repositories
from ecrtui.model.places import Registry
from ecrtui.workflows import browse
from ecrtui.workflows.contents import stored_manifest
from ecrtui.workflows.services import Services

_SECONDS = 5.0
"""Until an engine that says nothing has nothing: nobody waits for it."""


def held(services: Services) -> EngineHas:
    """What the engine has at this moment; raises EngineMissing, RemoteError, SettingsError."""
    url = address().url
    if url.startswith("unix://") and not os.path.exists(url.removeprefix("unix://")):
        raise EngineMissing(url, title="There is no engine's socket")
    from ecrtui.engine import images
    from ecrtui.engine.engine import Engine

    return images.held(Engine(_SECONDS))


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


def of_image(held: EngineHas, details: ImageDetails) -> EngineImage | None:
    """What the engine has of one image: of it as a whole, or of the platform looked into."""
    one = details.image_manifest
    digests = [details.digest]
    if details.manifest is not None:
        digests += [child.digest for child in details.manifest.platforms]
    if one is not None:
        digests += [one.digest, *([one.config.digest] if one.config is not None else [])]
    return Here.of(held, "").image(digests)
