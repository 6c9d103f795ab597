"""Whether the repository, the tag and the image are there, and where else they are."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone

import msgspec

from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.check import Check
from ecrtui.model.image import ACTIVATING, ACTIVE, LATEST, Image, ImageId
from ecrtui.model.places import Registry
from ecrtui.model.tag_history import TagMove, before
from ecrtui.workflows import tag_history
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.locate import Target
from ecrtui.workflows.settings.reading import find, value
from ecrtui.workflows.tags_seen import look
from ecrtui.workflows.usage.spots import Spot, spots
from ecrtui.workflows.why.known import Known, failed, passed, unknown, unreadable

_NEAR = 3
"""Names that are shown of those like the one that is not there."""


def repository(known: Known) -> Iterator[Check]:
    """Whether the repository is there; where it is, if it is not here."""
    reader = known.services.reader(known.registry)
    try:
        known.repository = reader.repository(known.name)
    except NotFound:
        yield _cached_later(known) or _elsewhere(known)
        return
    except EcrtuiError as problem:
        yield unreadable("repository", problem)
        return
    owner = known.repository.registry_id
    if owner and not known.registry.account:
        known.registry = msgspec.structs.replace(known.registry, account=owner)
    yield passed("repository", f"{known.name} is in {place_of(known.registry)}")


def image(known: Known) -> Iterator[Check]:
    """Whether the image is there and active; since when the tag names it."""
    image_id = known.target.image_id
    if image_id == ImageId():
        image_id = ImageId(image_tag=LATEST)
    target = Target(known.registry, known.name, image_id)
    try:
        rows = _described(known, target)
    except NotFound as problem:
        yield failed("image", problem.sentence, problem.hint)
        return
    except EcrtuiError as problem:
        yield unreadable("image", problem)
        return
    if not rows:
        yield _missing(known, target)
        return
    known.image = rows[0]
    yield _found(known, target, known.image)
    yield _status(target, known.image)


def _described(known: Known, target: Target) -> Sequence[Image]:
    """The image's row; what a tag names is kept in mind."""
    if target.image_id.image_tag:
        return look(known.services, target).images
    return known.services.reader(known.registry).describe(known.name, [target.image_id])


def _found(known: Known, target: Target, row: Image) -> Check:
    tag = target.image_id.image_tag
    wanted = target.image_id.image_digest
    if not tag:
        return passed("image", f"{row.image_digest}, pushed {_utc(row.image_pushed_at)}")
    if tag not in row.image_tags and wanted:
        return passed(
            "image",
            f"the digest is there; {tag} names another image by now, which does not matter to "
            "who pulls by digest",
        )
    told = f"{tag} names {row.image_digest}, pushed {_utc(row.image_pushed_at)}"
    pair = before(_moves(known, target, row), tag)
    if pair is None:
        return passed("image", told)
    earlier, ended = pair
    return passed(
        "image",
        f"{told}; {_until(ended)} it named {earlier.digest} ({earlier.witness.value})",
        fix="A service keeps to the digest of its deployment: ecrtui usage tells what is behind.",
    )


def _until(ended: TagMove) -> str:
    return f"until {_utc(ended.at)}"


def _status(target: Target, row: Image) -> Check:
    if row.image_status == ACTIVE:
        return passed("status", "active")
    if row.image_status == ACTIVATING:
        return failed(
            "status",
            "on its way out of the archive: until then a pull is answered as if it was not there",
            f"Wait, up to 20 minutes: ecrtui restore {target.called} follows it.",
        )
    return failed(
        "status",
        "archived: a pull is answered as if it was not there",
        f"Bring it back, which takes up to 20 minutes: ecrtui restore {target.called}",
    )


