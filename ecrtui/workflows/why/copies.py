"""Whether the tag is in other places, too, and names the same there: where the registry replicates
to, and the regions that were asked for."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.errors import EcrtuiError
from ecrtui.model.check import Check
from ecrtui.model.image import ImageId
from ecrtui.model.places import Registry
from ecrtui.workflows.scope import registries_in_scope
from ecrtui.workflows.settings.reading import find, value
from ecrtui.workflows.why.image import place_of
from ecrtui.workflows.why.known import Known, unknown, unreadable


def copies(known: Known) -> Iterator[Check]:
    """Where it is another image; where it is, if it is not here. Places that cannot be read are
    not what was asked about."""
    tag = known.target.image_id.image_tag
    if not tag:
        return
    here = known.image.image_digest if known.image is not None else ""
    replicas = list[Registry]()
    try:
        replicas = _replicas(known)
    except EcrtuiError as problem:
        yield unreadable("copies", problem, "replication")
    for place in _others(known, replicas):
        try:
            rows = known.services.reader(place).describe(known.name, [ImageId(image_tag=tag)])
        except EcrtuiError:
            continue
        for row in rows:
            if not here:
                yield unknown(
                    "copies",
                    f"{tag} is there: {row.image_digest}",
                    f"Name that region in the task's reference, or copy it: ecrtui copy "
                    f"{known.name}:{tag} ...",
                    about=place_of(place),
                )
            elif row.image_digest != here:
                yield unknown(
                    "copies",
                    f"{tag} names another image there: {row.image_digest}",
                    "Which one comes depends on the region that the task's reference names. Name "
                    f"the digest, or copy: ecrtui copy {known.target} ...",
                    about=place_of(place),
                )


def _replicas(known: Known) -> list[Registry]:
    """The account's own registries that this one replicates to."""
    mine = known.registry
    rules = value(known.services, mine, find(mine, "", "replication")) or {}
    return [
        Registry(mine.profile, str(one["region"]), mine.account)
        for rule in rules.get("rules", ())
        for one in rule["destinations"]
        if one.get("registryId") == mine.account
    ]


def _others(known: Known, replicas: list[Registry]) -> list[Registry]:
    """Each once, but for the registry itself."""
    found = [*registries_in_scope(known.services), *replicas]
    places = {(place.profile, place.region): place for place in found}
    places.pop((known.registry.profile, known.registry.region), None)
    return list(places.values())
