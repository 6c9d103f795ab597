"""What a person asks to be copied, and what they are told before they agree."""

from __future__ import annotations

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.places import Outside, Registry
from ecrtui.model.reference import Transport
from ecrtui.model.repository import NewRepository
from ecrtui.oci.manifest import is_foreign
from ecrtui.oci.stored.saving import is_zstd
from ecrtui.workflows.inspect import referrers_of
from ecrtui.workflows.locate import Target
from ecrtui.workflows.moving.cargo import COSIGN, Cargo, hanging
from ecrtui.workflows.moving.target_facts import Facts
from ecrtui.workflows.moving.transfer import Load
from ecrtui.workflows.services import Services

replace = msgspec.structs.replace
_NAMED = 4
"""Platforms that a plan names."""


class CopyRequest(msgspec.Struct, frozen=True):
    """What a person asked for."""

    source: Target
    target: Target
    """Without tag and digest it gets the tag of what is copied."""
    kind: str = "copy"
    """Or `push`, `export`, `import`."""
    platforms: tuple[str, ...] = ()
    """Of an index: one goes alone, with its own digest; several are a new index; none is all."""
    referrers: bool = False
    create: bool = False
    """Make a repository that is not there."""
    new: NewRepository | None = None
    """Its settings; those of the source's repository where none are given."""
    replace: bool = False
    """Write an archive over a file that is there."""


def transport_of(target: Target) -> Transport:
    """What kind of place it is in."""
    return target.home.transport if isinstance(target.home, Outside) else Transport.ECR


def is_docker(target: Target) -> bool:
    """Whether it is an archive for docker load, which holds one platform and no more."""
    return transport_of(target) is Transport.DOCKER_ARCHIVE


def told_facts(cargo: Cargo, load: Load, *, packs: bool) -> tuple[tuple[str, str], ...]:
    """What is moved, in the order of what matters."""
    image = cargo.image.parsed
    told: list[tuple[str, str]] = []
    platforms = [str(one.platform) for one in image.platforms if one.platform]
    if cargo.platform:
        told.append(("platform", cargo.platform))
    elif platforms:
        more = f" and {len(platforms) - _NAMED} more" if len(platforms) > _NAMED else ""
        share = "some of it" if cargo.part_of else "all of it"
        told.append(("platforms", f"{share}: {', '.join(platforms[:_NAMED])}{more}"))
    there = f", {len(load.there)} of them there" if load.there else ""
    mount = f", {len(load.mount)} mounted" if load.mount else ""
    told.append(("blobs", f"{len(cargo.blobs)}{there}{mount}"))
    told.append(("manifests", str(len(cargo.lots))))
    if packs:
        told.append(("packed", "its layers are plain tars, so it gets a digest of its own there"))
    if cargo.referrers:
        told.append(("referrers", f"{cargo.referrers} go{'es' * (cargo.referrers == 1)} along"))
    return tuple(told)


def registry_of(one: Target, other: Target) -> str:
    """Which registry one end is in; an account that the other end shares says nothing."""
    home, beside = one.home, other.home
    if isinstance(home, Registry) and isinstance(beside, Registry):
        home = replace(home, account="" if home.account == beside.account else home.account)
        return home.called
    return one.at


def made_as(new: NewRepository | None) -> tuple[tuple[str, str], ...]:
    """The settings of a repository that is to be made; what is not told is left to ECR."""
    if new is None:
        return ()
    scan = {True: "scan on push", False: "scanned by hand"}.get(bool(new.scan_on_push))
    told = [
        new.mutability.lower().replace("_", " "),
        *([f"but for {', '.join(new.exclusions)}"] if new.exclusions else []),
        *([scan] if scan and new.scan_on_push is not None else []),
        new.encryption,
    ]
    return (("made as", ", ".join(filter(None, told)) or "ECR's defaults"),)


def warnings(
    services: Services,
    request: CopyRequest,
    to: Target,
    cargo: Cargo,
    found: Facts,
) -> tuple[str, ...]:
    """What a person should know before they agree."""
    told: list[str] = []
    digest = cargo.image.raw.digest
    if found.missing:
        told.append(f"the repository {to.repository} is created")
    told += [f"what is there may not be looked at. {problem}" for problem in found.unread]
    if found.before and found.before != digest:
        told.append(f"the tag is taken from {found.before}")
    if found.archived:
        told.append("it is there, and archived: it comes out of the archive by being put again")
    if cargo.platform:
        told.append(f"{cargo.platform} alone goes, of several platforms, with its own digest")
    if cargo.part_of:
        told.append(
            f"some platforms go as a new index with its own digest, not {cargo.part_of}:"
            " signatures of that one stay behind"
        )
    left = 0 if request.referrers else _left_behind(services, request.source, digest)
    if left:
        told.append(_stays_behind(left))
    layers = [layer for lot in cargo.lots for layer in lot.parsed.layers]
    if any(map(is_foreign, layers)):
        told.append("some layers are fetched from elsewhere (Windows), and are not copied")
    if is_docker(to) and any(map(is_zstd, layers)):
        told.append("layers are packed with zstd: Docker before version 23 cannot load them")
    return tuple(told)


def _stays_behind(count: int) -> str:
    if count == 1:
        return "1 referrer (a signature, an SBOM) stays behind; --referrers takes it along"
    return f"{count} referrers (signatures, SBOMs) stay behind; --referrers takes them along"


def _left_behind(services: Services, origin: Target, digest: str) -> int:
    """Referrers that are not taken along, as far as they can be counted."""
    try:
        listed = referrers_of(services, origin.home, origin.repository, digest)
        tags = [tag for tag, _ in hanging(services, origin, digest) if tag.endswith(COSIGN)]
    except EcrtuiError:
        return 0
    return len(listed) + len(tags)
