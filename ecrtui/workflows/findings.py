"""What scanning found in images: of one, of each platform of an index, counts for a list.

Nothing here counts as a pull but for one thing: which images an index is made of stands in its
manifest, and reading that for the first time does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from ecrtui.errors import EcrtuiError, NotFound, UsageError
from ecrtui.model.finding import FindingDetails, PlatformScan, ScanReport
from ecrtui.model.folding import is_index
from ecrtui.model.image import Image, ImageId
from ecrtui.model.manifest import ManifestKind
from ecrtui.model.places import Registry
from ecrtui.workflows.inspect import describe
from ecrtui.workflows.locate import Target
from ecrtui.workflows.scans import BY_ITSELF
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

replace = msgspec.structs.replace
_PART = "findings"


def report(services: Services, target: Target, watch: Watch | None = None) -> ScanReport:
    """All that scanning says of one image, all pages; an index itself is never scanned.

    The watch is told how many came, and stops it with GivenUp. Raises NotFound where there is no
    such image, UsageError outside ECR and in ECR Public.
    """
    registry, wanted = target.registry, target.image_id
    if not wanted.image_digest:
        wanted = ImageId(image_digest=describe(services, target).image_digest)
    whole: ScanReport | None = None
    pages: list[ScanReport] = []
    if watch is not None:
        watch.expect(_PART, f"findings of {target.called}")
    for page in services.reader(registry).findings(target.repository, wanted):
        pages.append(page)
        if watch is not None:
            told = sum(len(one.findings) for one in pages)
            watch.at(_PART, 0, f"{told:,} findings")
    whole = replace(
        pages[0], digest=wanted.image_digest, findings=tuple(f for p in pages for f in p.findings)
    )
    if whole.known and not whole.counts:
        whole = replace(whole, counts=_counted(whole))
    services.scans.keep(registry, target.repository, whole, whole=True)
    if watch is not None:
        watch.finish(_PART)
    return whole


def _counted(whole: ScanReport) -> dict[str, int]:
    counts: dict[str, int] = {}
    for found in whole.findings:
        counts[found.severity.value] = counts.get(found.severity.value, 0) + 1
    return counts


def with_epss(services: Services, registry: Registry, found: ScanReport) -> ScanReport:
    """The same report with EPSS, which Inspector alone tells; a remark where it does not."""
    if not found.enhanced or not found.findings:
        return found
    from ecrtui.aws import inspector_findings

    try:
        calls = services.sessions.calls("inspector2", registry.profile, registry.region)
        scores = inspector_findings.epss(calls, found.digest)
    except EcrtuiError as problem:
        return replace(found, remarks=(*found.remarks, f"EPSS is not known. {problem}"))
    findings = (replace(one, epss=scores.get(one.arn, one.epss)) for one in found.findings)
    return replace(found, findings=tuple(findings))


def details(services: Services, registry: Registry, arn: str) -> FindingDetails:
    """What Inspector knows of one finding besides. Raises NotFound, NotAllowed."""
    from ecrtui.aws import inspector_findings

    calls = services.sessions.calls("inspector2", registry.profile, registry.region)
    known = inspector_findings.details(calls, [arn])
    if arn not in known:
        raise NotFound(arn, title="Inspector no longer knows the finding")
    return known[arn]


def scanned(
    services: Services,
    target: Target,
    *,
    read: bool = True,
    watch: Watch | None = None,
) -> list[PlatformScan]:
    """The scans of an image: its own, or that of each platform of an index.

    The platform asked for alone, where one was. An index whose manifest is not stored is read,
    which COUNTS AS A PULL; where not `read` that is a UsageError.
    """
    return [
        PlatformScan(platform, _whole(services, part, part.image_id.image_digest, watch))
        for platform, part in parts(services, target, read=read)
    ]


def parts(services: Services, target: Target, *, read: bool = True) -> list[tuple[str, Target]]:
    """What is scanned of an image, by platform: itself by its digest, as '', or the platforms of
    an index, as in `scanned`."""
    row = describe(services, target)
    pinned = replace(target, image_id=ImageId(row.image_digest, target.image_id.image_tag))
    if not is_index(row):
        return [("", pinned)]
    return [
        (platform, replace(target, image_id=ImageId(digest)))
        for platform, digest in _platforms(services, pinned, row, read=read)
    ]


def of_platforms(
    services: Services, registry: Registry, repository: str, parts: Sequence[tuple[str, str]]
) -> Iterator[PlatformScan]:
    """The scans of images by `(platform, digest)`, one after the other, with EPSS where known."""
    for platform, digest in parts:
        found = report(services, Target(registry, repository, ImageId(digest)))
        if found.enhanced and found.findings:
            yield PlatformScan(platform, found)  # Inspector is asked while one reads
            found = with_epss(services, registry, found)
        yield PlatformScan(platform, found)


def _whole(services: Services, target: Target, digest: str, watch: Watch | None) -> ScanReport:
    one = replace(target, image_id=ImageId(digest))
    return with_epss(services, target.registry, report(services, one, watch))


def _platforms(
    services: Services, target: Target, row: Image, *, read: bool
) -> list[tuple[str, str]]:
    from ecrtui.oci.platforms import choose_platform
    from ecrtui.workflows.contents import read_manifests, stored_manifest

    manifest = stored_manifest(services, row.image_digest)
    if manifest is None and not read:
        raise UsageError(
            target.called,
            title="An index that has not been read",
            hint="Its findings are those of its platforms; reading which counts as a pull.",
        )
    if manifest is None:
        (manifest,) = read_manifests(
            services, target.registry, target.repository, [row.image_digest]
        )
    if manifest.kind is not ManifestKind.INDEX:
        return [("", row.image_digest)]
    wanted = services.options.platform
    children = (choose_platform(manifest, wanted),) if wanted else manifest.platforms
    return [(str(child.platform or "unknown"), child.digest) for child in children if child]


def counts(
    services: Services,
    registry: Registry,
    repository: str,
    digests: Sequence[str],
    *,
    wanted: Callable[[], bool] = lambda: True,
    rate: float = BY_ITSELF,
) -> Iterator[tuple[str, ScanReport]]:
    """The scans of some images by their counts: those that are known first, then the others as
    they are told, within a rate that leaves the API alone, while they are `wanted`.

    An image that is gone is left out. Raises what asking raises: who may not read one may read
    none. Give digests of images, not of indexes, which have no scan of their own.
    """
    unknown: list[str] = []
    for digest in dict.fromkeys(digests):
        known = services.scans.counted(registry, repository, digest)
        if known is not None:
            yield digest, known
        else:
            unknown.append(digest)
    left = iter(unknown)

    def next_one() -> str:
        return next(left, "") if wanted() else ""

    for digest, found in counted_while(services, registry, repository, next_one, rate=rate):
        if found is not None:
            yield digest, found


def counted_while(
    services: Services,
    registry: Registry,
    repository: str,
    next_one: Callable[[], str],
    *,
    rate: float = BY_ITSELF,
) -> Iterator[tuple[str, ScanReport | None]]:
    """The scans of images one by one, by their counts: whichever is next, until that is ''.

    None for an image that is gone. Raises what asking raises.
    """
    reader, pace = services.reader(registry), services.scans.pace(registry, rate)
    while next_one_is := next_one():
        pace.step()
        found: ScanReport | None
        try:
            found = replace(reader.scan(repository, next_one_is), digest=next_one_is)
            services.scans.keep(registry, repository, found, whole=False)
        except NotFound:
            found = None
        yield next_one_is, found
