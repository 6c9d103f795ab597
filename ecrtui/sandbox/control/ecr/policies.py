"""Permissions policies of repositories and of the registry: texts that are kept as they are."""

from __future__ import annotations

import json

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal, invalid_parameter
from ecrtui.sandbox.registry import Repository


def policy_document(repository: Repository, text: str) -> Document:
    """The answer of every operation on a repository policy."""
    return {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "policyText": text,
    }


def current_policy(repository: Repository) -> str:
    """The repository's policy; refuses when it has none."""
    if repository.policy is None:
        raise Refusal(
            "RepositoryPolicyNotFoundException",
            "Repository policy does not exist for the repository with name "
            f"'{repository.name}' in the registry with id '{repository.account}'",
        )
    return repository.policy


@ecr.operation("GetRepositoryPolicy")
def get_repository_policy(call: Call) -> Document:
    """A repository's policy."""
    return policy_document(call.repository, current_policy(call.repository))


@ecr.operation("SetRepositoryPolicy")
def set_repository_policy(call: Call) -> Document:
    """Replace a repository's policy."""
    repository = call.repository
    repository.policy = checked(call.params["policyText"], "repository")
    return policy_document(repository, repository.policy)


@ecr.operation("DeleteRepositoryPolicy")
def delete_repository_policy(call: Call) -> Document:
    """Remove a repository's policy."""
    repository = call.repository
    text = current_policy(repository)
    repository.policy = None
    return policy_document(repository, text)


@ecr.operation("GetRegistryPolicy")
def get_registry_policy(call: Call) -> Document:
    """The registry's policy."""
    return {"registryId": call.registry.account, "policyText": _registry_policy(call)}


@ecr.operation("PutRegistryPolicy")
def put_registry_policy(call: Call) -> Document:
    """Replace the registry's policy."""
    text = checked(call.params["policyText"], "registry")
    call.registry.settings.policy = text
    return {"registryId": call.registry.account, "policyText": text}


@ecr.operation("DeleteRegistryPolicy")
def delete_registry_policy(call: Call) -> Document:
    """Remove the registry's policy."""
    text = _registry_policy(call)
    call.registry.settings.policy = None
    return {"registryId": call.registry.account, "policyText": text}


def _registry_policy(call: Call) -> str:
    text = call.registry.settings.policy
    if text is None:
        raise Refusal(
            "RegistryPolicyNotFoundException",
            f"Registry policy does not exist in the registry with id '{call.registry.account}'",
        )
    return text


def checked(text: str, whose: str) -> str:
    """A policy text that is one; refuses all others."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or "Statement" not in document:
        raise invalid_parameter(
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: "
            f"'Invalid {whose} policy provided'"
        )
    return text
