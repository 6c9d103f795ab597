"""Generated worlds: repositories and images no seed knows, the same for the same number.

    world = small_world(seed=7)          # two accounts, some repositories, all kinds of images
    world = hostile_world()              # every text in it is one that breaks careless programs
    world = signing_in_world()           # with a portal, an MFA device, a pod's token
    repository = add_repository(world, "team/app")
    image = add_image(repository, tags={"v1"})
    index = add_index(repository, [image, other], tags={"latest"})
    add_service(world, uri(repository, "v1"))  # what runs them; and add_function, add_pods,
    add_task(world, uri(repository, "gone"))   # enhance for Inspector's findings

Manifests and blobs are real: sha256 of the bytes is the digest, sizes add up.
"""

from __future__ import annotations

import hashlib
import json
import random
import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from ecrtui.sandbox.clock import Clock
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Blob, Image, Scan
from ecrtui.sandbox.world import World
from tests.places import ACCOUNT as ACCOUNT
from tests.places import OTHER_ACCOUNT as OTHER_ACCOUNT
from tests.places import OTHER_REGION as OTHER_REGION
from tests.places import REGION as REGION
from tests.places import START as START
from tests.workloads import add_definition as add_definition
from tests.workloads import add_function as add_function
from tests.workloads import add_pods as add_pods
from tests.workloads import add_project as add_project
from tests.workloads import add_service as add_service
from tests.workloads import add_task as add_task
from tests.workloads import add_version as add_version
from tests.workloads import add_web_service as add_web_service
from tests.workloads import enhance as enhance
from tests.workloads import uri as uri
from tests.workloads import zipped as zipped

OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"

HOSTILE = (
    "[/x]",
    "[bold red]not markup",
    "\x1b[31mred\x1b[0m",
    "\x1b]52;c;aGk=\x07",
    "a\u202egnp.exe",
    "宽字符表",
    "e\u0301\u200b",
    "line\nbreak\ttab\x00nul\x7f",
    "\ud7ff\ue000\U0001f433",
    "<b>&amp;\"'",
    "x" * 4096,
)
"""Text that breaks careless programs; for every field that anyone may write."""


def empty_world() -> World:
    """Two accounts with a key each, a role in the second, nothing in their registries."""
    world = World(Clock.at(START))
    for account, name in ((ACCOUNT, "main"), (OTHER_ACCOUNT, "other")):
        world.add_account(account, name)
        world.add_key(account, "tester")
    world.add_role(OTHER_ACCOUNT, "visitor")
    world.registry(ACCOUNT, REGION)
    return world


PORTAL = "https://my-sso-portal.awsapps.com/start"
SSO_SESSION = "people"
SSO_PROFILE = "main-Auditor"
MFA_PROFILE = "main-on-call"
ISSUER = "oidc.example.com/id/1"
TOKEN_PROFILE = "main-pod"


def signing_in_world() -> World:
    """The empty world with ways in that ask something of a person, or are another program's.

    The profile SSO_PROFILE signs in at the portal, which offers more roles than that one.
    MFA_PROFILE asks for a code of the one device in `world.mfa`, TOKEN_PROFILE uses a pod's token.
    """
    world = empty_world()
    world.add_mfa(next(iter(world.keys.values())))
    world.add_role(ACCOUNT, "on-call", mfa=True)
    world.add_provider(ISSUER)
    world.add_role(ACCOUNT, "pod", provider=ISSUER)
    world.portal.open(PORTAL, "jo@example.com", session=SSO_SESSION, region=REGION)
    world.portal.offer(PORTAL, ACCOUNT, "Auditor", ("ecr:Describe*", "sts:GetCallerIdentity"))
    world.portal.offer(PORTAL, ACCOUNT, "Administrator")
    world.portal.offer(PORTAL, OTHER_ACCOUNT, "Administrator")
    return world


def add_repository(
    world: World, name: str, *, account: str = ACCOUNT, region: str = REGION
) -> Repository:
    """An empty repository, made an hour before the world's present."""
    return world.registry(account, region).create(name, world.clock.start - 3600)


