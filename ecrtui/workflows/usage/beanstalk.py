"""Uses in Elastic Beanstalk: the images that application versions' bundles name.

A version that an environment runs counts as running, by a digest that nobody tells: its instances
pulled what the tag named then. Other versions may be deployed again. Bundles lie in S3 and never
change under a version's label: each is read once in a run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.usage import Unknown, Use, UseKind
from ecrtui.workflows.services import Services
from ecrtui.workflows.usage import bundles
from ecrtui.workflows.usage.links import page, part
from ecrtui.workflows.usage.spots import Seen, Spot, unknown

if TYPE_CHECKING:
    from ecrtui.aws.beanstalk import Beanstalk, Environment, Version

LARGEST = 32 * 1024 * 1024
"""Bytes of a bundle that is read; one that names an image has a few kB, or a program's sources."""
MOST = 200
"""Bundles read in one look, those that run first."""


def look(services: Services, spot: Spot) -> Iterator[Seen]:
    """All uses in one account and region. Raises where environments cannot be listed."""
    from ecrtui.aws.beanstalk import Beanstalk

    beanstalk = Beanstalk(services.sessions, spot.profile, spot.region)
    runs: dict[tuple[str, str], list[Environment]] = defaultdict(list)
    for environment in beanstalk.environments():
        runs[environment.application, environment.version].append(environment)
    versions = sorted(
        beanstalk.versions(), key=lambda one: (one.application, one.label) not in runs
    )
    known = {(one.application, one.label) for one in versions}
    for (application, label), environments in list(runs.items()):
        if label and (application, label) not in known:
            yield _missed(spot, f"the version {label} of {environments[0].name} is not told")
    for version in versions[:MOST]:
        yield from _of_version(beanstalk, spot, version, runs[version.application, version.label])
    if len(versions) > MOST:
        yield _missed(spot, f"{len(versions) - MOST:,} versions that nothing runs were not read")


def _of_version(
    beanstalk: Beanstalk, spot: Spot, version: Version, runs: list[Environment]
) -> Iterator[Seen]:
    if not version.bucket:
        yield _missed(spot, f"the version {version.label} has no bundle in S3")
        return
    try:
        found = bundles.images(beanstalk.bundle(version.bucket, version.key, LARGEST))
    except NotFound:
        return  # nothing can be deployed from a bundle that is gone
    except EcrtuiError as problem:
        yield unknown(f"Elastic Beanstalk version {version.label}", spot, problem)
        return
    except bundles.NotRead as failure:
        yield _missed(spot, f"the bundle of {version.label} was not read: {failure}")
        return
    for image in found:
        if "$" in image:  # of a compose file: filled in where it runs
            yield _missed(spot, f"the version {version.label} names its image by a variable")
            continue
        for one in runs:
            yield _use(spot, version, image, one.name, one.arn, running=1)
        if not runs:
            yield _use(spot, version, image, version.label, version.arn, running=0)


def _use(spot: Spot, version: Version, image: str, name: str, arn: str, *, running: int) -> Use:
    path = "elasticbeanstalk/home?region={}#/application/overview?applicationName="
    return Use(
        kind=UseKind.BEANSTALK,
        name=name,
        where=version.application,
        account=spot.account,
        region=spot.region,
        image=image,
        running=running,
        arn=arn,
        link=page(arn, spot.region, path + part(version.application)),
    )


def _missed(spot: Spot, why: str) -> Unknown:
    return Unknown(what="Elastic Beanstalk", account=spot.account, region=spot.region, why=why)
