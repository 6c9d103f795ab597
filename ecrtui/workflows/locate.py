"""From what a person typed to a place: which registry, which repository, which image."""

from __future__ import annotations

import msgspec

from ecrtui.errors import NotFound, UsageError
from ecrtui.model.image import ImageId
from ecrtui.model.places import Registry
from ecrtui.model.reference import Reference, Transport, parse
from ecrtui.workflows.services import Services

LATEST = "latest"


class Target(msgspec.Struct, frozen=True):
    """One image, or a repository when `image_id` names nothing."""

    registry: Registry
    repository: str
    image_id: ImageId = ImageId()

    def __str__(self) -> str:
        tag, digest = self.image_id.image_tag, self.image_id.image_digest
        return f"{self.repository}{':' + tag if tag else ''}{'@' + digest if digest else ''}"


def locate(services: Services, text: str, *, here: Registry | None = None) -> Target:
    """The place a reference names. Asks the network only for a local endpoint's host.

    `here` is the registry one stands in; a bare name belongs to it. Raises InvalidReference, or
    UsageError for a place this version cannot read.
    """
    return place(services, parse(text), here=here)


def place(services: Services, reference: Reference, *, here: Registry | None = None) -> Target:
    """The place a parsed reference names."""
    if reference.transport is Transport.PUBLIC:
        return _public(services, reference)
    if reference.transport is not Transport.ECR:
        raise UsageError(
            str(reference),
            title=f"{reference.transport.value}: cannot be opened yet",
            hint="This version reads images in ECR and ECR Public.",
        )
    image_id = ImageId(image_digest=reference.digest, image_tag=reference.tag)
    registry = here or services.home()
    if reference.region:
        # Through the profile in use: ECR answers for another account where its policy allows.
        registry = Registry(registry.profile, reference.region, reference.account)
    elif reference.host:
        return _by_uri(services, reference, image_id)
    return Target(registry, reference.name, image_id)


def _public(services: Services, reference: Reference) -> Target:
    """`public.ecr.aws/alias/repo`: the alias is not part of the repository's name in the API."""
    _, _, repository = reference.name.partition("/")
    if not repository:
        raise UsageError(str(reference), hint="Write public.ecr.aws/ALIAS/REPOSITORY:TAG.")
    image_id = ImageId(image_digest=reference.digest, image_tag=reference.tag)
    return Target(services.public(services.profile), repository, image_id)


def _by_uri(services: Services, reference: Reference, image_id: ImageId) -> Target:
    """A host that tells neither account nor region: the registry whose URIs begin with it."""
    wanted = f"{reference.host}/"
    profiles = services.options.profiles or (services.profile,)
    for profile in profiles:
        home = services.home()
        regions = services.options.regions or (home.region,)
        for region in regions:
            registry = Registry(profile=profile, region=region)
            try:
                found = services.reader(registry).repository(reference.name)
            except NotFound:
                continue
            if found.repository_uri.startswith(wanted):
                return Target(registry, reference.name, image_id)
    raise NotFound(
        str(reference),
        title=f"No registry at hand is reached at {reference.host}",
        hint="Name the profile and region it belongs to with --profile and --region.",
    )