def digest_of(data: bytes) -> str:
    """`sha256:...` of bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def gzipped(data: bytes) -> bytes:
    """A gzip stream that stores the bytes: the same, and so its digest, with every zlib."""
    pieces = [data[at : at + 65_535] for at in range(0, len(data), 65_535)] or [b""]
    blocks = [
        struct.pack("<BHH", number == len(pieces), len(piece), len(piece) ^ 0xFFFF) + piece
        for number, piece in enumerate(pieces, 1)
    ]
    end = struct.pack("<II", zlib.crc32(data), len(data))
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"".join(blocks) + end


def add_blob(repository: Repository, data: bytes, media_type: str = OCI_LAYER) -> dict[str, Any]:
    """Put bytes into the repository; answers their descriptor."""
    digest = digest_of(data)
    repository.blobs[digest] = Blob(digest, len(data), media_type, data)
    return {"mediaType": media_type, "digest": digest, "size": len(data)}


def add_image(
    repository: Repository,
    *,
    tags: Iterable[str] = (),
    content: bytes = b"content",
    labels: dict[str, str] | None = None,
    platform: tuple[str, str] = ("linux", "amd64"),
    pushed_at: float = 1_770_000_000.0,
    status: str = "ACTIVE",
    **manifest: Any,
) -> Image:
    """A one-layer image; `manifest` adds members (subject, artifactType, annotations)."""
    layer = add_blob(repository, gzipped(content))
    config = {
        "os": platform[0],
        "architecture": platform[1],
        "config": {"Labels": labels or {}},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(content)]},
        "history": [{"created_by": "COPY content /"}],
    }
    described = add_blob(repository, json.dumps(config).encode(), OCI_CONFIG)
    raw = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": OCI_IMAGE,
            "config": described,
            "layers": [layer],
            **manifest,
        }
    ).encode()
    image = Image(
        digest_of(raw),
        raw,
        OCI_IMAGE,
        layer["size"] + described["size"],
        pushed_at,
        artifact_media_type=manifest.get("artifactType", OCI_CONFIG),
        tags=set(tags),
        status=status,
        subject=manifest.get("subject", {}).get("digest"),
        layers=(described["digest"], layer["digest"]),
        annotations=manifest.get("annotations", {}),
    )
    repository.images.put(image)
    return image


def descriptor(image: Image) -> dict[str, Any]:
    """The descriptor of an image's manifest, for an index or a subject."""
    raw = image.read_manifest()
    return {"mediaType": image.media_type, "digest": image.digest, "size": len(raw)}


_PLATFORMS = (("linux", "amd64"), ("linux", "arm64"), ("windows", "amd64"))


def add_index(
    repository: Repository,
    children: Sequence[Image],
    *,
    tags: Iterable[str] = (),
    platforms: Sequence[tuple[str, str]] = _PLATFORMS,
) -> Image:
    """An index over images that are there, for such platforms in their order."""
    manifests = [
        {**descriptor(child), "platform": {"os": os, "architecture": architecture}}
        for child, (os, architecture) in zip(children, platforms, strict=False)
    ]
    raw = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": manifests}).encode()
    image = Image(
        digest_of(raw),
        raw,
        OCI_INDEX,
        max((child.size for child in children), default=0),
        1_770_000_500.0,
        tags=set(tags),
        children=tuple(child.digest for child in children),
    )
    repository.images.put(image)
    return image


def small_world(seed: int = 1, *, repositories: int = 6, images: int = 30) -> World:
    """Random repositories in two accounts and regions, with every kind of image in each."""
    chance = random.Random(seed)
    world = empty_world()
    homes = [(ACCOUNT, REGION), (ACCOUNT, OTHER_REGION), (OTHER_ACCOUNT, REGION)]
    for number in range(repositories):
        account, region = homes[number % len(homes)]
        name = f"group{chance.randrange(4)}/app-{number}"
        repository = add_repository(world, name, account=account, region=region)
        _populate(repository, chance, images)
    return world


def hostile_world(*, names: bool = False) -> World:
    """A repository for each hostile text, which stands in every field of it but the name.

    With `names` it is the name too: then it can only be listed, since the sandbox refuses to be
    asked for a name like that, as ECR does. No real registry allows most of these texts as tags
    either; an endpoint may answer them all the same, and a client must show them.
    """
    world = empty_world()
    for number, text in enumerate(HOSTILE):
        repository = add_repository(world, text if names else f"hostile/number-{number}")
        repository.tags = {text: text}
        repository.policy = repository.lifecycle_policy = json.dumps({"Statement": text})
        image = add_image(
            repository,
            tags={text, "plain"},
            content=str(number).encode(),
            labels={text: text},
            annotations={text: text},
        )
        finding = {"name": text, "description": text, "uri": text, "severity": "HIGH"}
        image.scan = Scan(description=text, completed_at=world.clock.start, findings=[finding])
        add_image(
            repository,
            content=b"referrer",
            artifactType=text,
            subject=descriptor(image),
            annotations={text: text},
        )
    return world


