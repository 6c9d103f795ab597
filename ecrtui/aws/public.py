"""The account's public registry: a smaller API, and manifests only by the registry protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ecrtui.aws import findings
from ecrtui.aws.calls import Calls, values
from ecrtui.aws.failures import NO_REPOSITORY
from ecrtui.aws.manifests import identifier
from ecrtui.aws.settings import reading
from ecrtui.errors import NotFound
from ecrtui.model.finding import ScanReport
from ecrtui.model.image import Image, ImageId, Referrer
from ecrtui.model.page import Page
from ecrtui.model.places import Registry
from ecrtui.model.ports import BlobSource, Password, RegistryBlobSource
from ecrtui.model.repository import Repository, SettingsPart
from ecrtui.model.setting import Scope, Setting

OpenSource = Callable[[str, Password], RegistryBlobSource]
"""Opens `repository URI` for who signs in; given by whoever knows the registry protocol."""


class PublicRegistry:
    """Reads an account's ECR Public registry; a `RegistryReader`.

    The API has neither BatchGetImage nor referrers, so bytes come through `open_source`.
    """

    def __init__(
        self, registry: Registry, calls: Calls, login: Password, open_source: OpenSource
    ) -> None:
        self.registry = registry
        self._calls = calls
        self._open_source = open_source
        self._login = login
        self._uris: dict[str, str] = {}

    def repositories(self) -> Iterator[Page[Repository]]:
        """All repositories of the account's public registry."""
        for page in self._calls.pages("DescribeRepositories", "repositories", Repository):
            self._uris.update((row.repository_name, row.repository_uri) for row in page.items)
            yield page

    def repository(self, name: str) -> Repository:
        """One repository; raises NotFound."""
        answer = self._calls.call("DescribeRepositories", repositoryNames=[name])
        found = values(answer.get("repositories", ()), Repository)
        if not found:
            raise NotFound(name, title=NO_REPOSITORY)
        self._uris[name] = found[0].repository_uri
        return found[0]

    def images(self, repository: str) -> Iterator[Page[Image]]:
        """All images of a repository."""
        yield from self._calls.pages(
            "DescribeImages", "imageDetails", Image, repositoryName=repository
        )

    def describe(self, repository: str, ids: Sequence[ImageId]) -> list[Image]:
        """The rows of some images, one call each: one that is missing would fail them all."""
        found: list[Image] = []
        for wanted in ids:
            try:
                answer = self._calls.call(
                    "DescribeImages", repositoryName=repository, imageIds=[identifier(wanted)]
                )
            except NotFound as missing:
                if missing.title == NO_REPOSITORY:
                    raise
                continue
            found += values(answer.get("imageDetails", ()), Image)
        return found

    def referrers(self, repository: str, digest: str) -> Iterator[Page[Referrer]]:
        """What names this digest as its subject, by the registry protocol."""
        yield Page(tuple(self._source(repository).referrers(digest)), last=True)

    def findings(self, repository: str, wanted: ImageId) -> Iterator[ScanReport]:
        """There are no scans in ECR Public."""
        raise findings.not_public(repository)

    def scan(self, repository: str, digest: str) -> ScanReport:
        """There are no scans in ECR Public."""
        raise findings.not_public(repository)

    def scan_type(self) -> str:
        """There are no scans in ECR Public."""
        raise findings.not_public(self.registry.called)

    def settings(self, repository: str = "", digest: str = "") -> Iterator[SettingsPart]:
        """Part by part, each with its own failure; of the registry where no repository is named."""
        asked = self._asked(repository, digest)
        scope = Scope.PUBLIC_REPOSITORY if repository else Scope.PUBLIC_REGISTRY
        yield from reading.parts(asked, Scope.PUBLIC_IMAGE if digest else scope)

    def setting(self, setting: Setting, repository: str = "") -> Any:
        """One setting's value."""
        return reading.read(self._asked(repository), setting)

    def _asked(self, repository: str, digest: str = "") -> reading.Asked:
        row = self.repository(repository) if repository and not digest else None
        return reading.Asked(self._calls, row or Repository(repository), digest)

    def source(self, repository: str) -> BlobSource:
        """Manifests and blobs by the registry protocol, with a token of the account."""
        return self._source(repository)

    def _source(self, repository: str) -> RegistryBlobSource:
        uri = self._uris.get(repository) or self.repository(repository).repository_uri
        return self._open_source(uri, self._login)
