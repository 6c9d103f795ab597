"""A private registry: the account's own in one region."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ecrtui.aws import findings, manifests
from ecrtui.aws.calls import Calls, required, values
from ecrtui.aws.download import Downloads, Fetch
from ecrtui.aws.failures import NO_REPOSITORY
from ecrtui.aws.settings import reading
from ecrtui.errors import NotFound
from ecrtui.model.finding import ScanReport
from ecrtui.model.image import Image, ImageId, Referrer
from ecrtui.model.manifest import RawManifest
from ecrtui.model.page import Page
from ecrtui.model.places import Registry
from ecrtui.model.repository import Repository, SettingsPart
from ecrtui.model.setting import Scope, Setting

# Without these, archived images and referrers are invisible (API reference, 2025-11).
_ANY_IMAGE = {"imageStatus": "ANY"}
_ANY_ARTIFACT = {"artifactStatus": "ANY"}
_REFERRERS_A_PAGE = 50
_DESCRIBED_AT_ONCE = 100


class PrivateRegistry:
    """Reads one private registry; a `RegistryReader`."""

    def __init__(self, registry: Registry, calls: Calls, fetch: Fetch) -> None:
        self.registry = registry
        self._calls = calls
        self._fetch = fetch

    def repositories(self) -> Iterator[Page[Repository]]:
        """All repositories, in the service's order."""
        yield from self._calls.pages("DescribeRepositories", "repositories", Repository)

    def repository(self, name: str) -> Repository:
        """One repository; raises NotFound."""
        answer = self._calls.call("DescribeRepositories", repositoryNames=[name])
        found = values(answer.get("repositories", ()), Repository)
        if not found:
            raise NotFound(name, title=NO_REPOSITORY)
        return found[0]

    def images(self, repository: str) -> Iterator[Page[Image]]:
        """All images, archived ones too, in the service's order."""
        yield from self._calls.pages(
            "DescribeImages", "imageDetails", Image, repositoryName=repository, filter=_ANY_IMAGE
        )

    def describe(self, repository: str, ids: Sequence[ImageId]) -> list[Image]:
        """The rows of some images; those that do not exist are left out."""
        found: list[Image] = []
        for start in range(0, len(ids), _DESCRIBED_AT_ONCE):
            found += self._describe(repository, ids[start : start + _DESCRIBED_AT_ONCE])
        return found

    def _describe(self, repository: str, ids: Sequence[ImageId]) -> list[Image]:
        # One missing image fails the whole call, so a batch that fails is asked one by one.
        try:
            answer = self._calls.call(
                "DescribeImages",
                repositoryName=repository,
                imageIds=[manifests.identifier(wanted) for wanted in ids],
                filter=_ANY_IMAGE,
            )
        except NotFound as missing:
            if missing.title == NO_REPOSITORY:
                raise
            if len(ids) == 1:
                return []
            return [image for wanted in ids for image in self._describe(repository, [wanted])]
        return list(values(answer.get("imageDetails", ()), Image))

    def referrers(self, repository: str, digest: str) -> Iterator[Page[Referrer]]:
        """What names this digest as its subject: signatures, SBOMs, attestations."""
        yield from self._calls.pages(
            "ListImageReferrers",
            "referrers",
            Referrer,
            size=_REFERRERS_A_PAGE,
            repositoryName=repository,
            subjectId={"imageDigest": digest},
            filter=_ANY_ARTIFACT,
        )

    def findings(self, repository: str, wanted: ImageId) -> Iterator[ScanReport]:
        """An image's scan page by page, each with the findings of its page."""
        return findings.pages(self._calls, repository, wanted)

    def scan(self, repository: str, digest: str) -> ScanReport:
        """An image's scan by its counts alone, in one call."""
        return findings.counted(self._calls, repository, digest)

    def scan_type(self) -> str:
        """BASIC or ENHANCED."""
        return findings.scan_type(self._calls)

    def settings(self, repository: str = "", digest: str = "") -> Iterator[SettingsPart]:
        """Part by part, each with its own failure; of the registry where no repository is named."""
        asked = self._asked(repository, digest)
        scope = Scope.REPOSITORY if repository else Scope.REGISTRY
        yield from reading.parts(asked, Scope.IMAGE if digest else scope)

    def setting(self, setting: Setting, repository: str = "") -> Any:
        """One setting's value."""
        return reading.read(self._asked(repository), setting)

    def _asked(self, repository: str, digest: str = "") -> reading.Asked:
        row = self.repository(repository) if repository and not digest else None
        return reading.Asked(self._calls, row or Repository(repository), digest)

    def source(self, repository: str) -> PrivateSource:
        """Manifests and blobs of a repository."""
        return PrivateSource(self._calls, repository, self._fetch)


class PrivateSource:
    """The bytes of one repository; a `BlobSource`."""

    def __init__(self, calls: Calls, repository: str, fetch: Fetch) -> None:
        self._calls = calls
        self._repository = repository
        self._downloads = Downloads(self._url, fetch)

    def manifests(self, ids: Sequence[ImageId]) -> list[RawManifest]:
        """Manifests in the order asked for. COUNTS AS A PULL."""
        return manifests.read(self._calls, self._repository, ids)

    def blob(self, digest: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A blob's bytes, or a range of them."""
        return self._downloads.stream(digest, offset=offset, length=length)

    def _url(self, digest: str) -> str:
        answer = self._calls.call(
            "GetDownloadUrlForLayer", repositoryName=self._repository, layerDigest=digest
        )
        return str(required(answer, "downloadUrl"))
