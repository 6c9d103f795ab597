"""A repository and its settings, as ECR and ECR Public describe them."""

from __future__ import annotations

import msgspec


class MutabilityExclusion(msgspec.Struct, frozen=True, rename="camel"):
    """A tag pattern that escapes the repository's mutability setting."""

    filter_type: str
    filter: str


class Repository(msgspec.Struct, frozen=True, rename="camel"):
    """One row of DescribeRepositories; keys are the API's. Times are epoch seconds, UTC."""

    repository_name: str
    repository_arn: str = ""
    registry_id: str = ""
    repository_uri: str = ""
    created_at: float | None = None
    image_tag_mutability: str = ""
    """MUTABLE, IMMUTABLE, MUTABLE_WITH_EXCLUSION, IMMUTABLE_WITH_EXCLUSION; '' in ECR Public."""
    image_tag_mutability_exclusion_filters: tuple[MutabilityExclusion, ...] = ()
    image_scanning_configuration: dict[str, bool] = {}
    encryption_configuration: dict[str, str] = {}


class SettingsPart(msgspec.Struct, frozen=True, rename="camel"):
    """One part of a repository's settings, read on its own, so one denial spoils one part only."""

    title: str
    """Lifecycle policy, permissions policy, tags, scanning ..."""
    value: object = None
    """A JSON document (dict or list), a string, or None when nothing is set."""
    problem: Exception | None = None
    """The EcrtuiError that kept this part from being read, or None."""