def _missing(known: Known, target: Target) -> Check:
    tag, wanted = target.image_id.image_tag, target.image_id.image_digest
    what = f"no image {target.image_id} in {known.name}"
    told = [what]
    moves = _moves(known, target, None)
    last = next((move for move in moves if move.digest), None)
    if last is not None and tag:
        told.append(f"it named {last.digest} ({last.witness.value})")
    rows = _rows(known)
    if wanted and tag and any(tag in row.image_tags for row in rows):
        told.append(f"{tag} is there, and names another digest")
    near = difflib.get_close_matches(tag, sorted({one for row in rows for one in row.image_tags}))
    if near:
        told.append(f"there is {', '.join(near[:_NEAR])}")
    elif rows:
        newest = sorted(rows, key=lambda row: -(row.image_pushed_at or 0.0))
        # A version says more than `latest`.
        tags = [
            max(row.image_tags, key=lambda tag: (any(map(str.isdigit, tag)), tag))
            for row in newest
            if row.image_tags
        ]
        told.append(f"the newest are {', '.join(tags[:_NEAR])}" if tags else "nothing has a tag")
    return failed(
        "image",
        "; ".join(told),
        f"ecrtui history {target.called} tells whether it was there; "
        f"ecrtui images {known.name} lists those there are.",
    )


def _rows(known: Known) -> list[Image]:
    reader = known.services.reader(known.registry)
    try:
        return [row for page in reader.images(known.name) for row in page.items]
    except EcrtuiError:
        return []


def _moves(known: Known, target: Target, row: Image | None) -> list[TagMove]:
    """What ecrtui itself knows: CloudTrail is asked by `ecrtui history` alone, for it is slow."""
    rows = [row] if row is not None else []
    found = list[TagMove]()
    for found in tag_history.history(known.services, target, rows=rows):  # noqa: B007
        pass
    return found


def _cached_later(known: Known) -> Check | None:
    """A pull-through cache rule makes a repository at its first pull (ECR user guide)."""
    try:
        rules = value(known.services, known.registry, find(known.registry, "", "pull-through"))
    except EcrtuiError:
        return None  # the repository is not there, whatever the rules are
    for rule in rules or ():
        prefix = str(rule.get("ecrRepositoryPrefix", ""))
        if prefix == "ROOT" or (prefix and known.name.startswith(f"{prefix}/")):
            return unknown(
                "repository",
                f"it is not there yet: the pull-through cache rule {prefix} makes it at the first "
                f"pull, from {rule.get('upstreamRegistryUrl', 'upstream')}",
                "Who pulls first needs ecr:CreateRepository and ecr:BatchImportUpstreamImage, and "
                "ECR a way to sign in there: ecrtui settings shows the rule.",
            )
    return None


def _elsewhere(known: Known) -> Check:
    """Repositories of that name in other regions and accounts at hand."""

    def ask(spot: Spot) -> Iterator[Registry]:
        place = Registry(spot.profile, spot.region, spot.account)
        try:
            known.services.reader(place).repository(known.name)
        except EcrtuiError:
            return
        yield place

    here = (known.registry.account, known.registry.region)
    places = [
        spot
        for spot in spots(known.services, known.registry)
        if isinstance(spot, Spot) and (spot.account, spot.region) != here
    ]
    found = sorted(map(place_of, fan_out(ask, places)))
    told = f"no repository {known.name} in {place_of(known.registry)}"
    if found:
        return failed(
            "repository",
            f"{told}; it is in {', '.join(found)}",
            "Name the account and region where it is in the task's reference, or copy or "
            "replicate it here.",
        )
    return failed(
        "repository",
        f"{told}, nor in {len(places)} other regions and accounts at hand",
        "Check the name, the account and the region of the task's reference; ecrtui search finds "
        "names like it.",
    )


def place_of(registry: Registry) -> str:
    """`111122223333 eu-west-1`."""
    return " ".join(filter(None, (registry.account, registry.region)))


def _utc(moment: float | None) -> str:
    if moment is None:
        return "at a time that is not known"
    at = datetime.fromtimestamp(moment, timezone.utc)
    return at.strftime("%Y-%m-%d %H:%M UTC")
