"""Which images have a vulnerability: from Amazon Inspector where it is on, else from ECR's scans.

Inspector answers for a whole region at once. Where it is not on, each image's findings are asked
for within a rate, the newest first, and those at hand are not asked for again. How far that got is
told, and what has no findings to look at is counted: it is unknown, not free of it. No pull.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

import msgspec

from ecrtui.compare.findings import ordered
from ecrtui.errors import EcrtuiError, NotFound, RegionNotEnabled, UnknownOperation, UsageError
from ecrtui.model.affected import ECR, INSPECTOR, Affected, Looked
from ecrtui.model.artifacts import ArtifactKind, kind_of
from ecrtui.model.finding import Finding, ScanReport, called
from ecrtui.model.folding import fold, is_index
from ecrtui.model.image import Image, ImageId
from ecrtui.model.places import Registry
from ecrtui.model.usage import ImageUse
from ecrtui.workflows.contents import stored_manifest
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.findings import report
from ecrtui.workflows.locate import Target
from ecrtui.workflows.scans import ON_PURPOSE
from ecrtui.workflows.search import SearchProgress, at_hand
from ecrtui.workflows.services import Services

NAME = re.compile(r"[A-Z]{2,16}-[\w.:-]*\d[\w.:-]*", re.IGNORECASE | re.ASCII)
"""CVE-2026-1234, GHSA-jfh8-c2jp-5v3q, ALAS2-2026-1 ...: what findings are called."""


Event = Affected | Looked


def images_with(
    services: Services,
    name: str,
    registries: Sequence[Registry] | None = None,
    *,
    wanted: Callable[[], bool] = lambda: True,
) -> Iterator[Event]:
    """The images that have a vulnerability, over some registries or all at hand, while `wanted`.

    Raises UsageError for what is no name of one.
    """
    name = called(name)
    if not NAME.fullmatch(name):
        raise UsageError(name, title="Not a vulnerability's name", hint="Write CVE-2026-1234.")
    if registries is None:
        registries = []
        for found in at_hand(services, public=False):
            if not isinstance(found, SearchProgress):
                registries.append(found)
            elif isinstance(found.problem, EcrtuiError):
                yield Looked(
                    registry=Registry("", ""),
                    source="",
                    ended=True,
                    problem=found.problem,
                    where=found.where,
                )
    private = [place for place in registries if not place.is_public]
    yield from fan_out(lambda place: _in_registry(services, name, place, wanted), private)


def _in_registry(
    services: Services, name: str, place: Registry, wanted: Callable[[], bool]
) -> Iterator[Event]:
    try:
        why = yield from _by_inspector(services, name, place)
        if why is not None:
            yield from _by_scans(services, name, place, wanted, why)
    except EcrtuiError as problem:
        yield Looked(registry=place, source=ECR, ended=True, problem=problem)


def _by_inspector(
    services: Services, name: str, place: Registry
) -> Generator[Event, None, str | None]:
    """Hits by Inspector's own list; returns why it was not asked, None when it was."""
    from ecrtui.aws import inspector_findings as inspector

    try:
        calls = services.sessions.calls("inspector2", place.profile, place.region)
        if not inspector.is_on(calls, place.account):
            return "Inspector is not on"
        found: dict[tuple[str, str], list[inspector.OfImage]] = {}
        for one in inspector.images_with(calls, name, place.account):
            found.setdefault((one.repository, one.digest), []).append(one)
    except RegionNotEnabled:
        raise
    except EcrtuiError as problem:
        return f"Inspector could not be asked: {problem.title}"
    above: dict[str, dict[str, _Candidate]] = {}
    for (repository, digest), rows in found.items():
        tags, platform = rows[0].tags, ""
        if not tags:  # of an index it belongs to it has them all the same
            if repository not in above:
                above[repository] = _listed(services, place, repository)
            if (head := above[repository].get(digest)) is not None:
                tags, platform = head.tags, head.platform
        yield Affected(
            registry=place,
            repository=repository,
            digest=digest,
            tags=tags,
            platform=platform,
            findings=ordered(row.finding for row in rows),
            source=INSPECTOR,
        )
    yield Looked(registry=place, source=INSPECTOR, ended=True)
    return None


def unread_indexes(services: Services, registry: Registry, repository: str) -> list[str]:
    """The digests of a repository's indexes whose manifests are not stored; nothing is read."""
    pages = services.reader(registry).images(repository)
    rows = [row for page in pages for row in page.items if is_index(row) and not row.archived]
    return [row.image_digest for row in rows if stored_manifest(services, row.image_digest) is None]


