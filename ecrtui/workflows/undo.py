"""A change taken back, while the registry still has what is needed: a tag names again what it
named, a deleted image is put again, an image goes back to its class, a key signs again."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ecrtui.errors import EcrtuiError, NotFound, UsageError
from ecrtui.model.image import ImageId
from ecrtui.model.journal import KEY_CHANGES, ROLLS, Change, ChangeKind, Entry
from ecrtui.model.manifest import Manifest, RawManifest
from ecrtui.model.places import Home, Outside
from ecrtui.model.plan import Outcome, Plan
from ecrtui.oci.manifest import parse_manifest
from ecrtui.workflows import journal, prune, put_back, restore, tag, untag
from ecrtui.workflows.contents import stored_bytes
from ecrtui.workflows.credentials import rotate
from ecrtui.workflows.lifecycle import change as lifecycle
from ecrtui.workflows.locate import Target
from ecrtui.workflows.moving.cargo import tag_of
from ecrtui.workflows.prune import PrunePlan
from ecrtui.workflows.rolling import roll
from ecrtui.workflows.rolling.deed import RollPlan
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import change as settings
from ecrtui.workflows.watch import Watch

KIND = "undo"
replace = msgspec.structs.replace


class PutBackPlan(Plan, frozen=True, kw_only=True):
    """A manifest put again from the bytes that were read before: its registry lost it."""

    home: Home
    repository: str
    tag: str
    before: str
    """What the tag names now, '' for nothing."""
    manifest: RawManifest

    @property
    def place(self) -> tuple[Home, str]:
        """Whose images it changes."""
        return self.home, self.repository


UndoPlan = (
    tag.TagPlan
    | restore.StoragePlan
    | PutBackPlan
    | rotate.RotationPlan
    | settings.SettingPlan
    | RollPlan
    | lifecycle.PolicyPlan
    | put_back.PutAllBackPlan
    | untag.UntagPlan
    | PrunePlan
)


def find(services: Services, identity: str) -> Entry:
    """A change by its name, or by its start; raises UsageError for none and for several."""
    entries = journal.read(services).entries
    found = [one for one in entries if identity and one.id.startswith(identity.lower())]
    if not found or any(one != found[0] for one in found):
        raise UsageError(
            identity,
            title="Several changes are called so" if found else "No change is called so",
            hint="ecrtui journal lists them, each with its name.",
        )
    return found[0]


def plan(services: Services, change: Change) -> UndoPlan:
    """What would take a change back; nothing is changed.

    Raises UsageError for what cannot be taken back, NotFound when what is needed has gone, and
    what keeps a tag from being put.
    """
    if change.kind is ChangeKind.STORAGE_CLASS:
        return _class_back(services, change)
    if change.kind in KEY_CHANGES:
        return rotate.plan_of_change(services, change)
    if change.kind is ChangeKind.SETTING and change.setting == lifecycle.SETTING:
        return lifecycle.plan_back(services, change)
    if change.kind is ChangeKind.SETTING:
        return settings.plan_back(services, change)
    if change.kind in ROLLS:
        return roll.plan_back(services, change)
    if change.deed:
        only = change.before if change.kind is ChangeKind.IMAGE_DELETED else ""
        return put_back.plan(services, change, only=only)
    if change.kind is ChangeKind.TAG_PUT and not change.before:
        return _without(services, change)
    if change.kind not in _DIGEST_BACK or not change.before:
        raise UsageError(_name(change), title=_cannot(change), hint=_INSTEAD)
    try:
        if not change.tag:
            raise NotFound(f"{change.repository}@{change.before}")
        image = Target(change.home, change.repository, ImageId(change.before))
        found = tag.plan(services, tag.TagRequest(image, (change.tag,)))
    except NotFound:
        return _put_back(services, change)
    moved = _moved_on(change, found.before.get(change.tag, change.before))
    return replace(found, kind=KIND, warnings=(*moved, *found.warnings))


def run(services: Services, plan: UndoPlan, watch: Watch) -> Outcome:
    """Take it back, as the plan says."""
    runs: dict[type[Plan], Callable[..., Outcome]] = {
        tag.TagPlan: tag.run,
        restore.StoragePlan: restore.run,
        rotate.RotationPlan: rotate.run,
        settings.SettingPlan: settings.run,
        RollPlan: roll.run,
        lifecycle.PolicyPlan: lifecycle.run,
        put_back.PutAllBackPlan: put_back.run,
        untag.UntagPlan: untag.run,
        PrunePlan: prune.run,
        PutBackPlan: _put,
    }
    return runs[type(plan)](services, plan, watch)


def _put(services: Services, plan: PutBackPlan, watch: Watch) -> Outcome:
    watch.expect(plan.digest, "manifest", len(plan.manifest.body))
    _refuse_moved(services, plan)
    services.sink(plan.home, plan.repository, pause=watch.pause).put_manifest(
        plan.manifest, plan.tag
    )
    watch.changed(
        Change(
            kind=ChangeKind.TAG_PUT if plan.tag else ChangeKind.IMAGE_PUT,
            home=plan.home,
            repository=plan.repository,
            tag=plan.tag,
            before=plan.before,
            after=plan.digest,
            command=KIND,
        )
    )
    watch.finish(plan.digest)
    return Outcome(
        sentence=f"{plan.target} is there again, {tag.short(plan.digest)}",
        digest=plan.digest,
        changes=watch.changes,
    )


_DIGEST_BACK = (ChangeKind.TAG_PUT, ChangeKind.TAG_REMOVED, ChangeKind.IMAGE_DELETED)
_INSTEAD = "What it put is still there and named in the journal."


def _cannot(change: Change) -> str:
    if change.kind is ChangeKind.TAG_PUT:
        return "The tag was new, and only in ECR a tag is taken away by itself"
    return f"This cannot be taken back: {change.kind.value}"


def _name(change: Change) -> str:
    return f"{change.repository}:{change.tag}" if change.tag else change.repository


def _moved_on(change: Change, now: str) -> tuple[str, ...]:
    """Somebody changed it since: what is taken back then is not only this change."""
    if now in (change.after, change.before):
        return ()
    then = tag.short(change.after) or "nothing"
    told = tag.short(now) or "nothing"
    return (f"{change.tag} has moved on since: this change left it at {then}, it names {told} now",)


def _without(services: Services, change: Change) -> untag.UntagPlan | PrunePlan:
    """A tag that was new goes again, and the image with it where it has no other."""
    name = Target(change.home, change.repository, ImageId(image_tag=change.tag))
    if isinstance(change.home, Outside):
        raise UsageError(_name(change), title=_cannot(change), hint=_INSTEAD)
    now = tag_of(services, name)
    if now != change.after:
        raise EcrtuiError(
            f"{name} names {now or 'nothing'} by now",
            title="The tag has moved since" if now else "The tag is gone already",
            hint="To take it away all the same: ecrtui delete --untag IMAGE",
        )
    return replace(untag.plan(services, name), kind=KIND)


def _class_back(services: Services, change: Change) -> restore.StoragePlan:
    image = Target(change.home, change.repository, ImageId(change.digest))
    request = restore.StorageRequest(image, archive=change.before == "ARCHIVE")
    return replace(restore.plan(services, request), kind=KIND)


def _put_back(services: Services, change: Change) -> PutBackPlan:
    """From the manifest that was kept when it was read, while the layers are still there."""
    name, digest = _name(change), change.before
    raw = stored_bytes(services, digest)
    if raw is None:
        raise NotFound(
            f"{change.repository}@{digest}",
            title="The registry no longer has the image, and its manifest was never read here",
            hint="Copy it from where it still is: ecrtui search finds it by its digest.",
        )
    parsed = parse_manifest(raw)
    _refuse_incomplete(services, change, parsed)
    there = _has(services, change.home, change.repository, digest)
    now = tag_of(services, Target(change.home, change.repository, ImageId(image_tag=change.tag)))
    settings = services.settings
    return PutBackPlan(
        kind=KIND,
        source="the manifest as it was read before",
        target=name,
        target_at=Target(change.home, change.repository).at,
        digest=digest,
        facts=(("layers", "still there"),),
        warnings=_moved_on(change, now) if now else (),
        changes=True,
        done_already=f"{name} is there already" if not change.tag and there else "",
        production=not isinstance(change.home, Outside)
        and settings.of(change.home.profile).production,
        home=change.home,
        repository=change.repository,
        tag=change.tag,
        before=now,
        manifest=replace(raw, media_type=parsed.media_type),
    )


def _refuse_moved(services: Services, plan: PutBackPlan) -> None:
    """Raise EcrtuiError where the tag names something else than the person was told."""
    now = tag_of(services, Target(plan.home, plan.repository, ImageId(image_tag=plan.tag)))
    if now != plan.before:
        raise EcrtuiError(
            f"{plan.target} names {now or 'nothing'} by now",
            title="The tag has moved since the plan was made",
            hint="Look at the plan again.",
        )


def _refuse_incomplete(services: Services, change: Change, parsed: Manifest) -> None:
    """Raise where a layer, or a child of an index, is no longer there."""
    blobs = [one.digest for one in (parsed.config, *parsed.layers) if one is not None]
    there = services.sink(change.home, change.repository).present(blobs) if blobs else set()
    gone = [digest for digest in blobs if digest not in there]
    gone += [
        child.digest
        for child in parsed.manifests
        if not _has(services, change.home, change.repository, child.digest)
    ]
    if gone:
        raise EcrtuiError(
            f"{change.repository}: {', '.join(gone[:3])}",
            title="Parts of the image have gone by now",
            hint="Copy it from where it still is: ecrtui search finds it by its digest.",
        )


def _has(services: Services, home: Home, repository: str, digest: str) -> bool:
    """Whether a manifest is there; no pull is counted for it."""
    if isinstance(home, Outside):
        source = services.outside(home, repository)
        try:
            return bool(source.manifests([ImageId(digest)]))
        except NotFound:
            return False
    return bool(services.reader(home).describe(repository, [ImageId(digest)]))
