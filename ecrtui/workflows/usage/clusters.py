"""Uses in clusters of EKS, whose API tells no pods: Inspector tells them where it scans.

A cluster that neither Inspector nor anybody's kubectl tells of is unknown. Inspector names the
clusters of a repository first; only where some are, it is asked image by image which they run, the
last pulled first, until all that runs is accounted for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.image import Image
from ecrtui.model.places import Registry
from ecrtui.model.usage import Unknown, Usage, Use, UseKind
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings.reading import find, value
from ecrtui.workflows.usage.ecs import name_of
from ecrtui.workflows.usage.links import page, part
from ecrtui.workflows.usage.naming import Named
from ecrtui.workflows.usage.spots import Seen, Spot

if TYPE_CHECKING:
    from ecrtui.aws.calls import Calls
    from ecrtui.aws.inspector import InCluster

MOST = 100
"""Images that Inspector is asked about in one look."""
_EKS = "EKS cluster "
_WATCHED = ("CONTINUOUS_SCAN", "SCAN_ON_PUSH")
_HINT = (
    "Inspector tells those of the repository's region, where it scans ECR. Else give its pods:"
    " kubectl get pods -A -o json | ecrtui usage REPO --pods - --cluster NAME; or name it in the"
    " setting ignored_clusters, where it uses none of your images."
)
replace = msgspec.structs.replace
Covered = Callable[[Unknown], bool]


def look(services: Services, spot: Spot) -> Iterator[Seen]:
    """Each cluster as one that nobody has looked into yet."""
    from ecrtui.aws import eks

    for name in eks.clusters(services.sessions, spot.profile, spot.region):
        yield Unknown(
            what=f"{_EKS}{name}",
            account=spot.account,
            region=spot.region,
            why="its pods are told by no API of AWS",
            hint=_HINT,
        )


def resolved(services: Services, registry: Registry, wanted: Named, usage: Usage) -> Usage:
    """A usage with what Inspector knows, and without the clusters that somebody looked into."""
    usage = _without(usage, _is_among(services.settings.ignored_clusters))
    usage = _without(usage, _is_among(_contexts(usage)))
    if wanted.public or not wanted.arn:
        return usage
    from ecrtui.aws import inspector_findings as inspector

    calls = services.sessions.calls("inspector2", registry.profile, registry.region)
    try:
        if not inspector.is_on(calls, wanted.account) or not _scans(services, registry, wanted):
            return usage
        uses = tuple(_uses(services, calls, registry, wanted, usage))
    except EcrtuiError as problem:
        return replace(usage, unknown=tuple(_denied(one, problem) for one in usage.unknown))
    told = _without(usage, lambda one: _same(one, registry))
    looked = f"EKS by Inspector in {wanted.account} {registry.region}"
    return replace(told, uses=told.uses + uses, looked=(*told.looked, looked))


def _contexts(usage: Usage) -> list[str]:
    """The contexts that were looked into; a bare name that several clusters have means neither."""
    several = Counter(one.what.removeprefix(_EKS) for one in usage.unknown if _is_cluster(one))
    told = [one.rpartition(" in ")[2] for one in usage.looked]
    return [one for one in told if several[one] <= 1]


def _scans(services: Services, registry: Registry, wanted: Named) -> bool:
    """Whether enhanced scanning is on for this repository: Inspector knows of no other's pods."""
    scanning = find(registry, wanted.name, "scanning")
    told = value(services, registry, scanning, wanted.name) or {}
    return told.get("scanFrequency") in _WATCHED


def _same(one: Unknown, registry: Registry) -> bool:
    return (one.account, one.region) == (registry.account, registry.region)


def _without(usage: Usage, covered: Covered) -> Usage:
    left = tuple(one for one in usage.unknown if not (_is_cluster(one) and covered(one)))
    return replace(usage, unknown=left)


def _is_cluster(one: Unknown) -> bool:
    return one.what.startswith(_EKS)


def _is_among(contexts: Sequence[str]) -> Covered:
    """Whether a context of kubectl, or a name that was given, is the cluster's."""

    def covered(one: Unknown) -> bool:
        name = one.what.removeprefix(_EKS)
        arn = f":eks:{one.region}:{one.account}:cluster/{name}"
        return any(context == name or context.endswith(arn) for context in contexts)

    return covered


def _denied(one: Unknown, problem: EcrtuiError) -> Unknown:
    return replace(one, why=f"Inspector: {problem.sentence}") if _is_cluster(one) else one


def _uses(
    services: Services, calls: Calls, registry: Registry, wanted: Named, usage: Usage
) -> Iterator[Use]:
    """What runs in clusters that nobody else looked into, by digest as far as that is found."""
    from ecrtui.aws import inspector

    left: dict[tuple[str, str, str], InCluster] = {}
    for one in inspector.clusters_of(calls, wanted.arn):
        account, region = _place(one.cluster)
        if ":eks:" in one.cluster or f"ECS in {account} {region}" not in usage.looked:
            left[one.cluster, one.namespace, one.name] = one
    for image in _likely(services, registry, wanted.name) if left else ():
        if not any(one.running for one in left.values()):
            break
        for found in inspector.clusters_of(calls, f"{wanted.arn}/{image.image_digest}"):
            key = found.cluster, found.namespace, found.name
            if key in left:
                yield _use(found, f"{wanted.uri}@{image.image_digest}", image.image_digest)
                rest = left[key].running - found.running
                left[key] = left[key]._replace(running=max(0, rest))
    for one in left.values():
        if one.running:
            yield _use(one, "", "")  # by which image nobody told


def _likely(services: Services, registry: Registry, repository: str) -> Iterable[Image]:
    """The images pulled last: those that run were pulled."""
    pages = services.reader(registry).images(repository)
    rows = [image for page in pages for image in page.items]
    rows.sort(key=lambda row: row.last_recorded_pull_time or 0.0, reverse=True)
    return rows[:MOST]


def _place(arn: str) -> tuple[str, str]:
    parts = arn.split(":")
    return (parts[4], parts[3]) if len(parts) > 5 else ("", "")


def _use(found: InCluster, image: str, digest: str) -> Use:
    account, region = _place(found.cluster)
    name = name_of(found.cluster)
    eks = ":eks:" in found.cluster
    path = (
        f"eks/home?region={{}}#/clusters/{part(name)}" if eks else f"ecs/v2/clusters/{part(name)}"
    )
    return Use(
        kind=UseKind.CLUSTER,
        name=found.name or name,
        where=f"{name}/{found.namespace}" if found.namespace else name,
        account=account,
        region=region,
        image=image,
        digest=digest,
        running=found.running,
        arn=found.cluster,
        link=page(found.cluster, region, path),
    )
