"""The copy menu: every text one could want of the row one stands on.

The repository's URI is the one the API returned, never one put together here: a local endpoint,
another partition or a dual-stack address would make it wrong.
"""

from __future__ import annotations

import shlex

import msgspec

from ecrtui.model.details import ImageDetails
from ecrtui.model.image import Image, ImageId
from ecrtui.model.places import Outside, Registry
from ecrtui.model.repository import Repository
from ecrtui.render.console import image_url, registry_url, repository_url


class CopyChoice(msgspec.Struct, frozen=True):
    """One line of the menu: what it is called and what would be copied."""

    title: str
    text: str

    @property
    def in_one_line(self) -> str:
        """The text as a menu shows it."""
        return " ".join(self.text.split())


def registry_choices(registry: Registry) -> list[CopyChoice]:
    """What can be copied of a registry."""
    return [
        CopyChoice("account", registry.account),
        CopyChoice("region", registry.region),
        CopyChoice("aws command", _command(registry, "describe-repositories")),
        CopyChoice("console address", registry_url(registry)),
    ]


def repository_choices(registry: Registry, repository: Repository) -> list[CopyChoice]:
    """What can be copied of a repository."""
    name = repository.repository_name
    return [
        CopyChoice("uri", repository.repository_uri),
        CopyChoice("name", name),
        CopyChoice("arn", repository.repository_arn),
        CopyChoice("aws command", _command(registry, "describe-images", "--repository-name", name)),
        CopyChoice("console address", repository_url(registry, name)),
        CopyChoice("json", _json(repository)),
    ]


def image_choices(registry: Registry, uri: str, image: Image) -> list[CopyChoice]:
    """What can be copied of an image; the URI by tag comes first, or by digest when untagged."""
    by_digest = f"{uri}@{image.image_digest}"
    choices = [CopyChoice(f"uri :{tag}", f"{uri}:{tag}") for tag in image.image_tags]
    choices += [
        CopyChoice("uri by digest", by_digest),
        CopyChoice("digest", image.image_digest),
        CopyChoice("docker pull", shlex.join(["docker", "pull", by_digest])),
        CopyChoice("aws command", _describe_command(registry, image)),
    ]
    if not registry.is_public:
        choices.append(CopyChoice("docker login", _login_command(registry, uri)))
    url = image_url(registry, image.repository_name, image.image_digest)
    choices += [CopyChoice("console address", url), CopyChoice("json", _json(image))]
    return choices


def outside_choices(home: Outside, details: ImageDetails) -> list[CopyChoice]:
    """What can be copied of an image outside ECR."""
    by_digest = str(home.reference(details.repository, ImageId(details.digest)))
    choices = [CopyChoice("reference", details.reference)]
    if home.is_remote:
        pull = shlex.join(["docker", "pull", by_digest.removeprefix("docker://")])
        choices += [CopyChoice("reference by digest", by_digest), CopyChoice("docker pull", pull)]
    return [*choices, CopyChoice("digest", details.digest)]


def manifest_choice(details: ImageDetails) -> list[CopyChoice]:
    """The manifest, where it is known."""
    text = details.raw_manifest.decode("utf-8", "replace")
    return [CopyChoice("manifest", text)] if text else []


def _json(row: Repository | Image) -> str:
    """The row with the API's own keys."""
    return msgspec.json.format(msgspec.json.encode(row), indent=2).decode()


def _describe_command(registry: Registry, image: Image) -> str:
    wanted = ["--repository-name", image.repository_name]
    wanted += ["--image-ids", f"imageDigest={image.image_digest}"]
    return _command(registry, "describe-images", *wanted)


def _login_command(registry: Registry, uri: str) -> str:
    host = shlex.quote(uri.partition("/")[0])
    password = _command(registry, "get-login-password")
    return f"{password} | docker login --username AWS --password-stdin {host}"


def _command(registry: Registry, operation: str, *arguments: str) -> str:
    """An aws CLI line for the same place; its words are quoted for a shell."""
    service = "ecr-public" if registry.is_public else "ecr"
    words = ["aws", service, operation, *arguments, "--region", registry.region]
    if registry.profile:
        words += ["--profile", registry.profile]
    return shlex.join(words)
