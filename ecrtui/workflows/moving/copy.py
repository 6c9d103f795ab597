"""Images from anywhere to a registry, a layout or an archive: copy, push, export and import are
one deed by other names."""

from __future__ import annotations

import re

import msgspec

from ecrtui.errors import AlreadyThere, EcrtuiError, UsageError
from ecrtui.model.image import LATEST, ImageId
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.manifest import Descriptor
from ecrtui.model.places import Home, Outside, Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.model.ports import BlobSink
from ecrtui.model.reference import Transport
from ecrtui.model.repository import NewRepository
from ecrtui.oci.stored.saving import savable
from ecrtui.workflows.locate import Target
from ecrtui.workflows.moving.cargo import Cargo, Lot, gather
from ecrtui.workflows.moving.destinations import (
    destination,
    enough_room,
    is_file,
    looked_at,
    not_engine,
)
from ecrtui.workflows.moving.hanging import beside, taken
from ecrtui.workflows.moving.mounting import may_mount
from ecrtui.workflows.moving.packing import Packing, packed
from ecrtui.workflows.moving.referrer_tags import list_referrers
from ecrtui.workflows.moving.target_facts import (
    Facts,
    Standing,
    create,
    facts,
    named_now,
    proposed,
    standing,
)
from ecrtui.workflows.moving.told import (
    CopyRequest,
    is_docker,
    made_as,
    registry_of,
    told_facts,
    transport_of,
    warnings,
)
from ecrtui.workflows.moving.transfer import Load, carry, weigh
from ecrtui.workflows.outside import blob_at_hand, manifest_at_hand
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

__all__ = ["CopyPlan", "CopyRequest", "plan", "run"]

replace = msgspec.structs.replace
_LATEST = ImageId(image_tag=LATEST)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


class CopyPlan(Plan, frozen=True, kw_only=True):
    """A copy, worked out."""

    request: CopyRequest
    origin: Target
    to: Target
    cargo: Cargo
    found: Facts
    hung: dict[str, str] = msgspec.field(default_factory=dict)
    """What the tags by which others refer to it name at the target, '' for nothing."""
    names: tuple[str, ...] = ()
    """What docker calls the image once it loads the archive."""
    mount_from: str = ""
    new: NewRepository | None = None
    """The repository that is made."""
    packed: dict[str, Descriptor] = msgspec.field(default_factory=dict)
    """Plain layers that are packed on their way, by the digests of what they come to."""

    @property
    def place(self) -> tuple[Home, str]:
        """Whose images it changes."""
        return self.to.home, self.to.repository


def plan(services: Services, request: CopyRequest, watch: Watch | None = None) -> CopyPlan:
    """What a copy would do; nothing is changed. COUNTS AS A PULL of manifests not read before.

    The watch is told of what takes its time. Raises GivenUp, and what keeps it from being done.
    """
    origin, to = _latest(request.source), not_engine(request.target)
    sink, stands = _asked_first(services, request)
    cargo, plain = _cargo(services, request, origin, to, watch or Watch())
    to = _named(to, origin, cargo)
    cargo = _tagged(cargo, "" if is_docker(to) else to.image_id.image_tag)
    found = facts(services, to, sink, cargo.image.raw.digest, stands)
    cargo, hung = beside(services, to, cargo, missing=found.missing)
    new = (request.new or proposed(services, origin, to)) if found.missing else None
    near = _neighbour(services, origin, to, new)
    load = _weighed(to, cargo, None if found.missing else sink, mounts=bool(near))
    return CopyPlan(
        kind=request.kind,
        source=origin.called,
        source_at=registry_of(origin, to),
        target=to.called,
        target_at=registry_of(to, origin),
        digest=cargo.image.raw.digest,
        facts=(*told_facts(cargo, load, packs=bool(plain)), *made_as(new)),
        warnings=(*warnings(services, request, to, cargo, found), *taken(cargo.lots, hung)),
        to_move=load.to_move,
        there=load.saved,
        changes=not is_file(to.home),
        production=found.production,
        done_already=_done(to, cargo, found),
        request=request,
        origin=origin,
        to=to,
        cargo=cargo,
        found=found,
        hung=hung,
        names=_docker_names(services, origin, to) if is_docker(to) else (),
        mount_from=near,
        packed=plain,
        new=new,
    )


