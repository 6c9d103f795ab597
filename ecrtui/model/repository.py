"""A repository and its settings, as ECR and ECR Public describe them."""

from __future__ import annotations

import re

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

    def moves(self, tag: str) -> bool:
        """Whether a tag that names an image may be made to name another.

        Exclusion filters turn the repository's setting round for the tags they match; `*` in them
        is any text, and nothing else is special (ECR user guide, image tag mutability).
        """
        mutable = not self.image_tag_mutability.startswith("IMMUTABLE")
        filters = self.image_tag_mutability_exclusion_filters
        return mutable != any(_matches(each.filter, tag) for each in filters)

    def may_put(self, tag: str, before: str, after: str) -> bool:
        """Whether a tag that names `before` ('' for nothing) may be put on the image `after`."""
        return not before or before == after or self.moves(tag)


def _matches(pattern: str, tag: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), tag) is not None


class NewRepository(msgspec.Struct, frozen=True, kw_only=True):
    """A repository to be made, with the settings that ECR has from the start.

    What is '' or empty is left to ECR's defaults. In ECR Public only `tags` can be given.
    """

    name: str
    mutability: str = ""
    exclusions: tuple[str, ...] = ()
    """Patterns of tags that escape `mutability`, which then ends in _WITH_EXCLUSION."""
    scan_on_push: bool | None = None
    encryption: str = ""
    """AES256, KMS or KMS_DSSE; it can never be changed."""
    kms_key: str = ""
    tags: dict[str, str] = {}


class SettingsPart(msgspec.Struct, frozen=True, rename="camel"):
    """One setting as it was read, on its own: a denial spoils one part only."""

    title: str
    """Lifecycle policy, permissions policy, tags, scanning ..."""
    value: object = None
    """A JSON document (dict or list), a string, or None when nothing is set."""
    problem: Exception | None = None
    """The EcrtuiError that kept this part from being read, or None."""
    name: str = ""
    """What `model.settings_table` calls it."""
