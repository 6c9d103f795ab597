"""Amazon ECR Public's operations that change something: catalogs, policies, pushes."""

from __future__ import annotations

from ecrtui.sandbox.control.ecr import pushes
from ecrtui.sandbox.control.ecr.policies import checked, current_policy, policy_document
from ecrtui.sandbox.control.ecr_public import ecr_public
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.registry import Repository

__all__ = ["ecr_public"]

_LOGO = "logoImageBlob"


def _repository(call: Call) -> Repository:
    return call.public.get(call.params["repositoryName"])


@ecr_public.operation("PutRegistryCatalogData")
def put_registry_catalog_data(call: Call) -> Document:
    """The display name; an empty one takes it away."""
    name = call.params.get("displayName", "")
    call.public.catalog = {"displayName": name} if name else {}
    return {"registryCatalogData": call.public.catalog}


@ecr_public.operation("PutRepositoryCatalogData")
def put_repository_catalog_data(call: Call) -> Document:
    """Change the members given; empty ones go. The picture is not kept."""
    repository = _repository(call)
    catalog = {**repository.catalog, **call.params["catalogData"]}
    repository.catalog = {key: each for key, each in catalog.items() if each and key != _LOGO}
    return {"catalogData": repository.catalog}


@ecr_public.operation("SetRepositoryPolicy")
def set_repository_policy(call: Call) -> Document:
    """Replace a repository's policy."""
    repository = _repository(call)
    repository.policy = checked(call.params["policyText"], "repository")
    return policy_document(repository, repository.policy)


@ecr_public.operation("DeleteRepositoryPolicy")
def delete_repository_policy(call: Call) -> Document:
    """Remove a repository's policy."""
    repository = _repository(call)
    text = current_policy(repository)
    repository.policy = None
    return policy_document(repository, text)


@ecr_public.operation("InitiateLayerUpload")
def initiate_layer_upload(call: Call) -> Document:
    """Begin an upload."""
    return pushes.initiate(_repository(call))


@ecr_public.operation("UploadLayerPart")
def upload_layer_part(call: Call) -> Document:
    """Take the next part of a layer."""
    return pushes.take_part(_repository(call), call.params)


@ecr_public.operation("CompleteLayerUpload")
def complete_layer_upload(call: Call) -> Document:
    """End an upload."""
    return pushes.complete(_repository(call), call.params)


@ecr_public.operation("PutImage")
def put_image(call: Call) -> Document:
    """Put a manifest, under a tag if one is given."""
    return pushes.put(_repository(call), call)
