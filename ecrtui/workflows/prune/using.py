"""What uses the images of a repository, but for places that a person answers for."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ecrtui.errors import NotAllowed
from ecrtui.model.image import Image
from ecrtui.model.usage import ImageUse, Unknown, Usage
from ecrtui.workflows import usage
from ecrtui.workflows.prune.copies import followed
from ecrtui.workflows.prune.request import PruneRequest
from ecrtui.workflows.services import Services


def uses(
    services: Services, request: PruneRequest, images: Sequence[Image]
) -> tuple[dict[str, ImageUse], tuple[Unknown, ...]]:
    """Each image's use by digest, and where nobody could look, the answered for included.

    What was looked at within the last two minutes is not asked again.
    """
    if not images:
        return {}, ()
    try:
        seen = usage.looked(services, request.registry, request.repository)
    except NotAllowed as denied:  # not even the repository's own name for it is known
        seen = Usage(unknown=(Unknown(what="uses", why=denied.sentence, denied=True),))
    if not (request.archive or request.registry.is_public):
        also = followed(services, request.registry, request.repository)
        seen = msgspec.structs.replace(
            seen,
            uses=tuple(dict.fromkeys((*seen.uses, *also.uses))),
            unknown=tuple(dict.fromkeys((*seen.unknown, *also.unknown))),
        )
    left = tuple(one for one in seen.unknown if not answered_for(one, request))
    known = msgspec.structs.replace(seen, unknown=left)
    return usage.standings(services, known, images), seen.unknown


def answered_for(unknown: Unknown, request: PruneRequest) -> bool:
    """Whether a person said that nothing in that place, or in its region, uses the images."""
    answered = {one.lower() for one in request.not_in}
    return unknown.what.lower() in answered or unknown.region in answered
