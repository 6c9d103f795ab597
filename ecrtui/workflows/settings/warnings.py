"""What a person should know before a setting changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ecrtui.model.policy_reach import ANYONE, wider
from ecrtui.model.setting import Scope, Setting, Step

Look = Callable[[Any, Any, str], Iterator[str]]


def warnings(
    setting: Setting, before: Any, after: Any, steps: Sequence[Step], account: str
) -> Iterator[str]:
    """What follows from the change, in sentences; the account is whose registry it is."""
    look = _LOOKS.get((setting.scope, setting.name))
    if look is not None and steps:
        yield from look(before, after, account)
    if any(step.operation.startswith("Delete") for step in steps[:-1]):
        yield "what cannot be changed is removed and made anew: between both calls it is missing"


def _replication(before: Any, after: Any, _: str) -> Iterator[str]:
    rules = (after or {}).get("rules", [])
    gone = _destinations(before) - _destinations(after)
    if gone:
        told = ", ".join(sorted(gone))
        yield f"nothing is copied to {told} any more; copies that are there stay"
    if any((rule.get("deleteReplication") or {}).get("enabled") for rule in rules):
        yield "what is deleted here is deleted there too"
    if _destinations(after) - _destinations(before):
        yield "only what is pushed from now on is copied; a backfill copies what is there"


def _destinations(value: Any) -> set[str]:
    return {
        f"{one.get('registryId', '')} {one.get('region', '')}"
        for rule in (value or {}).get("rules", [])
        for one in rule.get("destinations", [])
    }


def _pull_through(before: Any, after: Any, _: str) -> Iterator[str]:
    kept = {row["ecrRepositoryPrefix"] for row in after or ()}
    gone = [row["ecrRepositoryPrefix"] for row in before or ()]
    lost = [prefix for prefix in gone if prefix not in kept]
    if lost:
        yield f"what {', '.join(lost)} has cached stays, and is never renewed"


def _templates(_: Any, __: Any, ___: str) -> Iterator[str]:
    yield "repositories that are there already stay as they are"


def _scanning(before: Any, after: Any, _: str) -> Iterator[str]:
    kinds = (before or {}).get("scanType"), (after or {}).get("scanType")
    if kinds == ("BASIC", "ENHANCED"):
        yield "Amazon Inspector charges for each image it scans"
    if kinds == ("ENHANCED", "BASIC"):
        yield "Amazon Inspector's findings are no longer renewed, and go"


def _signing(_: Any, after: Any, __: str) -> Iterator[str]:
    if after is not None:
        yield "whoever pushes must be allowed to sign with these profiles (signer:SignPayload)"


def _mutability(_: Any, after: Any, __: str) -> Iterator[str]:
    kind = str(after.get("imageTagMutability", ""))
    if kind.startswith("IMMUTABLE"):
        yield "pushes that move a tag fail from now on"
    else:
        yield "a tag may be moved to another image from now on"


def _scan_on_push(_: Any, __: Any, ___: str) -> Iterator[str]:
    yield "AWS gives this switch up: the registry's scanning rules say the same, for many at once"


def _policy(before: Any, after: Any, account: str) -> Iterator[str]:
    for statement, whom in wider(before, after, account):
        far = "everybody in the world" if whom == ANYONE else "another account"
        unless = ", under its conditions" if statement.conditions else ""
        yield f"{statement.called} opens it to {far}{unless}"
    if before is not None and after is None:
        yield "whoever was let in by it is kept out, but for those whose own policies let them"


_LOOKS: dict[tuple[Scope, str], Look] = {
    (Scope.REGISTRY, "replication"): _replication,
    (Scope.REGISTRY, "pull-through"): _pull_through,
    (Scope.REGISTRY, "templates"): _templates,
    (Scope.REGISTRY, "scanning"): _scanning,
    (Scope.REGISTRY, "signing"): _signing,
    (Scope.REGISTRY, "policy"): _policy,
    (Scope.REPOSITORY, "policy"): _policy,
    (Scope.PUBLIC_REPOSITORY, "policy"): _policy,
    (Scope.REPOSITORY, "mutability"): _mutability,
    (Scope.REPOSITORY, "scan-on-push"): _scan_on_push,
}
