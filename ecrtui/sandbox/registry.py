"""Registries and repositories: what one account keeps in one region."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ecrtui.sandbox.refusal import repository_not_found
from ecrtui.sandbox.shelf import Blob, DictShelf, ImageShelf

Document = dict[str, Any]


@dataclass
class Upload:
    """A layer on its way in: through UploadLayerPart or the registry API."""

    id: str
    data: bytearray = field(default_factory=bytearray, repr=False)
    parts: list[int] = field(default_factory=list)
    """Sizes of the parts so far, in order."""
    told: int | None = None
    """Bytes that the first PATCH brought, which ECR tells ever after."""


class Repository:
    """A repository: its settings as the API spells them, its images and its blobs.

    `fill`, if given, is called once with the repository at the first look at images, blobs or
    their number: seeds make their bytes there, so that starting costs nothing.
    """

    def __init__(
        self,
        name: str,
        created_at: float,
        *,
        account: str,
        region: str,
        fill: Callable[[Repository], None] | None = None,
    ) -> None:
        self.name = name
        self.created_at = created_at
        self.account = account
        self.region = region
        self.arn = f"arn:aws:ecr:{region}:{account}:repository/{name}"
        self.mutability = "MUTABLE"
        self.exclusion_filters: list[Document] = []
        self.encryption: Document = {"encryptionType": "AES256"}
        self.scan_on_push = False
        self.lifecycle_policy: str | None = None
        self.lifecycle_evaluated_at: float | None = None
        self.lifecycle_preview: Document | None = None
        self.policy: str | None = None
        self.tags: dict[str, str] = {}
        self.catalog: Document = {}
        self.uploads: dict[str, Upload] = {}
        self._images: ImageShelf = DictShelf()
        self._blobs: dict[str, Blob] = {}
        self._fill = fill

    @property
    def images(self) -> ImageShelf:
        """The shelf of images, filled if it was not before."""
        self._filled()
        return self._images

    @images.setter
    def images(self, shelf: ImageShelf) -> None:
        self._images = shelf

    @property
    def blobs(self) -> dict[str, Blob]:
        """Layers and configs by digest."""
        self._filled()
        return self._blobs

    def _filled(self) -> None:
        if self._fill is not None:
            # Cleared first: filling goes through `images` and `blobs` itself.
            fill, self._fill = self._fill, None
            fill(self)


@dataclass
class Settings:
    """A registry's own settings, as documents of the API."""

    policy: str | None = None
    scanning: Document = field(default_factory=lambda: {"scanType": "BASIC", "rules": []})
    replication: list[Document] = field(default_factory=list)
    pull_through: dict[str, Document] = field(default_factory=dict)
    templates: dict[str, Document] = field(default_factory=dict)
    signing: Document | None = None
    backfills: dict[str, Document] = field(default_factory=dict)
    exclusions: dict[str, float] = field(default_factory=dict)
    """Principals whose pulls do not move the pull time -> when they were excluded."""
    account_settings: dict[str, str] = field(
        default_factory=lambda: {
            "BASIC_SCAN_TYPE_VERSION": "AWS_NATIVE",
            "REGISTRY_POLICY_SCOPE": "V2",
            "BLOB_MOUNTING": "DISABLED",
        }
    )


class Registry:
    """The private registry of one account in one region.

    `host` is `127.0.0.1:port`; asking for it opens the port when a server runs.
    """

    def __init__(self, account: str, region: str, host_of: Callable[[Registry], str]) -> None:
        self.account = account
        self.region = region
        self.repositories: dict[str, Repository] = {}
        self.settings = Settings()
        self._host_of = host_of

    @property
    def host(self) -> str:
        """Host and port where the registry API answers."""
        return self._host_of(self)

    def create(
        self, name: str, created_at: float, fill: Callable[[Repository], None] | None = None
    ) -> Repository:
        """A new empty repository, replacing none: the caller checks the name is free."""
        repository = Repository(
            name, created_at, account=self.account, region=self.region, fill=fill
        )
        self.repositories[name] = repository
        return repository

    def find(self, name: str) -> Repository | None:
        """The repository under this name, as it stands in a path of the registry API."""
        return self.repositories.get(name)

    def get(self, name: str) -> Repository:
        """The repository of this name; refuses as ECR does when there is none."""
        found = self.repositories.get(name)
        if found is None:
            raise repository_not_found(name, self.account)
        return found


@dataclass
class PublicRegistry:
    """One account's part of ECR Public: an alias and its repositories."""

    account: str
    alias: str
    catalog: Document = field(default_factory=dict)
    verified: bool = False
    repositories: dict[str, Repository] = field(default_factory=dict)

    def create(
        self, name: str, created_at: float, fill: Callable[[Repository], None] | None = None
    ) -> Repository:
        """A new empty public repository."""
        repository = Repository(
            name, created_at, account=self.account, region="us-east-1", fill=fill
        )
        repository.arn = f"arn:aws:ecr-public::{self.account}:repository/{name}"
        self.repositories[name] = repository
        return repository

    def get(self, name: str) -> Repository:
        """The repository of this name; refuses as ECR Public does when there is none."""
        found = self.repositories.get(name)
        if found is None:
            raise repository_not_found(name, self.account)
        return found


class Gallery:
    """All of ECR Public behind one host, where repositories are named `alias/name`.

    It stands where a Registry stands for the registry API: it has `host`, `account` (nobody's),
    `region` and `find`.
    """

    account = ""
    region = "us-east-1"

    def __init__(self, host_of: Callable[[Gallery], str]) -> None:
        self.registries: dict[str, PublicRegistry] = {}
        self._host_of = host_of

    @property
    def host(self) -> str:
        """Host and port where the public registry API answers."""
        return self._host_of(self)

    def open(self, account: str, alias: str) -> PublicRegistry:
        """The account's public registry under its alias, made if it was not there."""
        return self.registries.setdefault(account, PublicRegistry(account, alias))

    def find(self, name: str) -> Repository | None:
        """The repository under `alias/name`."""
        alias, _, rest = name.partition("/")
        for registry in self.registries.values():
            if registry.alias == alias:
                return registry.repositories.get(rest)
        return None
