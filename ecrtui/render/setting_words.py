"""What a setting's document says, in a line for each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from ecrtui.model.lifecycle_check import checked
from ecrtui.model.lifecycle_templates import lined
from ecrtui.model.lifecycle_words import sentences
from ecrtui.model.quota import Known, Quota
from ecrtui.render.ages import Times
from ecrtui.render.fields import Field
from ecrtui.render.sizes import account as account_text

Say = Callable[[Any], Iterator[Field]]


def in_words(name: str, value: Any, times: Times) -> tuple[Field, ...] | None:
    """The lines, or None for a setting that needs no words of its own; hostile forms need none."""
    say = partial(_TIMED[name], times) if name in _TIMED else _SAY.get(name)
    if say is None:
        return None
    try:
        return tuple(say(value))
    except (KeyError, TypeError, AttributeError):
        return None


def _replication(value: Any) -> Iterator[Field]:
    if isinstance(value, list):
        yield from _copies(value)
        return
    for rule in value["rules"]:
        also = ", deletions too" if (rule.get("deleteReplication") or {}).get("enabled") else ""
        yield Field(
            _filters(rule, "*"), "to " + ", ".join(map(_place, rule["destinations"])) + also
        )


def _copies(rows: Iterable[Any]) -> Iterator[Field]:
    """Of one image."""
    words = {"COMPLETE": "is there", "IN_PROGRESS": "on its way", "FAILED": "failed"}
    for row in rows:
        code = f": {row['failureCode']}" if row.get("failureCode") else ""
        said = words.get(row["status"], row["status"]) + code
        yield Field(_place(row), said, _tone(row["status"]))


def _tone(status: str) -> str:
    return {"COMPLETE": "good", "FAILED": "bad"}.get(status, "")


def _place(row: Any) -> str:
    return f"{row['region']} {account_text(row['registryId'])}"


def _filters(rule: Any, ending: str = "") -> str:
    found = rule.get("repositoryFilters") or []
    return ", ".join(f"{one['filter']}{ending}" for one in found) or "all"


def _backfills(times: Times, value: Any) -> Iterator[Field]:
    for row in value:
        progress = row.get("progress") or {}
        done, total = progress.get("completedReplicationCount"), "totalReplicationCount"
        told = f", {done:,} of {progress.get(total, 0):,}" if done is not None else ""
        failed = progress.get("failedReplicationCount")
        told += f", {failed:,} failed" if failed else ""
        began = times.short(row.get("startedAt"))
        status = row["status"].replace("_", " ").lower()
        text = f"to {_place(row['destination'])}, {status}{told}, started {began}"
        yield Field(row["replicationBackfillId"][:8], text, _tone(row["status"]))


def _tag_times(times: Times, value: Any) -> Iterator[Field]:
    for row in value:
        yield Field(row["imageTag"], f"put {times.long(row['createdAt'])}")


_TIMED: dict[str, Callable[[Times, Any], Iterator[Field]]] = {
    "backfills": _backfills,
    "tag-times": _tag_times,
}


def _pull_through(value: Any) -> Iterator[Field]:
    for rule in value:
        above = rule.get("upstreamRepositoryPrefix", "ROOT")
        url = rule["upstreamRegistryUrl"] + ("" if above == "ROOT" else f"/{above}")
        secret, role = rule.get("credentialArn", ""), rule.get("customRoleArn", "")
        told = f", with the secret {secret.rpartition('/')[2]}" if secret else ""
        told += f", as {role.rpartition('/')[2]}" if role else ""
        prefix = rule["ecrRepositoryPrefix"]
        yield Field("*" if prefix == "ROOT" else f"{prefix}/*", f"from {url}{told}")


_APPLIED = {
    "REPLICATION": "replicas",
    "PULL_THROUGH_CACHE": "caches",
    "CREATE_ON_PUSH": "first pushes",
}


def _templates(value: Any) -> Iterator[Field]:
    for row in value:
        said = [", ".join(_APPLIED.get(one, one) for one in row.get("appliedFor") or ())]
        said.append(str(row.get("imageTagMutability", "")).replace("_", " ").lower())
        said.append((row.get("encryptionConfiguration") or {}).get("encryptionType", ""))
        tags = row.get("resourceTags") or []
        said.append(", ".join(f"{tag['Key']}={tag.get('Value', '')}" for tag in tags))
        said += ["a lifecycle policy"] if row.get("lifecyclePolicy") else []
        said += ["a permissions policy"] if row.get("repositoryPolicy") else []
        prefix = row["prefix"]
        name = "all others" if prefix == "ROOT" else f"{prefix}/*"
        yield Field(name, "; ".join(filter(None, said)))


_FREQUENCIES = {
    "SCAN_ON_PUSH": "on push",
    "CONTINUOUS_SCAN": "continuously",
    "MANUAL": "when asked",
}


def _scanning(value: Any) -> Iterator[Field]:
    if "scanType" in value:
        kinds = {"BASIC": "basic: ECR's own", "ENHANCED": "enhanced: Amazon Inspector"}
        yield Field("Type", kinds.get(value["scanType"], value["scanType"]))
        for rule in value.get("rules") or ():
            yield Field(_frequency(rule), _filters(rule))
        return
    yield Field("Scan on push", "yes" if value.get("scanOnPush") else "no")
    if value.get("scanFrequency"):
        yield Field("Scanned", _frequency(value))
    applied = value.get("appliedScanFilters") or []
    if applied:
        yield Field("By the rule", ", ".join(one["filter"] for one in applied))


def _frequency(rule: Any) -> str:
    found: str = _FREQUENCIES.get(rule["scanFrequency"], rule["scanFrequency"])
    return found


def _signing(value: Any) -> Iterator[Field]:
    if isinstance(value, list):
        words = {"COMPLETE": "signed", "IN_PROGRESS": "not signed yet", "FAILED": "failed"}
        for row in value:
            reason = row.get("failureReason") or row.get("failureCode") or ""
            said = words.get(row["status"], row["status"]) + (f": {reason}" if reason else "")
            yield Field(_profile(row), said, _tone(row["status"]))
        return
    for rule in value["rules"]:
        yield Field(_filters(rule), f"by the profile {_profile(rule)}")


def _profile(row: Any) -> str:
    return str(row["signingProfileArn"]).rpartition("/")[2]


def _exclusions(value: Any) -> Iterator[Field]:
    for arn in value:
        yield Field(arn.rpartition(":")[2].partition("/")[0].capitalize(), arn)


def _mutability(value: Any) -> Iterator[Field]:
    kind = value["imageTagMutability"]
    fixed = "IMMUTABLE" in kind
    yield Field(
        "Tags", "immutable: they stay where they are put" if fixed else "mutable: they move"
    )
    excluded = value.get("imageTagMutabilityExclusionFilters") or []
    if excluded:
        told = ", ".join(one["filter"] for one in excluded)
        yield Field("But for", f"{told}: these {'may be moved' if fixed else 'stay'}")


def _tags(value: Any) -> Iterator[Field]:
    for name, text in value.items():
        yield Field(str(name), str(text))


def _lifecycle(value: Any) -> Iterator[Field]:
    """A sentence for each rule; a policy that is not understood is shown as it is."""
    policy = checked(lined(value)).policy
    if policy is None:
        raise TypeError("no policy that is known")
    for rule, sentence in sentences(policy):
        yield Field(f"Rule {rule.priority}", sentence)


def _aliases(value: Any) -> Iterator[Field]:
    for row in value:
        yield Field("URI", row["registryUri"])
        yield Field("Verified", "yes" if row.get("verified") else "no")
        for alias in row.get("aliases") or ():
            yield Field("Alias", f"{alias['name']}, {str(alias['status']).lower()}")


_LIMITS = {
    "Registered repositories": "Repositories",
    "Images per repository": "Images of one",
    "Tags per image": "Tags of an image",
    "Pull through cache rules per registry": "Cache rules",
    "Rules per replication configuration": "Replication rules",
    "Unique destinations across all rules in a replication configuration": "Destinations",
    "Filters per rule in a replication configuration": "Filters of a rule",
    "Rules per lifecycle policy": "Lifecycle rules",
    "Pull time update exclusions per registry": "Exclusions",
}


def quota_text(row: Quota) -> str:
    """`86 of 100,000, shop/api is the largest`, `100,000, not counted`."""
    if row.used is None:
        told = f"{row.limit:,}, not counted"
    else:
        least = "" if row.complete else "at least "
        told = f"{least}{row.used:,} of {row.limit:,}"
        told += f" ({row.share:.0%})" if row.share and row.share >= 0.005 else ""
        told += f", of {row.of}" if row.of and row.used else ""
    told += "; AWS raises it on request" if row.near and row.adjustable else ""
    return told + (", as the user guide says" if row.known is Known.DOCUMENTED else "")


def quota_fields(rows: Iterable[Quota]) -> Iterator[Field]:
    """A line for each; what is near its limit says so."""
    for row in rows:
        near = "NEAR: " if row.near else ""
        yield Field(
            _LIMITS.get(row.name, row.name), near + quota_text(row), "warn" if row.near else ""
        )


_SAY: dict[str, Say] = {
    "replication": _replication,
    "pull-through": _pull_through,
    "templates": _templates,
    "scanning": _scanning,
    "signing": _signing,
    "pull-time-exclusions": _exclusions,
    "mutability": _mutability,
    "tags": _tags,
    "lifecycle": _lifecycle,
    "aliases": _aliases,
}
