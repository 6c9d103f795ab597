"""What scanning found: all identifiers and texts here are made up, their shapes are ECR's."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from ecrtui.sandbox.images.attestations import Package
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.seed.releases import packages_of
from ecrtui.sandbox.seed.story import NOW, Release, Service, moment
from ecrtui.sandbox.shelf import Image, Scan

Document = dict[str, Any]
_SOURCE_UPDATED = moment("11-24 04:10").timestamp()


@dataclass(frozen=True)
class Advisory:
    """A vulnerability of one package up to, not including, ``fixed`` (empty: no fix yet)."""

    name: str
    severity: str
    score: float
    package: str
    versions: tuple[str, ...]
    fixed: str
    text: str
    exploited: bool = False
    epss: float = 0.001
    """The probability that Inspector gives for its being exploited within a month."""

    def hits(self, package: Package) -> bool:
        """Whether this version of this package is vulnerable."""
        return package.name == self.package and package.version in self.versions


_SSL = ("3.0.17-1~deb12u1", "3.0.17-1~deb12u2")
ADVISORIES = [
    Advisory(
        "CVE-2026-41873",
        "CRITICAL",
        9.8,
        "libssl3",
        _SSL[1:],
        "3.0.17-1~deb12u3",
        "A crafted ClientHello makes the server write past the end of a session ticket buffer, "
        "before authentication.",
        exploited=True,
        epss=0.871,
    ),
    Advisory(
        "CVE-2026-41873",
        "CRITICAL",
        9.8,
        "openssl",
        _SSL[1:],
        "3.0.17-1~deb12u3",
        "A crafted ClientHello makes the server write past the end of a session ticket buffer, "
        "before authentication.",
        exploited=True,
        epss=0.871,
    ),
    Advisory(
        "CVE-2026-38114",
        "HIGH",
        7.5,
        "libssl3",
        _SSL,
        "3.0.17-1~deb12u3",
        "A malformed certificate policy makes verification take unbounded time.",
        epss=0.042,
    ),
    Advisory(
        "CVE-2026-29950",
        "HIGH",
        7.4,
        "curl",
        ("7.88.1-10+deb12u14",),
        "",
        "Credentials of one host are sent to another after a redirect with a trailing dot.",
    ),
    Advisory(
        "CVE-2026-17002",
        "MEDIUM",
        5.9,
        "libc6",
        ("2.36-9+deb12u13",),
        "",
        "iconv can be made to read out of bounds when converting to a stateful encoding.",
    ),
    Advisory(
        "CVE-2025-70219",
        "MEDIUM",
        5.3,
        "perl-base",
        ("5.36.0-7+deb12u3",),
        "5.36.0-7+deb12u4",
        "A directory with a hostile name is followed during recursive removal.",
    ),
    Advisory(
        "CVE-2024-90417",
        "LOW",
        3.3,
        "tar",
        ("1.34+dfsg-1.2+deb12u1",),
        "",
        "Extraction keeps setuid bits in a rare combination of options.",
    ),
    Advisory(
        "CVE-2023-91830",
        "INFORMATIONAL",
        0.0,
        "coreutils",
        ("9.1-1",),
        "",
        "Output of a rarely used option is not what its manual says.",
    ),
]


def add_basic_scans(repository: Repository, service: Service) -> None:
    """Basic findings on the single-platform images of every release."""
    for image, release in _scannable(repository, service):
        found = _found(service, release)
        image.scan = Scan(
            completed_at=image.pushed_at + 45,
            source_updated_at=_SOURCE_UPDATED,
            findings=[_basic(advisory, package) for advisory, package in found],
        )


def add_enhanced_scans(repository: Repository, service: Service) -> None:
    """Inspector's findings, watched on after the push."""
    for image, release in _scannable(repository, service):
        found = _found(service, release)
        enhanced = [_enhanced(repository, image, *one) for one in found]
        image.scan = Scan(
            status="ACTIVE",
            description="Continuous scan is selected for image.",
            completed_at=NOW.timestamp() - 3_600,
            source_updated_at=_SOURCE_UPDATED,
            enhanced=enhanced,
            details={
                told["findingArn"]: _details(advisory)
                for told, (advisory, _) in zip(enhanced, found, strict=True)
            },
        )