def _weighed(to: Target, cargo: Cargo, sink: BlobSink | None, *, mounts: bool) -> Load:
    load = weigh(cargo, sink, mounts=mounts)
    enough_room(to, load.to_move)
    return load


def run(services: Services, plan: CopyPlan, watch: Watch) -> Outcome:
    """Carry it out; raises GivenUp when it is stopped, and what any of it raises."""
    to = plan.to
    before = {lot.tag: _before(services, plan, lot.tag) for lot in plan.cargo.lots}
    source = services.source(plan.origin.home, plan.origin.repository)
    plain = [blob.digest for blob in plan.cargo.blobs if blob.digest not in plan.packed]
    if plan.to_move and plain:
        blob_at_hand(source, plain[0], watch)
    source = Packing(source, plan.packed)
    into = destination(
        services, to, names=plan.names, replace=plan.request.replace, pause=watch.pause
    )

    def ask(lot: Lot) -> None:  # blobs took their time, in which a tag may have moved
        before[lot.tag] = _before(services, plan, lot.tag)

    def put(lot: Lot) -> None:
        if plan.changes and (lot.tag or lot is plan.cargo.image):
            watch.changed(_change(plan, lot, before[lot.tag]))

    mount_from = plan.mount_from
    if plan.new is not None:
        _create(services, to, plan, watch)
        mount_from = _neighbour(services, plan.origin, to)  # as it was made
    with into as sink:
        carried = carry(plan.cargo, source, sink, watch, mount_from=mount_from, ask=ask, put=put)
        if plan.cargo.referrers and transport_of(to) is Transport.DOCKER:
            _list_referrers(services, plan, sink, watch)
    return Outcome(
        sentence=f"{plan.source} is at {plan.target_placed}",
        digest=plan.digest,
        moved=carried.moved,
        there=carried.there,
        changes=watch.changes,
    )


def _create(services: Services, to: Target, plan: CopyPlan, watch: Watch) -> None:
    """Make the repository, unless somebody has meanwhile: another job of the same few images."""
    try:
        watch.changed(
            create(services, to, plan.new or NewRepository(name=to.repository), plan.kind)
        )
    except AlreadyThere:
        watch.say(f"{to.repository} is there by now")


def _asked_first(services: Services, request: CopyRequest) -> tuple[BlobSink | None, Standing]:
    """What the target says before an engine exports, for minutes perhaps."""
    sink = looked_at(services, request.target, replace=request.replace)
    return sink, standing(services, request.target, create=request.create)


def _list_referrers(services: Services, plan: CopyPlan, sink: BlobSink, watch: Watch) -> None:
    """Where a registry keeps no list of what refers to an image, a tag does."""

    def put(lot: Lot, before: str) -> None:
        watch.changed(_change(plan, lot, before))

    home = plan.to.home
    if isinstance(home, Outside):
        there = services.outside(home, plan.to.repository)
        list_referrers(plan.cargo.lots, there, sink, put)


def _change(plan: CopyPlan, lot: Lot, before: str) -> Change:
    return Change(
        kind=ChangeKind.TAG_PUT if lot.tag else ChangeKind.IMAGE_PUT,
        home=plan.to.home,
        repository=plan.to.repository,
        tag=lot.tag,
        before=before,
        after=lot.raw.digest,
        command=plan.kind,
    )