def runs(services: Services, registry: Registry, repository: str) -> dict[str, ImageUse]:
    """How each image of a repository stands, by digest: for whoever asks where they run.

    What places told is kept for a while, so that the next repository costs little.
    Raises what keeps the repository's images from being listed.
    """
    from ecrtui.workflows import browse, usage

    pages = browse.images(services, registry, repository)
    images = [image for page in pages for image in page.items]
    kubectl = services.settings.kubectl
    seen = usage.looked(services, registry, repository, kubectl=kubectl)
    return usage.standings(services, seen, images)


class _Candidate(msgspec.Struct, frozen=True):
    repository: str
    image: Image
    tags: tuple[str, ...]
    platform: str


def _by_scans(
    services: Services, name: str, place: Registry, wanted: Callable[[], bool], why: str
) -> Iterator[Event]:
    candidates, archived, problems = _candidates(services, place)
    yield from problems
    state = Looked(
        registry=place,
        source=ECR,
        total=len(candidates) + archived,
        done=archived,
        unknown=archived,
        why_not_inspector=why,
    )
    yield state
    pace = services.scans.pace(place, ON_PURPOSE)
    replace = msgspec.structs.replace
    for one in candidates:
        if not wanted():
            return
        found = _asked(services, place, one, name, pace.step)
        state = replace(
            state, done=state.done + 1, unknown=state.unknown + (not found or not found.known)
        )
        hits = [row for row in found.findings if _is(row, name)] if found else []
        if hits:
            yield Affected(
                registry=place,
                repository=one.repository,
                digest=one.image.image_digest,
                tags=one.tags,
                platform=one.platform,
                findings=ordered(hits),
                source=ECR,
            )
        yield state
    yield replace(state, ended=True)


def _asked(
    services: Services, place: Registry, one: _Candidate, name: str, step: Callable[[], None]
) -> ScanReport | None:
    """The scan of one image; without its findings where it is known that it has not this one."""
    scans, digest = services.scans, one.image.image_digest
    if scans.has(place, one.repository, digest, name) is False:
        return scans.counted(place, one.repository, digest)
    whole = scans.whole(place, one.repository, digest)
    if whole is not None:
        return whole
    known = scans.counted(place, one.repository, digest)
    if known is not None and known.known and not known.counts:
        return known
    step()
    try:
        return report(services, Target(place, one.repository, ImageId(digest)))
    except NotFound:
        return None  # it is gone


def _is(found: Finding, name: str) -> bool:
    return any(one.upper() == name.upper() for one in found.names)


def _candidates(services: Services, place: Registry) -> tuple[list[_Candidate], int, list[Looked]]:
    """What may have findings, the newest first; how many are archived; what could not be listed."""
    found: dict[tuple[str, str], _Candidate] = {}
    archived, problems = 0, []
    reader = services.reader(place)
    for page in reader.repositories():
        for row in page.items:
            try:
                images = [one for rows in reader.images(row.repository_name) for one in rows.items]
            except EcrtuiError as problem:
                if isinstance(problem, UnknownOperation):
                    raise
                problems.append(
                    Looked(registry=place, source=ECR, problem=problem, where=row.repository_name)
                )
                continue
            for one in _scannable(services, row.repository_name, images):
                if one.image.archived:
                    archived += 1
                else:
                    found[one.repository, one.image.image_digest] = one
    newest = sorted(found.values(), key=lambda one: -(one.image.image_pushed_at or 0.0))
    return newest, archived, problems


def _listed(services: Services, place: Registry, repository: str) -> dict[str, _Candidate]:
    """A repository's images by digest; none where they may not be listed."""
    try:
        pages = services.reader(place).images(repository)
        images = [row for page in pages for row in page.items]
    except EcrtuiError:
        return {}
    return {one.image.image_digest: one for one in _scannable(services, repository, images)}


def _scannable(
    services: Services, repository: str, images: Iterable[Image]
) -> Iterator[_Candidate]:
    """Every image of a platform, with the tags of what it belongs to."""
    families = fold(images, lambda digest: stored_manifest(services, digest))
    above: dict[str, tuple[tuple[str, ...], str]] = {}
    rows = {family.image.image_digest: family.image for family in families}
    for family in families:
        for member in family.members:
            if member.image is not None:
                rows.setdefault(member.digest, member.image)
                tags, _ = above.get(member.digest, ((), ""))
                above[member.digest] = (*tags, *family.image.image_tags), member.platform
    for digest, image in rows.items():
        kind = kind_of(image.artifact_media_type, image.image_manifest_media_type)
        if kind is ArtifactKind.IMAGE and not image.subject_manifest_digest:
            tags, platform = above.get(digest, ((), ""))
            yield _Candidate(repository, image, (*image.image_tags, *tags), platform)
