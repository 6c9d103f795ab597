"""Looking for what uses a repository's images, in all places and accounts at hand.

A place is asked for all that it runs, so one answer serves every repository for a while. What
cannot be looked at is told as unknown; it never counts as unused.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from weakref import WeakKeyDictionary

from ecrtui.errors import EcrtuiError, RegionNotEnabled, UnknownOperation, UsageError
from ecrtui.model.folding import is_index
from ecrtui.model.image import Image
from ecrtui.model.places import Registry
from ecrtui.model.usage import ImageUse, Unknown, Usage
from ecrtui.workflows.contents import stored_manifest
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.services import Services
from ecrtui.workflows.usage import (
    app_runner,
    beanstalk,
    clusters,
    codebuild,
    definitions,
    ecs,
    functions,
    sharing,
)
from ecrtui.workflows.usage import kubectl as cluster
from ecrtui.workflows.usage.naming import Named, names
from ecrtui.workflows.usage.spots import Found, Place, Seen, Spot, sorted_out, spots, unknown
from ecrtui.workflows.usage.standing import of_images, use_order

FRESH = 120.0
"""Seconds for which an answer serves; whoever refreshes asks anew."""
PLACES = (
    Place("ECS", ecs.look),
    Place("Lambda", functions.look),
    Place(definitions.WHAT, definitions.look),
    Place("EKS", clusters.look),
    Place("Elastic Beanstalk", beanstalk.look),
    Place("App Runner", app_runner.look),
    Place("CodeBuild", codebuild.look),
)
_POLICIES = "policies of "
_KUBECTL = Place("kubectl", lambda _services, _spot: iter(()))
"""The current context's cluster, which belongs to no account and region that is told."""


_BESIDES = (
    "Lambda functions",
    "Kubernetes",
    sharing.OTHERS,
    "everything",
    "uses",
    "replication",
    "digests that ECS services keep to",
)
_BEGINNINGS = ("eks cluster ", "account ", "what the profile ", "copies in ")
"""What else may be told as unknown, by its name or how that begins."""
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]+")
"""Whoever answers for a region answers for all that is there."""


def refuse_places(names: Iterable[str]) -> None:
    """Raise UsageError for the name of no place: a misspelt one would answer for nothing."""
    places = tuple(place.name for place in PLACES)
    known = {name.lower() for name in (*places, *_BESIDES)}
    for name in names:
        low = name.lower()
        if low not in known and not low.startswith(_BEGINNINGS) and not _REGION.fullmatch(low):
            hint = f"Write one that is told as not looked at: {', '.join(places)}, EKS cluster NAME"
            raise UsageError(name, title="No such place", hint=hint)


def look(
    services: Services,
    registry: Registry,
    repository: str,
    pods: Sequence[Found] = (),
    *,
    kubectl: bool = False,
) -> Iterator[Usage]:
    """What uses a repository's images, fuller and fuller; the last one is all.

    Places that were looked at within the last two minutes are not asked again. `pods` is what is
    known of Kubernetes clusters besides; with `kubectl` its current context's cluster is asked.
    Raises NotFound, SignInError and what else keeps the repository itself from being read.
    """
    wanted = named(services, registry, repository)
    registry = Registry(registry.profile, wanted.region, wanted.account, registry.kind)
    usage = Usage()
    for found in pods:
        usage = _with(usage, found, wanted)
    questions: list[tuple[Place, Spot]] = []
    at_hand: set[str] = set()
    for spot in spots(services, registry):
        if isinstance(spot, Unknown):
            usage = _with(usage, Found(unknown=(spot,)), wanted)
        else:
            at_hand.add(spot.account)
            questions += [(place, spot) for place in PLACES]
    questions.append((_shared(registry, wanted, at_hand), Spot(*_where(registry))))
    if kubectl:
        questions.append((_KUBECTL, Spot("", "", "")))
    yield usage
    for found in fan_out(lambda one: _asked(services, *one), questions):
        usage = _with(usage, found, wanted)
        yield usage
    yield clusters.resolved(services, registry, wanted, usage)