def _populate(repository: Repository, chance: random.Random, count: int) -> None:
    made: list[Image] = []
    for number in range(count):
        tags = {f"v{number}.{part}" for part in range(chance.choice((0, 1, 1, 1, 3)))}
        made.append(
            add_image(
                repository,
                tags=tags,
                content=chance.randbytes(chance.randrange(1, 400)),
                labels={"note": chance.choice(HOSTILE), "number": str(number)},
                pushed_at=1_770_000_000.0 + chance.randrange(1_000_000),
                status=chance.choice(("ACTIVE",) * 8 + ("ARCHIVED",)),
            )
        )
    add_index(repository, made[:2], tags={"multi"})
    subject = descriptor(made[0])
    for kind in ("application/spdx+json", "application/vnd.example.signature"):
        add_image(repository, content=kind.encode(), artifactType=kind, subject=subject)


def add_scan(
    image: Image,
    *found: tuple[str, str, str],
    enhanced: bool = False,
    status: str = "",
    completed_at: float | None = 1_770_000_100.0,
    **members: Any,
) -> Scan:
    """Scan an image: `(name, severity, package)` each; `members` are put into every finding."""
    image.scan = Scan(
        status=status or ("ACTIVE" if enhanced else "COMPLETE"),
        description=f"The words for {status or 'it'}.",
        completed_at=completed_at,
        source_updated_at=completed_at,
    )
    for number, (name, severity, package) in enumerate(found):
        if enhanced:
            image.scan.enhanced.append(
                enhanced_finding(image, name, severity, package, number) | members
            )
        else:
            image.scan.findings.append(basic_finding(name, severity, package) | members)
    return image.scan


def basic_finding(name: str, severity: str, package: str) -> dict[str, Any]:
    """One finding of basic scanning."""
    attributes = {
        "package_name": package,
        "package_version": "1.0-1",
        "CVSS2_SCORE": "5.0",
        "CVSS3_SCORE": "7.5",
        "CVSS3_VECTOR": "CVSS:3.1/AV:N",
    }
    return {
        "name": name,
        "description": f"What {name} does.",
        "uri": f"https://tracker.example.com/{name}",
        "severity": severity,
        "attributes": [{"key": key, "value": value} for key, value in attributes.items()],
    }


def enhanced_finding(
    image: Image, name: str, severity: str, package: str, number: int = 0
) -> dict[str, Any]:
    """One finding of enhanced scanning."""
    arn = f"arn:aws:inspector2:{REGION}:{ACCOUNT}:finding/{image.digest[7:31]}{number:08x}"
    return {
        "awsAccountId": ACCOUNT,
        "findingArn": arn,
        "title": f"{name} - {package}",
        "description": f"What {name} does.",
        "severity": severity,
        "status": "ACTIVE",
        "type": "PACKAGE_VULNERABILITY",
        "score": 9.1,
        "exploitAvailable": "YES",
        "fixAvailable": "YES",
        "firstObservedAt": 1_770_000_050.0,
        "lastObservedAt": 1_770_000_060.0,
        "updatedAt": 1_770_000_070.0,
        "remediation": {"recommendation": {"text": f"Upgrade {package}."}},
        "packageVulnerabilityDetails": {
            "vulnerabilityId": name,
            "source": "NVD",
            "sourceUrl": f"https://tracker.example.com/{name}",
            "cvss": [
                {"baseScore": 6.8, "scoringVector": "AV:N", "version": "2.0", "source": "NVD"},
                {"baseScore": 8.8, "scoringVector": "CVSS:3.1/AV:N", "version": "3.1"},
            ],
            "relatedVulnerabilities": [],
            "referenceUrls": [f"https://example.com/{name}"],
            "vulnerablePackages": [
                {
                    "name": package,
                    "version": "1.0",
                    "release": "1",
                    "epoch": 2,
                    "packageManager": "OS",
                    "filePath": f"/usr/lib/{package}",
                    "sourceLayerHash": image.layers[-1],
                    "fixedInVersion": "1.0-2",
                }
            ],
        },
        "resources": [
            {
                "id": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/any/{image.digest}",
                "type": "AWS_ECR_CONTAINER_IMAGE",
                "details": {
                    "awsEcrContainerImage": {
                        "architecture": "amd64",
                        "imageHash": image.digest,
                        "imageTags": sorted(image.tags),
                        "registry": ACCOUNT,
                        "repositoryName": "team/app",
                    }
                },
            }
        ],
    }
