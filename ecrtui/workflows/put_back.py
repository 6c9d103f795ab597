"""Images that went together put back together: from the list and the manifests that were kept
before they went, while the registry still has their layers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ecrtui.errors import Corrupt, EcrtuiError, NotFound, SignInError, Unreachable
from ecrtui.model.image import Image, ImageId
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.manifest import Manifest, RawManifest
from ecrtui.model.places import Home, Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.oci.manifest import parse_manifest
from ecrtui.workflows.contents import stored_bytes
from ecrtui.workflows.locate import Target
from ecrtui.workflows.prune.keeping import KeptImage, KeptList, kept_list
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

_SOME = 3
replace = msgspec.structs.replace


class Back(msgspec.Struct, frozen=True):
    """One image, and the tags it gets again."""

    raw: RawManifest
    tags: tuple[str, ...] = ()
    there: bool = False
    """Whether it never went, or is there again: only tags are put."""


class PutAllBackPlan(Plan, frozen=True, kw_only=True):
    """Several images put back, in an order in which the registry takes them."""

    home: Registry
    repository: str
    images: tuple[Back, ...]

    @property
    def place(self) -> tuple[Home, str]:
        """Whose images it changes."""
        return self.home, self.repository


def plan(services: Services, change: Change, *, only: str = "") -> PutAllBackPlan:
    """What would come back of a list, or the one image of it that has this digest.

    Raises NotFound where the list, or what is needed of every image, is no longer kept.
    """
    home = change.home
    kept = kept_list(services, change.deed)
    if kept is None or not isinstance(home, Registry):
        raise NotFound(
            change.repository,
            title="What was kept of them is no longer there",
            hint="Copy them from where they still are: ecrtui search finds them by their digests.",
        )
    wanted = [one for one in kept.images if not only or one.digest == only]
    rows = _rows(services, home, kept.repository, [one.digest for one in wanted])
    holders = _holders(services, home, kept.repository, wanted)
    backs, lost = _backs(services, wanted, rows, holders)
    backs, broken = _whole(services, home, kept.repository, backs, rows)
    taken = [
        f"{tag} names another image by now and stays there"
        for one in wanted
        for tag in one.tags
        if holders.get(tag, one.digest) != one.digest
    ]
    return _told(services, home, kept, backs, (*taken[:_SOME], *_lost(lost, broken)))


def run(services: Services, plan: PutAllBackPlan, watch: Watch) -> Outcome:
    """Put them, each with all its tags; one that fails keeps no other from coming back."""
    sink = services.sink(plan.home, plan.repository, pause=watch.pause)
    watch.expect(plan.kind, "put back", len(plan.images))
    failed: list[str] = []
    for number, back in enumerate(plan.images):
        watch.at(plan.kind, number, f"{number} of {len(plan.images)}")
        try:
            for tag in back.tags or ("",):
                sink.put_manifest(back.raw, tag)
                watch.changed(_change(plan, back.raw.digest, tag))
        except (SignInError, Unreachable):
            raise
        except EcrtuiError as problem:
            failed.append(back.raw.digest)
            watch.say(f"{back.raw.digest[:19]}: {problem.sentence}")
    watch.finish(plan.kind)
    done = len(plan.images) - len(failed)
    if plan.images and not done:
        raise EcrtuiError(plan.repository, title="None of them could be put back")
    told = f"{done} {'image is' if done == 1 else 'images are'} there again in {plan.repository}"
    told += f", {len(failed)} could not be put back" if failed else ""
    return Outcome(sentence=told, changes=watch.changes)


def _change(plan: PutAllBackPlan, digest: str, tag: str) -> Change:
    return Change(
        kind=ChangeKind.TAG_PUT if tag else ChangeKind.IMAGE_PUT,
        home=plan.home,
        repository=plan.repository,
        tag=tag,
        after=digest,
        command=plan.kind,
    )


def _rows(
    services: Services, home: Registry, repository: str, digests: Sequence[str]
) -> dict[str, Image]:
    ids = [ImageId(digest) for digest in digests]
    return {row.image_digest: row for row in services.reader(home).describe(repository, ids)}


def _holders(
    services: Services, home: Registry, repository: str, wanted: Iterable[KeptImage]
) -> dict[str, str]:
    """What their tags name by now."""
    tags = [ImageId(image_tag=tag) for one in wanted for tag in one.tags]
    rows = services.reader(home).describe(repository, tags) if tags else []
    return {tag: row.image_digest for row in rows for tag in row.image_tags}


def _backs(
    services: Services,
    wanted: Sequence[KeptImage],
    rows: dict[str, Image],
    holders: dict[str, str],
) -> tuple[list[Back], list[str]]:
    """What is missing and whose manifest is kept, children before their indexes; and the rest."""
    backs, lost = [], []
    for one in reversed(wanted):
        there = one.digest in rows
        tags = tuple(tag for tag in one.tags if tag not in holders)
        if there and not tags:
            continue
        raw = kept_manifest(services, one)
        if raw is None:
            lost.append(one.digest)
        else:
            backs.append(Back(raw, tags, there))
    return backs, lost


def kept_manifest(services: Services, one: KeptImage) -> RawManifest | None:
    """A manifest as it was kept before it went, or read at any time."""
    body = services.deleted.get(one.digest)
    raw = RawManifest(one.digest, "", body) if body else stored_bytes(services, one.digest)
    if raw is None:
        return None
    try:
        return replace(raw, media_type=one.media_type or parse_manifest(raw).media_type)
    except Corrupt:
        return None


def _whole(
    services: Services,
    home: Registry,
    repository: str,
    backs: Sequence[Back],
    rows: dict[str, Image],
) -> tuple[list[Back], list[str]]:
    """Those of which every part is still there, or comes back too; and the rest."""
    parsed = {back.raw.digest: parse_manifest(back.raw) for back in backs}
    blobs = {
        part.digest
        for manifest in parsed.values()
        for part in (manifest.config, *manifest.layers)
        if part is not None
    }
    there = services.sink(home, repository).present(sorted(blobs)) if blobs else set[str]()
    children = {child.digest for one in parsed.values() for child in one.manifests}
    known = {*rows, *_rows(services, home, repository, sorted(children - rows.keys()))}
    whole, broken = [], []
    for back in _children_first(backs, parsed):
        manifest = parsed[back.raw.digest]
        parts = [part.digest for part in (manifest.config, *manifest.layers) if part is not None]
        lists = [child.digest for child in manifest.manifests]
        if all(one in there for one in parts) and all(one in known for one in lists):
            whole.append(back)
            known.add(back.raw.digest)
        else:
            broken.append(back.raw.digest)
    return whole, broken


def _children_first(backs: Sequence[Back], parsed: dict[str, Manifest]) -> list[Back]:
    """What an index lists before it: the registry takes it only then."""
    left = {back.raw.digest: back for back in backs}
    ordered: list[Back] = []
    while left:
        ready = [
            digest
            for digest in left
            if not any(child.digest in left for child in parsed[digest].manifests)
        ]
        ordered += [left.pop(digest) for digest in ready or list(left)]
    return ordered


def _lost(lost: Sequence[str], broken: Sequence[str]) -> Iterable[str]:
    for digests, why in (
        (lost, "manifest was not kept"),
        (broken, "layers or children have gone by now"),
    ):
        if digests:
            named = ", ".join(digest[:19] for digest in digests[:_SOME])
            more = f" and {len(digests) - _SOME} more" if len(digests) > _SOME else ""
            yield f"not coming back, for their {why}: {named}{more}"


def _told(
    services: Services,
    home: Registry,
    kept: KeptList,
    backs: Sequence[Back],
    warnings: tuple[str, ...],
) -> PutAllBackPlan:
    tags = [tag for back in backs for tag in back.tags]
    missing = sum(not back.there for back in backs)
    if not backs and warnings:
        raise EcrtuiError(
            "; ".join(warnings),
            title="None of them can be put back",
            hint="Copy them from where they still are: ecrtui search finds them by their digests.",
        )
    return PutAllBackPlan(
        kind="undo",
        source="the manifests as they were kept before",
        target=kept.repository,
        target_at=Target(home, kept.repository).at,
        facts=(
            ("comes back", f"{missing} of {len(kept.images)} images"),
            ("tags", _some(tags)),
            ("layers", "still there"),
        ),
        warnings=warnings,
        changes=True,
        production=services.settings.of(home.profile).production,
        done_already="" if backs else "all of them are there already",
        home=home,
        repository=kept.repository,
        images=tuple(backs),
    )


def _some(tags: Sequence[str]) -> str:
    """The first of them, and how many more."""
    more = f" and {len(tags) - 12} more" if tags[12:] else ""
    return f"{', '.join(tags[:12])}{more}" or "none"
