"""A registry's settings: replication, account settings, signing, pull-time exclusions."""

from __future__ import annotations

from fnmatch import fnmatchcase

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.ecr.ids import image_id, the_image
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal, invalid_parameter
from ecrtui.sandbox.registry import Registry, Repository

_ACCOUNT_SETTINGS = {
    "BASIC_SCAN_TYPE_VERSION": ("AWS_NATIVE",),
    "REGISTRY_POLICY_SCOPE": ("V2",),
    "BLOB_MOUNTING": ("ENABLED", "DISABLED"),
}


@ecr.operation("DescribeRegistry")
def describe_registry(call: Call) -> Document:
    """The registry's replication configuration."""
    registry = call.registry
    return {
        "registryId": registry.account,
        "replicationConfiguration": {"rules": registry.settings.replication},
    }


@ecr.operation("PutReplicationConfiguration")
def put_replication_configuration(call: Call) -> Document:
    """Replace the replication rules; nothing is replicated here."""
    configuration = call.params["replicationConfiguration"]
    here = {"region": call.region, "registryId": call.registry.account}
    if any(here in rule["destinations"] for rule in configuration["rules"]):
        raise invalid_parameter(
            "Invalid parameter at 'replicationConfiguration' failed to satisfy constraint: "
            "'Replication destination cannot be the same as the source registry'"
        )
    call.registry.settings.replication = configuration["rules"]
    return {"replicationConfiguration": configuration}


@ecr.operation("DescribeImageReplicationStatus")
def describe_image_replication_status(call: Call) -> Document:
    """Whether copies of the image are where the rules want them.

    Computed: COMPLETE where the destination has the digest, IN_PROGRESS where it has not.
    """
    repository = call.repository
    image = the_image(repository, call.params["imageId"])
    statuses = [
        {
            **target,
            "status": "COMPLETE" if _has(call, target, repository, image.digest) else "IN_PROGRESS",
        }
        for target in destinations(call.registry, repository)
    ]
    return {
        "repositoryName": repository.name,
        "imageId": image_id(image, call.params["imageId"]),
        "replicationStatuses": statuses,
    }


def destinations(registry: Registry, repository: Repository) -> list[Document]:
    """Where the rules want a repository's images copied."""
    return [
        target
        for rule in registry.settings.replication
        if any(
            repository.name.startswith(each["filter"])
            for each in rule.get("repositoryFilters") or [{"filter": ""}]
        )
        for target in rule["destinations"]
    ]


def _has(call: Call, target: Document, repository: Repository, digest: str) -> bool:
    registry = call.world.registries.get((target["registryId"], target["region"]))
    copy = registry.repositories.get(repository.name) if registry else None
    return copy is not None and copy.images.by_digest(digest) is not None


@ecr.operation("GetAccountSetting")
def get_account_setting(call: Call) -> Document:
    """One account setting."""
    name = _setting(call)
    return {"name": name, "value": call.registry.settings.account_settings[name]}


@ecr.operation("PutAccountSetting")
def put_account_setting(call: Call) -> Document:
    """Change one account setting."""
    name, value = _setting(call), call.params["value"]
    if value not in _ACCOUNT_SETTINGS[name]:
        raise invalid_parameter(f"Invalid value '{value}' for the account setting '{name}'")
    call.registry.settings.account_settings[name] = value
    return {"name": name, "value": value}


def _setting(call: Call) -> str:
    name = str(call.params["name"])
    if name not in _ACCOUNT_SETTINGS:
        raise invalid_parameter(f"There is no account setting named '{name}'")
    return name


@ecr.operation("GetSigningConfiguration")
def get_signing_configuration(call: Call) -> Document:
    """The signing rules; refuses when there are none."""
    return {"registryId": call.registry.account, "signingConfiguration": _signing(call)}


@ecr.operation("PutSigningConfiguration")
def put_signing_configuration(call: Call) -> Document:
    """Replace the signing rules; nothing is signed here."""
    call.registry.settings.signing = call.params["signingConfiguration"]
    return {"signingConfiguration": call.registry.settings.signing}


@ecr.operation("DeleteSigningConfiguration")
def delete_signing_configuration(call: Call) -> Document:
    """Remove the signing rules."""
    signing = _signing(call)
    call.registry.settings.signing = None
    return {"registryId": call.registry.account, "signingConfiguration": signing}


def _signing(call: Call) -> Document:
    signing = call.registry.settings.signing
    if signing is None:
        raise Refusal(
            "SigningConfigurationNotFoundException",
            "The signing configuration does not exist in the registry with id "
            f"'{call.registry.account}'",
        )
    return signing


@ecr.operation("DescribeImageSigningStatus")
def describe_image_signing_status(call: Call) -> Document:
    """The signing state of an image, a row for each rule's profile that applies to it.

    Computed: COMPLETE when a Notary Project signature refers to the image, else IN_PROGRESS.
    """
    repository = call.repository
    image = the_image(repository, call.params["imageId"])
    signed = any(
        each.artifact_media_type == "application/vnd.cncf.notary.signature"
        for each in repository.images.referrers(image.digest)
    )
    status = "COMPLETE" if signed else "IN_PROGRESS"
    rules = (call.registry.settings.signing or {"rules": []})["rules"]
    return {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "imageId": image_id(image, call.params["imageId"]),
        "signingStatuses": [
            {"signingProfileArn": rule["signingProfileArn"], "status": status}
            for rule in rules
            if _signs(rule, repository)
        ],
    }


def _signs(rule: Document, repository: Repository) -> bool:
    filters = rule.get("repositoryFilters") or [{"filter": "*"}]
    return any(fnmatchcase(repository.name, each["filter"]) for each in filters)


@ecr.operation("ListPullTimeUpdateExclusions")
def list_pull_time_update_exclusions(call: Call) -> Document:
    """Principals whose pulls do not move the pull time."""
    found, more = page(call, "exclusions", sorted(call.registry.settings.exclusions))
    return {"pullTimeUpdateExclusions": found} | more


@ecr.operation("RegisterPullTimeUpdateExclusion")
def register_pull_time_update_exclusion(call: Call) -> Document:
    """Exclude a principal; at most a hundred are."""
    arn, exclusions = call.params["principalArn"], call.registry.settings.exclusions
    if arn in exclusions:
        raise Refusal(
            "ExclusionAlreadyExistsException",
            f"The pull time update exclusion for the principal '{arn}' already exists",
        )
    if len(exclusions) >= 100:
        raise Refusal("LimitExceededException", "There can be at most 100 exclusions")
    exclusions[arn] = call.now
    return {"principalArn": arn, "createdAt": exclusions[arn]}


@ecr.operation("DeregisterPullTimeUpdateExclusion")
def deregister_pull_time_update_exclusion(call: Call) -> Document:
    """Record a principal's pulls again."""
    arn = call.params["principalArn"]
    if call.registry.settings.exclusions.pop(arn, None) is None:
        raise Refusal(
            "ExclusionNotFoundException",
            f"The pull time update exclusion for the principal '{arn}' does not exist",
        )
    return {"principalArn": arn}
