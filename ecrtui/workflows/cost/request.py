"""From a saving to what would be asked of `prune` or `delete`."""

from __future__ import annotations

from ecrtui.model.cost import Saving, SavingKind
from ecrtui.model.image import ImageId
from ecrtui.workflows.prune import PruneRequest


def request(saving: Saving) -> PruneRequest:
    """What its command asks for."""
    whole = saving.kind is SavingKind.FORGOTTEN
    named = saving.rules is None and not whole
    return PruneRequest(
        registry=saving.registry,
        repository=saving.repository,
        rules=saving.rules,
        images=tuple(ImageId(digest) for digest in saving.digests) if named else (),
        with_repository=whole,
        with_images=whole,
        not_in=saving.not_in,
    )
