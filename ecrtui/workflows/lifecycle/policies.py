"""A repository's lifecycle policy, as ECR keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.errors import UsageError
from ecrtui.model.lifecycle import Checked, Kept, Policy
from ecrtui.model.lifecycle_check import checked
from ecrtui.model.places import Registry
from ecrtui.workflows.services import Services

if TYPE_CHECKING:  # the SDK is imported when it is first needed
    from ecrtui.aws.lifecycle import LifecyclePolicies


def policies(services: Services, registry: Registry) -> LifecyclePolicies:
    """What asks ECR. Raises UsageError for a public registry."""
    from ecrtui.aws import registries

    return registries.lifecycle(services.sessions, registry)


def read(services: Services, registry: Registry, repository: str) -> Kept | None:
    """A repository's policy; None where it has none. Raises NotFound without a repository."""
    return policies(services, registry).policy(repository)


def sure(text: str, found: Checked | None = None) -> Policy:
    """The policy of a text; raises UsageError with the first problem where it has errors."""
    found = found or checked(text)
    if found.policy is not None:
        return found.policy
    first, more = found.errors[0], len(found.errors) - 1
    others = f" ({more} more)" if more else ""
    raise UsageError(
        f"line {first.line}, column {first.column}: {first.what}{others}",
        title="The policy has errors",
        hint=first.fix,
    )
