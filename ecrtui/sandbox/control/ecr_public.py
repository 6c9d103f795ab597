"""Amazon ECR Public's operations: all that read, and those a push and housekeeping need."""

from __future__ import annotations

from ecrtui.sandbox.control.ecr import resource_tags
from ecrtui.sandbox.control.ecr.deletions import delete_images
from ecrtui.sandbox.control.ecr.ids import the_image
from ecrtui.sandbox.control.ecr.policies import current_policy, policy_document
from ecrtui.sandbox.control.ecr.pulls import check_layers
from ecrtui.sandbox.control.ecr.repositories import opaque_order
from ecrtui.sandbox.control.paging import not_with_pages, page
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.distribution.tokens import issue_token
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.registry import PublicRegistry, Repository
from ecrtui.sandbox.shelf import Image

ecr_public = Service("ecr-public")


def _repository(call: Call) -> Repository:
    return call.public.get(call.params["repositoryName"])


def _describe(call: Call, registry: PublicRegistry, repository: Repository) -> Document:
    return {
        "repositoryArn": repository.arn,
        "registryId": repository.account,
        "repositoryName": repository.name,
        "repositoryUri": f"{call.world.public.host}/{registry.alias}/{repository.name}",
        "createdAt": repository.created_at,
    }


@ecr_public.operation("DescribeRegistries")
def describe_registries(call: Call) -> Document:
    """The caller's public registry."""
    registry = call.public
    alias = {
        "name": registry.alias,
        "status": "ACTIVE",
        "primaryRegistryAlias": True,
        "defaultRegistryAlias": True,
    }
    row = {
        "registryId": registry.account,
        "registryArn": f"arn:aws:ecr-public::{registry.account}:registry/{registry.account}",
        "registryUri": f"{call.world.public.host}/{registry.alias}",
        "verified": registry.verified,
        "aliases": [alias],
    }
    found, more = page(call, "registries", [row])
    return {"registries": found} | more


@ecr_public.operation("DescribeRepositories")
def describe_repositories(call: Call) -> Document:
    """All public repositories of an account in pages, or those named."""
    not_with_pages(call, "repositoryNames")
    registry = call.public
    names = call.params.get("repositoryNames")
    more: Document = {}
    if not names:
        names, more = page(call, "public", opaque_order(list(registry.repositories)))
    rows = [_describe(call, registry, registry.get(name)) for name in names]
    return {"repositories": rows} | more


@ecr_public.operation("CreateRepository")
def create_repository(call: Call) -> Document:
    """A new public repository."""
    registry, name = call.public, call.params["repositoryName"]
    if name in registry.repositories:
        raise Refusal(
            "RepositoryAlreadyExistsException",
            f"The repository with name '{name}' already exists in the registry with id "
            f"'{registry.account}'",
        )
    repository = registry.create(name, call.now)
    repository.tags = resource_tags.merged_tags(call.params.get("tags", []))
    given = call.params.get("catalogData", {})
    # The picture would be served from AWS's own host; the rest is told as it was given.
    repository.catalog = {key: text for key, text in given.items() if key != "logoImageBlob"}
    return {
        "repository": _describe(call, registry, repository),
        "catalogData": repository.catalog,
    }


@ecr_public.operation("DeleteRepository")
def delete_repository(call: Call) -> Document:
    """Remove a public repository; with images in it only by force."""
    registry, repository = call.public, _repository(call)
    if len(repository.images) and not call.params.get("force"):
        raise Refusal(
            "RepositoryNotEmptyException",
            f"The repository with name '{repository.name}' in registry with id "
            f"'{registry.account}' cannot be deleted because it still contains images",
        )
    del registry.repositories[repository.name]
    return {"repository": _describe(call, registry, repository)}


@ecr_public.operation("DescribeImages")
def describe_images(call: Call) -> Document:
    """Rows for the images asked for by id, or for all, in pages."""
    not_with_pages(call, "imageIds")
    repository = _repository(call)
    if ids := call.params.get("imageIds"):
        found = {image.digest: image for image in (the_image(repository, each) for each in ids)}
        return {"imageDetails": [_detail(repository, image) for image in found.values()]}
    images, more = page(call, f"public/{repository.name}", list(repository.images))
    return {"imageDetails": [_detail(repository, image) for image in images]} | more


@ecr_public.operation("DescribeImageTags")
def describe_image_tags(call: Call) -> Document:
    """A row for each tag, in pages."""
    repository = _repository(call)
    rows = [(tag, image) for image in repository.images for tag in sorted(image.tags)]
    found, more = page(call, f"public-tags/{repository.name}", rows)
    details = [
        {"imageTag": tag, "createdAt": image.pushed_at, "imageDetail": _facts(image)}
        for tag, image in found
    ]
    return {"imageTagDetails": details} | more


def _facts(image: Image) -> Document:
    facts: Document = {
        "imageDigest": image.digest,
        "imageSizeInBytes": image.size,
        "imagePushedAt": image.pushed_at,
        "imageManifestMediaType": image.media_type,
    }
    if image.artifact_media_type is not None:
        facts["artifactMediaType"] = image.artifact_media_type
    return facts


def _detail(repository: Repository, image: Image) -> Document:
    tags: Document = {"imageTags": sorted(image.tags)} if image.tags else {}
    return {
        "registryId": repository.account,
        "repositoryName": repository.name,
        **_facts(image),
        **tags,
    }


@ecr_public.operation("BatchCheckLayerAvailability")
def batch_check_layer_availability(call: Call) -> Document:
    """Which layers are here."""
    return check_layers(_repository(call), call.params["layerDigests"])


@ecr_public.operation("BatchDeleteImage")
def batch_delete_image(call: Call) -> Document:
    """Delete images by digest, tags by tag."""
    return delete_images(_repository(call), call.params["imageIds"])


@ecr_public.operation("GetRegistryCatalogData")
def get_registry_catalog_data(call: Call) -> Document:
    """The display name of the caller's public registry."""
    return {"registryCatalogData": call.public.catalog}


@ecr_public.operation("GetRepositoryCatalogData")
def get_repository_catalog_data(call: Call) -> Document:
    """What the gallery shows of a repository."""
    repository = _repository(call)
    if not repository.catalog:
        raise Refusal(
            "RepositoryCatalogDataNotFoundException",
            f"Catalog data does not exist for the repository with name '{repository.name}' in "
            f"the registry with id '{repository.account}'",
        )
    return {"catalogData": repository.catalog}


@ecr_public.operation("GetRepositoryPolicy")
def get_repository_policy(call: Call) -> Document:
    """A repository's policy."""
    repository = _repository(call)
    return policy_document(repository, current_policy(repository))


def _by_arn(call: Call, arn: str) -> Repository | None:
    name = arn.partition(":repository/")[2]
    return call.public.get(name) if name and arn.startswith("arn:aws:ecr-public::") else None


resource_tags.offer(ecr_public, _by_arn)


@ecr_public.operation("GetAuthorizationToken")
def get_authorization_token(call: Call) -> Document:
    """A token for the public registry API, good for twelve hours of real time."""
    token, ends = issue_token(call.key.id)
    return {"authorizationData": {"authorizationToken": token, "expiresAt": ends}}