def _shared(registry: Registry, wanted: Named, at_hand: set[str]) -> Place:
    """Who else may pull, by the policies of the repository and its registry."""

    def ask(services: Services, spot: Spot) -> Iterator[Seen]:
        return sharing.look(services, registry, wanted, spot, at_hand)

    return Place(f"{_POLICIES}{wanted.name}", ask)


def _where(registry: Registry) -> tuple[str, str, str]:
    return registry.profile, registry.account, registry.region


def looked(
    services: Services,
    registry: Registry,
    repository: str,
    pods: Sequence[Found] = (),
    *,
    kubectl: bool = False,
) -> Usage:
    """All of it, waited for. Raises as `look` does."""
    *_, last = look(services, registry, repository, pods, kubectl=kubectl)
    return last


def named(services: Services, registry: Registry, repository: str) -> Named:
    """A repository with all by which a reference to it is known. Raises NotFound."""
    row = services.reader(registry).repository(repository)
    return Named(
        name=repository,
        uri=row.repository_uri,
        account=row.registry_id or registry.account,
        region=registry.region,
        public=registry.is_public,
        arn=row.repository_arn,
    )


def children_of(services: Services, images: Iterable[Image]) -> dict[str, tuple[str, ...]]:
    """The children of those indexes whose manifests are stored; nothing is read for it."""
    found: dict[str, tuple[str, ...]] = {}
    for image in images:
        manifest = stored_manifest(services, image.image_digest) if is_index(image) else None
        if manifest is not None:
            found[image.image_digest] = tuple(child.digest for child in manifest.manifests)
    return found


def standings(services: Services, usage: Usage, images: Sequence[Image]) -> dict[str, ImageUse]:
    """How each image stands, with what is stored of indexes."""
    return of_images(usage, images, children_of(services, images))


def forget(services: Services) -> None:
    """Ask all places anew the next time."""
    with _LOCK:
        _KEPT.pop(services, None)


class _Answers:
    """What places answered, each with the moment; who asks for the same meanwhile waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[tuple[str, Spot], threading.Lock] = {}
        self._known: dict[tuple[str, Spot], tuple[float, Found]] = {}

    def of(self, key: tuple[str, Spot], ask: Callable[[], Found]) -> Found:
        with self._lock:
            own = self._locks.setdefault(key, threading.Lock())
        with own:
            at, found = self._known.get(key, (0.0, None))
            if found is None or time.monotonic() - at > FRESH:
                found = ask()
                self._known[key] = time.monotonic(), found
            return found


_LOCK = threading.Lock()
_KEPT: WeakKeyDictionary[Services, _Answers] = WeakKeyDictionary()


def _asked(services: Services, place: Place, spot: Spot) -> Iterator[Found]:
    with _LOCK:
        answers = _KEPT.setdefault(services, _Answers())
    yield answers.of((place.name, spot), lambda: _ask(services, place, spot))


def _ask(services: Services, place: Place, spot: Spot) -> Found:
    if place is _KUBECTL:
        return cluster.look()
    try:
        where = f"{place.name} in {spot.account} {spot.region}"
        told = "" if place.name.startswith(_POLICIES) else where
        return sorted_out(place.look(services, spot), told)
    except (RegionNotEnabled, UnknownOperation):
        return Found()  # nothing can be there
    except EcrtuiError as problem:
        return Found(unknown=(unknown(place.name, spot, problem),))


def _with(usage: Usage, found: Found, wanted: Named) -> Usage:
    """A usage with one place's answer, of which the repository's uses alone are kept.

    Places answer in any order: what they told stands in one of its own.
    """
    own = [use for use in found.uses if names(wanted, use.image)]
    looked = (*usage.looked, *((found.looked,) if found.looked else ()))
    return Usage(
        uses=tuple(sorted((*usage.uses, *own), key=use_order)),
        unknown=tuple(sorted((*usage.unknown, *found.unknown), key=_unknown_order)),
        looked=tuple(sorted(looked, key=_looked_order)),
    )


def _unknown_order(one: Unknown) -> tuple[str, str, str]:
    return one.account, one.region, one.what


def _looked_order(one: str) -> tuple[int, str]:
    """In the order of the places, other than these last."""
    what = one.rpartition(" in ")[0]
    return next((at for at, place in enumerate(PLACES) if place.name == what), len(PLACES)), one
