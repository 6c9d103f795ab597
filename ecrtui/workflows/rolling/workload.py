"""What is rolled: a service of ECS or a function of Lambda, as it was typed or stood on."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ecrtui.errors import EcrtuiError, NotFound, UsageError
from ecrtui.model.places import Registry
from ecrtui.model.usage import Use, UseKind
from ecrtui.workflows import places
from ecrtui.workflows.services import Services

_HOW = "Write CLUSTER/NAME or an ARN of a service; NAME or an ARN of a function."
_PARTS = 6


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """A service, or a function where `cluster` is ''."""

    name: str
    cluster: str = ""
    profile: str
    account: str = ""
    region: str

    @property
    def called(self) -> str:
        """`main/web`, `resize`."""
        return f"{self.cluster}/{self.name}" if self.cluster else self.name

    @property
    def at(self) -> str:
        """The profile, account and region it is in."""
        return Registry(self.profile, self.region, self.account).called


def service(services: Services, text: str, registry: Registry) -> Workload:
    """A service from `CLUSTER/NAME`, in a registry's account and region, or from its ARN.

    Raises UsageError for what is neither, NotFound where no profile at hand is of its account.
    """
    return _of(services, text, registry, "ecs", _service_parts)


def function(services: Services, text: str, registry: Registry) -> Workload:
    """A function from its name, in a registry's account and region, or from its ARN."""
    return _of(services, text, registry, "lambda", _function_parts)


def of_use(services: Services, use: Use, registry: Registry) -> Workload:
    """What a use is of. Raises UsageError for what cannot be rolled."""
    if use.kind is UseKind.ECS_SERVICE:
        found = Workload(name=use.name, cluster=use.where, profile="", region=use.region)
    elif use.kind is UseKind.LAMBDA:
        name = use.name.partition(":")[0]
        found = Workload(name=name, profile="", region=use.region)
    else:
        raise UsageError(
            f"{use.kind.value} {use.name}",
            title="Only services of ECS and functions of Lambda are rolled from here",
            hint="Other things are moved by whoever made them.",
        )
    return _placed(services, found, use.account, registry)


_Parts = Callable[[str], tuple[str, str]]
"""From the last part of an ARN, or what was typed, to cluster and name."""


def _of(services: Services, text: str, registry: Registry, what: str, parts: _Parts) -> Workload:
    pieces = text.split(":", _PARTS - 1)
    if pieces[0] != "arn":
        cluster, name = parts(text)
        return Workload(
            name=name,
            cluster=cluster,
            profile=registry.profile,
            account=registry.account,
            region=registry.region,
        )
    if len(pieces) < _PARTS or pieces[2] != what:
        raise UsageError(text, title="That is no ARN of it", hint=_HOW)
    cluster, name = parts(pieces[5].replace("service/", "", 1).removeprefix("function:"))
    found = Workload(name=name, cluster=cluster, profile="", region=pieces[3])
    return _placed(services, found, pieces[4], registry)


def _service_parts(text: str) -> tuple[str, str]:
    cluster, slash, name = text.partition("/")
    if not (slash and cluster and name) or "/" in name:
        raise UsageError(text, title="Which service of which cluster?", hint=_HOW)
    return cluster, name


def _function_parts(text: str) -> tuple[str, str]:
    name = text.partition(":")[0]
    if not name or "/" in name:
        raise UsageError(text, title="Which function?", hint=_HOW)
    return "", name


def _placed(services: Services, found: Workload, account: str, registry: Registry) -> Workload:
    """With the profile of its account: the registry's own where that is of it."""
    wanted = services.options.profiles or (services.profile,)
    for profile in dict.fromkeys([registry.profile, *wanted]):
        try:
            if not account or places.identity(services, profile).account == account:
                return msgspec.structs.replace(found, profile=profile, account=account)
        except EcrtuiError:
            continue
    raise NotFound(
        f"{found.called} is in the account {account}",
        title="No profile at hand is of that account",
        hint="Name one with --profile; it may be given several times.",
    )