def _before(services: Services, plan: CopyPlan, tag: str) -> str:
    """What a tag names now; raises EcrtuiError when that is not what the plan said."""
    if not plan.changes or not tag:
        return ""
    to = plan.to
    known = named_now(services, Target(to.home, to.repository, ImageId(image_tag=tag)))
    expected = plan.found.before if tag == to.image_id.image_tag else plan.hung.get(tag, "")
    if known != expected:
        raise EcrtuiError(
            f"{to.repository}:{tag} names {known or 'nothing'} by now",
            title="The tag has moved since the plan was made",
            hint="Look at the plan again.",
        )
    return known


def _latest(origin: Target) -> Target:
    """An image with the tag that is meant where none is named."""
    named = origin.image_id.image_tag or origin.image_id.image_digest
    return origin if named or is_file(origin.home) else replace(origin, image_id=_LATEST)


def _cargo(
    services: Services, request: CopyRequest, origin: Target, to: Target, watch: Watch
) -> tuple[Cargo, dict[str, Descriptor]]:
    """What belongs to the image, as far as the target can hold it, and layers to be packed.

    Engines' exports are plain tars, which go to a registry packed; a layout is left as it is.
    """
    docker = is_docker(to)
    more = request.referrers and not docker
    chosen = request.platforms or tuple(filter(None, [services.options.platform]))
    source = services.source(origin.home, origin.repository)
    manifest_at_hand(source, origin.image_id, watch)
    cargo = gather(services, origin, platforms=chosen, one=docker, referrers=more)
    if docker:
        savable(cargo.image.parsed)
    exported = transport_of(origin) in (Transport.DAEMON, Transport.DOCKER_ARCHIVE)
    if is_file(to.home) or not exported:
        return cargo, {}
    return packed(services, cargo, source, watch)


def _named(to: Target, origin: Target, cargo: Cargo) -> Target:
    """A target with the tag of what is copied, where it was given neither tag nor digest."""
    digest = to.image_id.image_digest
    if digest and digest != cargo.image.raw.digest:
        raise UsageError(
            f"{to}, which is {cargo.image.raw.digest}",
            title="A digest is what an image is, and cannot be chosen",
            hint="Name a tag, or nothing.",
        )
    if to.image_id.image_tag or digest or is_docker(to):
        return to
    tag = origin.image_id.image_tag.rpartition(":")[2]
    if _TAG.fullmatch(tag):
        return replace(to, image_id=ImageId(image_tag=tag))
    if is_file(to.home):
        return to
    raise UsageError(
        str(to),
        title="Which tag should it get?",
        hint=f"Write {to}:TAG, or {to}@{cargo.image.raw.digest} for none.",
    )


def _tagged(cargo: Cargo, tag: str) -> Cargo:
    return replace(cargo, lots=(*cargo.lots[:-1], replace(cargo.image, tag=tag)))


def _neighbour(
    services: Services, origin: Target, to: Target, new: NewRepository | None = None
) -> str:
    """The repository that has it all in the target's own registry; '' where none is mounted."""
    places = (origin.home, origin.repository), (to.home, to.repository)
    return origin.repository if may_mount(services, *places, new) else ""


def _docker_names(services: Services, origin: Target, to: Target) -> tuple[str, ...]:
    """What docker calls it: what was typed after the file, else what it was called before."""
    if to.image_id.image_tag:
        name = to.image_id.image_tag
        return (name if ":" in name.rpartition("/")[2] else f"{name}:{LATEST}",)
    home, tag = origin.home, origin.image_id.image_tag
    if isinstance(home, Registry):
        uri = services.reader(home).repository(origin.repository).repository_uri
        return (f"{uri}:{tag}",) if tag else ()
    if is_file(home):
        return (tag,) if ":" in tag.rpartition("/")[2] else ()
    host = f"{home.where}/" if home.where else ""
    return (f"{host}{origin.repository}:{tag}",) if tag else ()


def _done(to: Target, cargo: Cargo, found: Facts) -> str:
    """Why there is nothing to do; '' when there is."""
    if found.before != cargo.image.raw.digest or cargo.referrers or found.archived:
        return ""
    return f"{to} is {found.before} already"
