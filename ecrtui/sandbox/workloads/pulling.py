"""What becomes of a reference when something outside pulls it: an image, or words that say why not.

The words are those of containerd on Fargate; docs/sandbox.md says from where they are known.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from ecrtui.sandbox.pulls import record_pull
from ecrtui.sandbox.registry import Gallery, Registry, Repository
from ecrtui.sandbox.shelf import Image

if TYPE_CHECKING:
    from ecrtui.sandbox.world import World

_ECR = re.compile(r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com|on\.aws).*")
_PULL = "ecr:BatchGetImage"
_SIGN_IN = "ecr:GetAuthorizationToken"


@dataclass(frozen=True)
class Reference:
    """A reference taken apart: `HOST/NAME[:TAG][@DIGEST]`; tag is `latest` where neither is."""

    text: str
    host: str
    name: str
    tag: str
    digest: str


class CannotPull(Exception):
    """A pull that failed: a container runtime's words, and what ECS calls it.

    `denied` is whether a permission is missing.
    """

    def __init__(
        self, words: str, *, error: str = "CannotPullContainerError", denied: bool = False
    ) -> None:
        super().__init__(words)
        self.words = words
        self.error = error
        self.denied = denied

    @property
    def reason(self) -> str:
        """A task's stoppedReason."""
        return f"{self.error}: {self.words}"


@dataclass(frozen=True)
class Pulled:
    """What a pull brought: `digest` is what the reference meant."""

    digest: str
    chosen: str
    """The platform's image of it: another where the reference means an index."""
    runs: bool = True
    """Whether its program is for the platform it is started on."""


def split(text: str) -> Reference:
    """A reference taken apart as docker does it."""
    first, slash, _ = text.partition("/")
    host = first if slash and ("." in first or ":" in first or first == "localhost") else ""
    rest, _, digest = text[len(host) + 1 if host else 0 :].partition("@")
    name, colon, tag = rest.rpartition(":")
    if not colon:
        name, tag = rest, ""
    return Reference(text, host, name, tag or ("" if digest else "latest"), digest)


def repository_of(world: World, ref: Reference) -> tuple[Registry | Gallery | None, Any]:
    """The registry a reference leads to (None outside ECR) and its repository, if there is one."""
    found = _ECR.fullmatch(ref.host)
    place: Registry | Gallery | None = None
    if found is not None:
        account, region = found.groups()
        known = account in world.accounts
        place = world.registry(account, region) if known else _strange(account, region)
    elif ref.host == "public.ecr.aws":
        place = world.public
    elif ref.host:
        place = world.place_at(ref.host)
    return place, None if place is None else place.find(ref.name)


def image_of(repository: Repository, ref: Reference) -> Image | None:
    """The image in a repository that a reference means, archived or not."""
    if ref.digest:
        return repository.images.by_digest(ref.digest)
    return repository.images.by_tag(ref.tag)


def pull(
    world: World,
    text: str,
    *,
    account: str,
    platform: tuple[str, str],
    role: str,
    troubles: dict[str, str],
    at: float | None,
) -> Pulled:
    """Pull as a principal of an account; raises CannotPull.

    It counts as a pull at `at`; as none where that is None, of what was pulled long ago.
    `troubles` are patterns of references with what happens to them: `denied` or `timeout`.
    """
    ref = split(text)
    trouble = next((what for each, what in troubles.items() if fnmatchcase(text, each)), "")
    if trouble == "timeout":
        raise CannotPull(_timeout(ref))
    place, repository = repository_of(world, ref)
    private = place if isinstance(place, Registry) else None
    if private is not None:
        _enter(world, role)
    if trouble == "denied" or (private and not _may(world, private, repository, account, role)):
        raise CannotPull(_denied(ref), denied=True)
    if place is None:
        outside = ref.digest or "sha256:" + hashlib.sha256(text.encode()).hexdigest()
        return Pulled(outside, outside)
    image = None if repository is None else image_of(repository, ref)
    if image is None or image.status != "ACTIVE":
        raise CannotPull(_not_found(ref))
    chosen = platform_image(repository, image, platform)
    if chosen is None:
        raise CannotPull(_no_platform(platform))
    if private is not None and at is not None:
        for each in {image.digest: image, chosen.digest: chosen}.values():
            record_pull(private, each, role, at)
    runs = _architecture(repository, chosen) in ("", platform[1])
    return Pulled(image.digest, chosen.digest, runs)


