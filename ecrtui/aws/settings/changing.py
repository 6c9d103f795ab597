"""By which calls a setting comes from one value to another; nothing here sends any."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from ecrtui.errors import UsageError
from ecrtui.model.setting import Scope, Setting, Step, Subject

Steps = Callable[[Subject, Any, Any], Iterator[Step]]


def steps(setting: Setting, subject: Subject, before: Any, after: Any) -> tuple[Step, ...]:
    """The calls, in their order; each says what the setting is once it is answered."""
    return tuple(_STEPS[setting.scope, setting.name](subject, before, after))


def _replication(_: Subject, __: Any, after: Any) -> Iterator[Step]:
    configuration = after or {"rules": []}
    yield Step(
        "PutReplicationConfiguration",
        {"replicationConfiguration": configuration},
        configuration if configuration.get("rules") else None,
    )


def _scanning(_: Subject, __: Any, after: Any) -> Iterator[Step]:
    yield Step("PutRegistryScanningConfiguration", dict(after), after)


def _signing(_: Subject, __: Any, after: Any) -> Iterator[Step]:
    if after is None:
        yield Step("DeleteSigningConfiguration", {}, None)
    else:
        yield Step("PutSigningConfiguration", {"signingConfiguration": after}, after)


def _policy(put: str, delete: str) -> Steps:
    def made(subject: Subject, _: Any, after: Any) -> Iterator[Step]:
        named = {"repositoryName": subject.repository} if subject.repository else {}
        if after is None:
            yield Step(delete, named, None)
            return
        text = after if isinstance(after, str) else msgspec.json.encode(after).decode()
        yield Step(put, {**named, "policyText": text}, after)

    return made


def _account(name: str) -> Steps:
    def made(_: Subject, __: Any, after: Any) -> Iterator[Step]:
        yield Step("PutAccountSetting", {"name": name, "value": after}, after)

    return made


def _exclusions(_: Subject, before: Any, after: Any) -> Iterator[Step]:
    there = list(before or ())
    for arn in [arn for arn in there if arn not in (after or ())]:
        there = [one for one in there if one != arn]
        yield Step("DeregisterPullTimeUpdateExclusion", {"principalArn": arn}, there or None)
    for arn in [arn for arn in dict.fromkeys(after or ()) if arn not in there]:
        there = sorted([*there, arn])
        yield Step("RegisterPullTimeUpdateExclusion", {"principalArn": arn}, there)


def _listed(key: str, thing: str, updatable: Callable[[Any, Any], dict[str, Any] | None]) -> Steps:
    """A list of objects: those that go, then those that are changed, then those that come.

    `updatable` gives the parameters of an update, or None where the old one must go first.
    """

    def made(_: Subject, before: Any, after: Any) -> Iterator[Step]:
        there = {row[key]: row for row in before or ()}
        wanted = {row[key]: row for row in after or ()}
        known = dict(there)
        updates = {
            name: updatable(there[name], row)
            for name, row in wanted.items()
            if name in there and row != there[name]
        }
        for name in there:
            if name not in wanted or (name in updates and updates[name] is None):
                del known[name]
                yield Step(f"Delete{thing}", {key: name}, _ordered(known))
        for name, parameters in updates.items():
            if parameters is not None:
                known[name] = wanted[name]
                yield Step(f"Update{thing}", parameters, _ordered(known))
        for name, row in wanted.items():
            if name not in known:
                known[name] = row
                yield Step(f"Create{thing}", dict(row), _ordered(known))

    return made


def _ordered(rows: dict[str, Any]) -> list[Any] | None:
    return [rows[name] for name in sorted(rows)] or None


_RULE_UPDATES = ("credentialArn", "customRoleArn")
_RULE_FIXED = ("upstreamRegistryUrl", "upstreamRegistry", "upstreamRepositoryPrefix")


def _rule_update(before: Any, after: Any) -> dict[str, Any] | None:
    """Only the secret and the role of a rule can be changed, and neither can be taken away."""
    fixed = any(after.get(name, before.get(name)) != before.get(name) for name in _RULE_FIXED)
    gone = any(name in before and name not in after for name in _RULE_UPDATES)
    if fixed or gone:
        return None
    given = {name: after[name] for name in _RULE_UPDATES if name in after}
    return {"ecrRepositoryPrefix": after["ecrRepositoryPrefix"], **given} if given else None


def _template_update(before: Any, after: Any) -> dict[str, Any] | None:
    """What is left out of an update stays as it is: to take a member away it is made anew."""
    return None if any(name not in after for name in before) else dict(after)


def _mutability(subject: Subject, _: Any, after: Any) -> Iterator[Step]:
    yield Step("PutImageTagMutability", {"repositoryName": subject.repository, **after}, after)


def _scan_on_push(subject: Subject, _: Any, after: Any) -> Iterator[Step]:
    yield Step(
        "PutImageScanningConfiguration",
        {
            "repositoryName": subject.repository,
            "imageScanningConfiguration": {"scanOnPush": after},
        },
        after,
    )


def _tags(subject: Subject, before: Any, after: Any) -> Iterator[Step]:
    there, wanted = dict(before or {}), dict(after or {})
    gone = [key for key in there if key not in wanted]
    if gone:
        there = {key: value for key, value in there.items() if key in wanted}
        parameters = {"resourceArn": subject.arn, "tagKeys": gone}
        yield Step("UntagResource", parameters, there or None)
    new = [{"Key": key, "Value": value} for key, value in wanted.items() if there.get(key) != value]
    if new:
        yield Step("TagResource", {"resourceArn": subject.arn, "tags": new}, wanted)


def _registry_catalog(_: Subject, __: Any, after: Any) -> Iterator[Step]:
    name = str((after or {}).get("displayName", ""))
    yield Step(
        "PutRegistryCatalogData", {"displayName": name}, {"displayName": name} if name else None
    )


def _catalog(subject: Subject, before: Any, after: Any) -> Iterator[Step]:
    """What is left out stays as it is, so what is taken away is put as empty."""
    wanted = dict(after or {})
    emptied = {
        name: [] if isinstance(value, list) else ""
        for name, value in (before or {}).items()
        if name not in wanted
    }
    kept = {name: value for name, value in wanted.items() if name != _LOGO}
    logo = {_LOGO: _decoded(wanted[_LOGO])} if _LOGO in wanted else {}
    yield Step(
        "PutRepositoryCatalogData",
        {"repositoryName": subject.repository, "catalogData": {**emptied, **kept, **logo}},
        kept or None,
    )


_LOGO = "logoImageBlob"
"""A picture, which is put and never told again."""


def _decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except ValueError:
        raise UsageError(_LOGO, title="The picture is not in base64") from None


_REPOSITORY_POLICY = _policy("SetRepositoryPolicy", "DeleteRepositoryPolicy")
_STEPS: dict[tuple[Scope, str], Steps] = {
    (Scope.REGISTRY, "replication"): _replication,
    (Scope.REGISTRY, "pull-through"): _listed(
        "ecrRepositoryPrefix", "PullThroughCacheRule", _rule_update
    ),
    (Scope.REGISTRY, "templates"): _listed(
        "prefix", "RepositoryCreationTemplate", _template_update
    ),
    (Scope.REGISTRY, "scanning"): _scanning,
    (Scope.REGISTRY, "signing"): _signing,
    (Scope.REGISTRY, "policy"): _policy("PutRegistryPolicy", "DeleteRegistryPolicy"),
    (Scope.REGISTRY, "policy-scope"): _account("REGISTRY_POLICY_SCOPE"),
    (Scope.REGISTRY, "basic-scan-type"): _account("BASIC_SCAN_TYPE_VERSION"),
    (Scope.REGISTRY, "blob-mounting"): _account("BLOB_MOUNTING"),
    (Scope.REGISTRY, "pull-time-exclusions"): _exclusions,
    (Scope.REPOSITORY, "mutability"): _mutability,
    (Scope.REPOSITORY, "scan-on-push"): _scan_on_push,
    (Scope.REPOSITORY, "policy"): _REPOSITORY_POLICY,
    (Scope.REPOSITORY, "tags"): _tags,
    (Scope.PUBLIC_REGISTRY, "catalog"): _registry_catalog,
    (Scope.PUBLIC_REPOSITORY, "catalog"): _catalog,
    (Scope.PUBLIC_REPOSITORY, "policy"): _REPOSITORY_POLICY,
    (Scope.PUBLIC_REPOSITORY, "tags"): _tags,
}
