"""Whether a registry can take a blob from another of its repositories, so that no byte moves."""

from __future__ import annotations

from ecrtui.errors import EcrtuiError
from ecrtui.model.places import Home, Outside, Registry
from ecrtui.model.reference import Transport
from ecrtui.model.repository import NewRepository
from ecrtui.workflows.services import Services


def may_mount(
    services: Services,
    source: tuple[Home, str],
    target: tuple[Home, str],
    new: NewRepository | None = None,
) -> bool:
    """Whether blobs of the source's repository can be mounted in the target's, as far as settings
    tell; mounting itself may still be refused, and the blob be sent.

    ECR mounts within one account and region, where the account's setting BLOB_MOUNTING allows it
    and both repositories are encrypted alike (ECR user guide, blob mounting). Settings that may
    not be read count as no. `new` is the target's repository where that is still to be made.
    """
    (one, here), (other, there) = source, target
    if here == there or not same_registry(one, other):
        return False
    if isinstance(one, Outside) or isinstance(other, Outside):
        return True
    from ecrtui.aws import registries

    try:
        if not registries.mounts_blobs(services.sessions, other):
            return False
        ours = services.reader(one).repository(here).encryption_configuration
        if new is not None:
            return ours == _encryption(new)
        return ours == services.reader(other).repository(there).encryption_configuration
    except EcrtuiError:
        return False


def _encryption(new: NewRepository) -> dict[str, str]:
    """What a repository will have; AES256 is ECR's default (CreateRepository, API reference)."""
    key = {"kmsKey": new.kms_key} if new.kms_key else {}
    return {"encryptionType": new.encryption or "AES256", **key}


def same_registry(one: Home, other: Home) -> bool:
    """Whether two homes are one registry, whichever profile reaches it."""
    if isinstance(one, Registry) and isinstance(other, Registry):
        if one.kind is not other.kind or one.region != other.region:
            return False
        known = one.account and other.account
        return one.account == other.account if known else one.profile == other.profile
    if isinstance(one, Outside) and isinstance(other, Outside):
        return one == other and one.transport is Transport.DOCKER
    return False
