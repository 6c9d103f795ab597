"""Findings of Inspector as DescribeImageScanFindings has them, for generated worlds."""

from __future__ import annotations

import hashlib
from typing import Any

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Image

ALL_REPOSITORIES = {"filter": "*", "filterType": "WILDCARD"}


def enhanced_finding(
    repository: Repository,
    image: Image,
    name: str,
    now: float,
    *,
    severity: str = "HIGH",
    package: str = "libexample",
) -> dict[str, Any]:
    """A finding of an identifier in a package of an image; its ARN follows from all three."""
    where = f"arn:aws:inspector2:{repository.region}:{repository.account}:finding"
    digits = hashlib.sha256(f"{name} {package} {image.digest}".encode()).hexdigest()[:32]
    return {
        "awsAccountId": repository.account,
        "description": f"{name} is in {package}.",
        "findingArn": f"{where}/{digits}",
        "firstObservedAt": now - 3600,
        "lastObservedAt": now - 60,
        "updatedAt": now - 60,
        "packageVulnerabilityDetails": {
            "vulnerabilityId": name,
            "source": "NVD",
            "sourceUrl": f"https://nvd.nist.gov/vuln/detail/{name}",
            "cvss": [
                {
                    "baseScore": 7.5,
                    "scoringVector": "CVSS:3.1/AV:N",
                    "source": "NVD",
                    "version": "3.1",
                }
            ],
            "referenceUrls": [],
            "relatedVulnerabilities": [],
            "vulnerablePackages": [
                {
                    "name": package,
                    "version": "1.0",
                    "fixedInVersion": "1.1",
                    "packageManager": "OS",
                    "sourceLayerHash": image.layers[-1],
                }
            ],
        },
        "remediation": {"recommendation": {"text": f"Upgrade {package} to 1.1"}},
        "resources": [
            {
                "id": f"{repository.arn}/{image.digest}",
                "type": "AWS_ECR_CONTAINER_IMAGE",
                "details": {
                    "awsEcrContainerImage": {
                        "architecture": "amd64",
                        "imageHash": image.digest,
                        "imageTags": sorted(image.tags),
                        "registry": repository.account,
                        "repositoryName": repository.name,
                    }
                },
                "tags": {},
            }
        ],
        "score": 7.5,
        "severity": severity,
        "status": "ACTIVE",
        "title": f"{name} - {package}",
        "type": "PACKAGE_VULNERABILITY",
        "fixAvailable": "YES",
        "exploitAvailable": "NO",
    }
