"""The checks in their order: what most often is the reason comes first."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.errors import UsageError
from ecrtui.model.check import Check
from ecrtui.oci.platforms import parse_platform
from ecrtui.workflows.services import Services
from ecrtui.workflows.tags_seen import whose
from ecrtui.workflows.why import access, contents, copies, image, network, tasks
from ecrtui.workflows.why.known import Known, Question

__all__ = ["Question", "checks"]


def checks(services: Services, question: Question) -> Iterator[Check]:
    """All checks, as they are made. One that cannot be made is unknown and spoils no other.

    Raises UsageError for what is in no private registry, and for a platform that is none.
    """
    registry = question.target.registry
    if registry.is_public:
        raise UsageError(
            str(question.target),
            title="That is in ECR Public, where everybody may pull",
            hint="ecrtui inspect tells whether the image is there.",
        )
    if question.platform:
        parse_platform(question.platform)
    known = Known(services, question, whose(services, registry))
    yield from image.repository(known)
    if known.repository is not None:
        yield from image.image(known)
        yield from tasks.tasks(known)
        if known.image is not None:
            yield from contents.platforms(known)
            yield from contents.layers(known)
            yield from contents.signed(known)
        yield from access.policies(known)
        yield from access.roles(known)
        yield from access.key(known)
        yield from copies.copies(known)
    yield network.network(known)
