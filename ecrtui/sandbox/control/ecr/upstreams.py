"""Pull-through cache rules and repository creation templates: kept and told, not acted on."""

from __future__ import annotations

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.paging import not_with_pages, page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal

# AWS's documented upstreams by host; those that need credentials say so.
_UPSTREAMS = {
    "public.ecr.aws": "ecr-public",
    "quay.io": "quay",
    "registry.k8s.io": "k8s",
    "registry-1.docker.io": "docker-hub",
    "ghcr.io": "github-container-registry",
    "registry.gitlab.com": "gitlab-container-registry",
    "cgr.dev": "chainguard",
}
_NEED_SECRET = {"docker-hub", "github-container-registry", "gitlab-container-registry"}


@ecr.operation("DescribePullThroughCacheRules")
def describe_pull_through_cache_rules(call: Call) -> Document:
    """All rules in pages, or those of the prefixes given."""
    not_with_pages(call, "ecrRepositoryPrefixes")
    rules = call.registry.settings.pull_through
    if prefixes := call.params.get("ecrRepositoryPrefixes"):
        return {"pullThroughCacheRules": [_rule(call, prefix) for prefix in prefixes]}
    found, more = page(call, "rules", [rules[prefix] for prefix in sorted(rules)])
    return {"pullThroughCacheRules": found} | more


@ecr.operation("CreatePullThroughCacheRule")
def create_pull_through_cache_rule(call: Call) -> Document:
    """A new rule for a prefix."""
    registry, prefix = call.registry, call.params["ecrRepositoryPrefix"]
    if prefix in registry.settings.pull_through:
        raise Refusal(
            "PullThroughCacheRuleAlreadyExistsException",
            f"A pull through cache rule with repository prefix '{prefix}' already exists in the "
            f"registry with id '{registry.account}'",
        )
    upstream = call.params.get("upstreamRegistry") or _upstream(call.params["upstreamRegistryUrl"])
    rule = {
        **call.params,
        "createdAt": call.now,
        "registryId": registry.account,
        "upstreamRegistry": upstream,
        "upstreamRepositoryPrefix": call.params.get("upstreamRepositoryPrefix", "ROOT"),
    }
    registry.settings.pull_through[prefix] = rule
    return rule


@ecr.operation("UpdatePullThroughCacheRule")
def update_pull_through_cache_rule(call: Call) -> Document:
    """Change a rule's credentials or role."""
    rule = _rule(call, call.params["ecrRepositoryPrefix"])
    for name in ("credentialArn", "customRoleArn"):
        if name in call.params:
            rule[name] = call.params[name]
    rule["updatedAt"] = call.now
    left_out = ("createdAt", "upstreamRegistryUrl", "upstreamRegistry")
    return {name: value for name, value in rule.items() if name not in left_out}


@ecr.operation("DeletePullThroughCacheRule")
def delete_pull_through_cache_rule(call: Call) -> Document:
    """Remove a rule."""
    rule = _rule(call, call.params["ecrRepositoryPrefix"])
    del call.registry.settings.pull_through[rule["ecrRepositoryPrefix"]]
    left_out = ("updatedAt", "upstreamRegistry")
    return {name: value for name, value in rule.items() if name not in left_out}


@ecr.operation("ValidatePullThroughCacheRule")
def validate_pull_through_cache_rule(call: Call) -> Document:
    """Whether a rule could work: here, whether it has the credentials its upstream needs."""
    rule = _rule(call, call.params["ecrRepositoryPrefix"])
    valid = rule["upstreamRegistry"] not in _NEED_SECRET or "credentialArn" in rule
    left_out = ("createdAt", "updatedAt", "upstreamRegistry")
    answer = {name: value for name, value in rule.items() if name not in left_out}
    answer["isValid"] = valid
    return answer if valid else answer | {"failure": "The upstream registry needs credentials"}


def _rule(call: Call, prefix: str) -> Document:
    rule = call.registry.settings.pull_through.get(prefix)
    if rule is None:
        raise Refusal(
            "PullThroughCacheRuleNotFoundException",
            f"The pull through cache rule with repository prefix '{prefix}' does not exist in the "
            f"registry with id '{call.registry.account}'",
        )
    return rule


def _upstream(url: str) -> str:
    if url.endswith(".azurecr.io"):
        return "azure-container-registry"
    if ".dkr.ecr." in url:
        return "ecr"
    if url not in _UPSTREAMS:
        raise Refusal(
            "UnsupportedUpstreamRegistryException",
            f"The upstream registry URL '{url}' is not supported",
        )
    return _UPSTREAMS[url]


@ecr.operation("DescribeRepositoryCreationTemplates")
def describe_repository_creation_templates(call: Call) -> Document:
    """All templates in pages, or those of the prefixes given."""
    not_with_pages(call, "prefixes")
    templates = call.registry.settings.templates
    wanted = call.params.get("prefixes", sorted(templates))
    rows = [templates[prefix] for prefix in wanted if prefix in templates]
    found, more = page(call, "templates", rows)
    return {"registryId": call.registry.account, "repositoryCreationTemplates": found} | more


@ecr.operation("CreateRepositoryCreationTemplate")
def create_repository_creation_template(call: Call) -> Document:
    """A new template for a prefix."""
    registry, prefix = call.registry, call.params["prefix"]
    if prefix in registry.settings.templates:
        raise Refusal(
            "TemplateAlreadyExistsException",
            f"The repository creation template with prefix '{prefix}' already exists in the "
            f"registry with id '{registry.account}'",
        )
    defaults = {
        "encryptionConfiguration": {"encryptionType": "AES256"},
        "imageTagMutability": "MUTABLE",
    }
    template = {**defaults, **call.params, "createdAt": call.now, "updatedAt": call.now}
    registry.settings.templates[prefix] = template
    return {"registryId": registry.account, "repositoryCreationTemplate": template}


@ecr.operation("UpdateRepositoryCreationTemplate")
def update_repository_creation_template(call: Call) -> Document:
    """Change the members given."""
    template = _template(call)
    template |= {**call.params, "updatedAt": call.now}
    return {"registryId": call.registry.account, "repositoryCreationTemplate": template}


@ecr.operation("DeleteRepositoryCreationTemplate")
def delete_repository_creation_template(call: Call) -> Document:
    """Remove a template."""
    template = _template(call)
    del call.registry.settings.templates[template["prefix"]]
    return {"registryId": call.registry.account, "repositoryCreationTemplate": template}


def _template(call: Call) -> Document:
    prefix = call.params["prefix"]
    template = call.registry.settings.templates.get(prefix)
    if template is None:
        raise Refusal(
            "TemplateNotFoundException",
            f"The repository creation template with prefix '{prefix}' does not exist in the "
            f"registry with id '{call.registry.account}'",
        )
    return template
