"""Uses in a Kubernetes cluster, from what `kubectl get pods -A -o json` prints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from ecrtui.errors import UsageError
from ecrtui.model.kubernetes import ContainerStatus, Listed, Object, PodSpec
from ecrtui.model.typed import decoded
from ecrtui.model.usage import Use, UseKind

LARGEST = 512 * 1024 * 1024
"""Bytes of one answer; ten thousand pods have some 100 MB."""
_ENDED = ("Succeeded", "Failed")
_HASH = "pod-template-hash"
HOW = "kubectl get pods -A -o json prints it."


def parse(data: bytes) -> tuple[Use, ...]:
    """The uses by pods, and by what makes pods, of all namespaces that are in it.

    Raises UsageError for what is no answer of kubectl. Pods that have ended need no image.
    """
    if len(data) > LARGEST:
        raise UsageError(f"{len(data):,} bytes", title="Too large for a list of pods", hint=HOW)
    try:
        listed = decoded(data, Listed)
        items = (decoded(data, Object),) if listed.items is None else listed.items
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as failure:
        raise UsageError(str(failure)[:200], title="That is no list of pods", hint=HOW) from None
    if listed.items is None and not listed.kind:
        raise UsageError("JSON of something else", title="That is no list of pods", hint=HOW)
    return tuple(_uses(items))


_Key = tuple[str, str, str, str]
"""Namespace, name, image, digest."""


def _uses(items: tuple[Object, ...]) -> Iterator[Use]:
    running: dict[_Key, list[float | None]] = defaultdict(list)
    named: dict[_Key, None] = {}
    for one in items:
        for key, at, runs in _of(one):
            named[key] = None
            if runs:
                running[key].append(at)
    for key in named:
        namespace, name, image, digest = key
        started = [at for at in running.get(key, ()) if at is not None]
        yield Use(
            kind=UseKind.POD,
            name=name,
            where=namespace,
            image=image,
            digest=digest,
            running=len(running.get(key, ())),
            since=min(started) if started else None,
        )


def _of(one: Object) -> Iterator[tuple[_Key, float | None, bool]]:
    namespace, made = one.metadata.namespace, one.spec.made
    if made is not None:
        name = f"{one.kind.lower()} {one.metadata.name}"
        for image in _images(made):
            yield (namespace, name, image, ""), None, False
    elif one.kind == "Pod" and one.status.phase not in _ENDED:
        statuses = {status.name: status for status in one.status.all}
        for container in one.spec.all:
            status = statuses.get(container.name, ContainerStatus())
            ran = status.state.running
            at = ran.started_at.timestamp() if ran is not None and ran.started_at else None
            key = (namespace, _workload(one), container.image, _digest(status.image_id))
            yield key, at, ran is not None


def _images(spec: PodSpec) -> Iterator[str]:
    return iter(dict.fromkeys(container.image for container in spec.all))


def _digest(image_id: str) -> str:
    """What was pulled; '' where only the config's digest is told."""
    return image_id.partition("@")[2]


def _workload(pod: Object) -> str:
    """`web` of the pods that the deployment `web` made: `web-7c9f8d-x2x1z`."""
    metadata = pod.metadata
    owner = metadata.owner_references[0] if metadata.owner_references else None
    if owner is None:
        return metadata.name
    suffix = f"-{metadata.labels.get(_HASH, '')}"
    if owner.kind == "ReplicaSet" and len(suffix) > 1:
        return owner.name.removesuffix(suffix)
    return owner.name