def _scannable(repository: Repository, service: Service) -> list[tuple[Image, Release]]:
    """Every release's images, an index's platforms included: scans are per platform image."""
    found = []
    for release in service.releases:
        top = repository.images.by_tag(f"v{release.version}")
        if top is not None:
            digests = top.children[: len(service.platforms)] or (top.digest,)
            images = map(repository.images.by_digest, digests)
            found += [(image, release) for image in images if image is not None]
    return found


def _found(service: Service, release: Release) -> list[tuple[Advisory, Package]]:
    packages = packages_of(service, release)
    return [(one, package) for one in ADVISORIES for package in packages if one.hits(package)]


def _basic(advisory: Advisory, package: Package) -> Document:
    attributes = {
        "package_version": package.version,
        "package_name": package.name,
        "CVSS3_VECTOR": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS3_SCORE": str(advisory.score),
    }
    return {
        "name": advisory.name,
        "description": advisory.text,
        "uri": f"https://security-tracker.debian.org/tracker/{advisory.name}",
        "severity": advisory.severity,
        "attributes": [{"key": key, "value": value} for key, value in attributes.items()],
    }


def _enhanced(
    repository: Repository, image: Image, advisory: Advisory, package: Package
) -> Document:
    text = f"{advisory.name} {package.name} {repository.name} {image.digest}"
    identity = hashlib.sha256(text.encode()).hexdigest()[:32]
    where = f"arn:aws:inspector2:{repository.region}:{repository.account}:finding"
    fix = f"Upgrade {package.name} to {advisory.fixed}" if advisory.fixed else "No fix is known."
    return {
        "awsAccountId": repository.account,
        "description": advisory.text,
        "findingArn": f"{where}/{identity}",
        "firstObservedAt": image.pushed_at + 60,
        "lastObservedAt": NOW.timestamp() - 3_600,
        "updatedAt": NOW.timestamp() - 3_600,
        "packageVulnerabilityDetails": _vulnerability(advisory, package, image),
        "remediation": {"recommendation": {"text": fix}},
        "resources": [_resource(repository, image)],
        "score": advisory.score,
        "severity": advisory.severity,
        "status": "ACTIVE",
        "title": f"{advisory.name} - {package.name}",
        "type": "PACKAGE_VULNERABILITY",
        "fixAvailable": "YES" if advisory.fixed else "NO",
        "exploitAvailable": "YES" if advisory.exploited else "NO",
    }


def _details(advisory: Advisory) -> Document:
    """What Inspector knows beyond the finding."""
    told: Document = {"epssScore": advisory.epss, "cwes": ["CWE-787"], "referenceUrls": []}
    if advisory.exploited:
        first, due = moment("11-13 06:00").timestamp(), moment("12-04 00:00").timestamp()
        told["exploitObserved"] = {"firstSeen": first, "lastSeen": NOW.timestamp() - 40_000}
        action = "Apply updates per vendor instructions."
        told["cisaData"] = {"dateAdded": first + 90_000, "dateDue": due, "action": action}
    return told


def _vulnerability(advisory: Advisory, package: Package, image: Image) -> Document:
    vulnerable = {
        "name": package.name,
        "version": package.version,
        "arch": "AMD64",
        "packageManager": "OS",
        "sourceLayerHash": image.layers[1],
    }
    if advisory.fixed:
        vulnerable["fixedInVersion"] = advisory.fixed
    return {
        "vulnerabilityId": advisory.name,
        "source": "DEBIAN_CVE",
        "sourceUrl": f"https://security-tracker.debian.org/tracker/{advisory.name}",
        "vendorSeverity": advisory.severity.lower(),
        "vendorCreatedAt": moment("11-12 07:00").timestamp(),
        "vendorUpdatedAt": moment("11-13 16:00").timestamp(),
        "cvss": [
            {
                "baseScore": advisory.score,
                "scoringVector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                "source": "NVD",
                "version": "3.1",
            }
        ],
        "referenceUrls": [f"https://nvd.nist.gov/vuln/detail/{advisory.name}"],
        "relatedVulnerabilities": [],
        "vulnerablePackages": [vulnerable],
    }


def _resource(repository: Repository, image: Image) -> Document:
    details = {
        "architecture": "amd64",
        "imageHash": image.digest,
        "imageTags": sorted(image.tags),
        "platform": "DEBIAN_12",
        "pushedAt": image.pushed_at,
        "registry": repository.account,
        "repositoryName": repository.name,
    }
    return {
        "id": f"{repository.arn}/{image.digest}",
        "type": "AWS_ECR_CONTAINER_IMAGE",
        "details": {"awsEcrContainerImage": details},
        "tags": {},
    }