def _enter(world: World, role: str) -> None:
    """Get a token for the registry; a role that is not known here may do everything."""
    known = world.roles.get(role)
    if known is not None and not known.may_call(_SIGN_IN):
        session = role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")
        raise CannotPull(
            "unable to pull secrets or registry auth: execution resource retrieval failed: unable "
            "to retrieve ecr registry auth: service call has been retried 1 time(s): "
            f"AccessDeniedException: User: {session}/task is not authorized to perform: {_SIGN_IN} "
            f"on resource: * because no identity-based policy allows the {_SIGN_IN} action",
            error="ResourceInitializationError",
            denied=True,
        )


def _may(
    world: World, place: Registry, repository: Repository | None, account: str, role: str
) -> bool:
    """Whether the role may pull, and the repository's policy lets its account.

    Its own account is only ever kept out by that. The sandbox knows no conditions: a statement
    that has one is passed over.
    """
    known = world.roles.get(role)
    if known is not None and not known.may_call(_PULL):
        return False
    policy = None if repository is None else repository.policy
    effects = _effects(policy, account)
    return "Deny" not in effects and (place.account == account or "Allow" in effects)


def _effects(policy: str | None, account: str) -> list[str]:
    statements = json.loads(policy or "{}").get("Statement", [])
    return [
        statement.get("Effect", "")
        for statement in (statements if isinstance(statements, list) else [statements])
        if isinstance(statement, dict)
        and "Condition" not in statement
        and _names(statement.get("Principal"), account)
        and _covers(statement, _PULL)
    ]


def _names(principal: Any, account: str) -> bool:
    if isinstance(principal, dict):
        principal = principal.get("AWS", [])
    each = principal if isinstance(principal, list) else [principal]
    return any(one == "*" or account in str(one) for one in each)


def _covers(statement: dict[str, Any], action: str) -> bool:
    actions = statement.get("Action", [])
    each = actions if isinstance(actions, list) else [actions]
    return any(fnmatchcase(action.lower(), str(one).lower()) for one in each)


def platform_image(repository: Repository, image: Image, platform: tuple[str, str]) -> Image | None:
    """An index's image for the platform, or the image itself."""
    if not image.children:
        return image
    for entry in json.loads(image.read_manifest()).get("manifests", []):
        what = entry.get("platform", {})
        if (what.get("os"), what.get("architecture")) == platform:
            return repository.images.by_digest(entry["digest"])
    return None


def _architecture(repository: Repository, image: Image) -> str:
    """What an image's program is made for; '' where it does not say."""
    config = repository.blobs.get(image.layers[0]) if image.layers else None
    try:
        return str(json.loads(config.read()).get("architecture", "")) if config else ""
    except (ValueError, AttributeError):
        return ""


def _strange(account: str, region: str) -> Registry:
    return Registry(account, region, lambda _place: "")


def _no_platform(platform: tuple[str, str]) -> str:
    return (
        "pull image manifest has been retried 7 time(s): image Manifest does not contain "
        f"descriptor matching platform '{'/'.join(platform)}'"
    )


def _not_found(ref: Reference) -> str:
    return (
        f"pull image manifest has been retried 7 time(s): failed to resolve ref {ref.text}: "
        f"{ref.text}: not found"
    )


def _denied(ref: Reference) -> str:
    where = f"{ref.host}/v2/{ref.name}/manifests/{ref.digest or ref.tag}"
    return (
        f"pull image manifest has been retried 1 time(s): failed to resolve ref {ref.text}: "
        f"unexpected status from HEAD request to https://{where}: 403 Forbidden"
    )


def _timeout(ref: Reference) -> str:
    where = f"{ref.host}/v2/{ref.name}/manifests/{ref.digest or ref.tag}"
    return (
        f"pull image manifest has been retried 5 time(s): failed to resolve ref {ref.text}: "
        f'failed to do request: Head "https://{where}": dial tcp 10.0.31.17:443: i/o timeout'
    )
