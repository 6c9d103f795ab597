"""Whether a pull-through cache rule works: ECR signs in at the upstream registry by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.model.places import Registry
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import reading


class CacheCheck(msgspec.Struct, frozen=True, rename="camel"):
    """What ECR found of one rule."""

    prefix: str
    upstream: str
    valid: bool | None
    """None where it could not be asked."""
    failure: str = ""


def check(
    services: Services, registry: Registry, prefixes: Sequence[str] = ()
) -> Iterator[CacheCheck]:
    """Every rule, or those of some prefixes, as ECR answers. Nothing is changed.

    Raises UsageError for a prefix without a rule.
    """
    from ecrtui.aws.registries import calls_of

    setting = reading.find(registry, "", "pull-through")
    rules: list[Any] = reading.value(services, registry, setting) or []
    known = {str(rule[setting.key]): rule for rule in rules}
    for prefix in prefixes:
        if prefix not in known:
            raise UsageError(
                prefix,
                title="No cache rule has this prefix",
                hint=f"There are: {', '.join(known)}" if known else "There are none.",
            )
    calls = calls_of(services.sessions, registry)
    for prefix in prefixes or known:
        upstream = str(known[prefix].get("upstreamRegistryUrl", ""))
        try:
            answer = calls.call("ValidatePullThroughCacheRule", ecrRepositoryPrefix=prefix)
        except EcrtuiError as problem:
            yield CacheCheck(prefix, upstream, None, problem.sentence)
            continue
        valid = bool(answer.get("isValid"))
        yield CacheCheck(prefix, upstream, valid, str(answer.get("failure", "")))
