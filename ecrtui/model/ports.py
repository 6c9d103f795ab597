"""The outside, as Protocols: what tests replace, and nothing deeper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

from ecrtui.model.credentials import Credential
from ecrtui.model.deletion import DeleteFailure
from ecrtui.model.finding import ScanReport
from ecrtui.model.image import Image, ImageId, Referrer
from ecrtui.model.kept import Kept
from ecrtui.model.manifest import RawManifest
from ecrtui.model.page import Page
from ecrtui.model.places import Registry
from ecrtui.model.repository import NewRepository, Repository, SettingsPart
from ecrtui.model.setting import Setting, Step, Subject
from ecrtui.model.signing_in import SsoSession

OpenAt: TypeAlias = Callable[[int], Iterator[bytes]]
"""A blob's bytes from an offset on; may be opened again after it broke off."""


class Password(Protocol):
    """Who signs in to a registry: gives user and password whenever they are needed."""

    def __call__(self, *, refused: tuple[str, str] | None = None) -> tuple[str, str]:
        """User and password; others than those that were `refused`, where there are any."""


class Clock(Protocol):
    """The time that ages on the screen are counted from."""

    def now(self) -> float:
        """Epoch seconds, UTC."""


class BlobSource(Protocol):
    """Where the bytes of one repository come from."""

    def manifests(self, ids: Sequence[ImageId]) -> list[RawManifest]:
        """Read manifests, verified by digest. In ECR this COUNTS AS A PULL.

        Raises NotFound when one is missing, Corrupt when bytes and digest disagree.
        """

    def blob(self, digest: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Stream a blob, or a range of it, in chunks. The caller verifies the whole."""


class RegistryBlobSource(BlobSource, Protocol):
    """A source that speaks the registry protocol, which lists referrers too."""

    def referrers(self, digest: str) -> list[Referrer]:
        """What names this digest as its subject; none where the registry lacks the API."""


class BlobSink(Protocol):
    """Where the images of one repository, layout or archive are put.

    Every method may raise SignInError, NotAllowed (ReadOnly before anything is sent), RemoteError.
    What breaks off leaves nothing that can be seen: a blob is there whole or not at all, and a
    manifest is put only when all it names is there.
    """

    def present(self, digests: Sequence[str]) -> set[str]:
        """Which of these blobs are there already."""

    def mount(self, digest: str, repository: str) -> bool:
        """Take a blob from another repository of the same registry, if that is allowed there."""

    def put_blob(self, digest: str, size: int, open_at: OpenAt) -> None:
        """Send a blob, verified; resumes by itself at an offset after a connection broke.

        Raises Corrupt when the bytes are not what the digest says: nothing is kept then.
        """

    def put_manifest(self, manifest: RawManifest, tag: str = "") -> None:
        """Put a manifest, under a tag where one is given. Its digest is kept, byte for byte."""


class RegistryReader(Protocol):
    """One registry, private or public. Every list streams page by page, archived images too.

    Every method may raise any of SignInError, NotAllowed, NotFound, RemoteError.
    """

    @property
    def registry(self) -> Registry:
        """The place it reads."""

    def repositories(self) -> Iterator[Page[Repository]]:
        """All repositories."""

    def repository(self, name: str) -> Repository:
        """One repository by name."""

    def images(self, repository: str) -> Iterator[Page[Image]]:
        """All images of a repository, one row a digest, without reading a manifest."""

    def describe(self, repository: str, ids: Sequence[ImageId]) -> list[Image]:
        """The rows of some images; those that do not exist are left out."""

    def referrers(self, repository: str, digest: str) -> Iterator[Page[Referrer]]:
        """What names this digest as its subject."""

    def findings(self, repository: str, wanted: ImageId) -> Iterator[ScanReport]:
        """An image's scan page by page, each with the findings of its page. No pull.

        Raises UsageError in ECR Public, which scans nothing.
        """

    def scan(self, repository: str, digest: str) -> ScanReport:
        """An image's scan by its counts alone, in one call. No pull."""

    def scan_type(self) -> str:
        """BASIC or ENHANCED: what the registry scans with."""

    def settings(self, repository: str = "", digest: str = "") -> Iterator[SettingsPart]:
        """The settings of the registry, or of a repository of it, or what is told of an image
        beside its row: part by part, each with its own failure."""

    def setting(self, setting: Setting, repository: str = "") -> Any:
        """One setting's value, a JSON document; None where nothing is set."""

    def source(self, repository: str) -> BlobSource:
        """Manifests and blobs of a repository."""


class RegistryWriter(Protocol):
    """Changes in one registry, each of one thing.

    Every method may raise ReadOnly (before anything is sent), SignInError, NotAllowed, NotFound,
    RemoteError.
    """

    def create(self, new: NewRepository) -> Repository:
        """Make a repository; raises AlreadyThere."""

    def archive(self, repository: str, digest: str) -> str:
        """Move an image to the archive; answers its status."""

    def restore(self, repository: str, digest: str) -> str:
        """Bring an image back from the archive; answers its status, ACTIVATING for a while."""

    def start_scan(self, repository: str, digest: str) -> str:
        """Start a basic scan; answers its status. Once a day for each image."""

    def delete(self, repository: str, ids: Sequence[ImageId]) -> list[DeleteFailure]:
        """Delete at most 100 images by digest, or tags by tag, in their order.

        An image goes with all its tags, and with its last tag too. Answers what did not go.
        """

    def delete_repository(self, repository: str, *, with_images: bool = False) -> None:
        """Delete a repository; raises NotEmpty where images are in it that may not go along."""

    def steps(
        self, setting: Setting, subject: Subject, before: Any, after: Any
    ) -> tuple[Step, ...]:
        """The calls that bring a setting from one value to another; sends nothing.

        Raises UsageError where the service's model does not take them.
        """

    def apply(self, step: Step) -> None:
        """Send one of these calls."""


class SecretStore(Protocol):
    """Where secrets are: an OS keyring, an encrypted file, memory. Entries by service and user.

    Every method may raise VaultError, and answers within a time limit.
    """

    def get(self, service: str, user: str) -> str | None:
        """An entry; None when there is none."""

    def set(self, service: str, user: str, secret: str) -> None:
        """Put an entry, in place of one of that name. It may be lost half way: keyrings remove
        an entry before they add it anew."""

    def delete(self, service: str, user: str) -> None:
        """Remove an entry that may be gone already."""

    def locked(self) -> bool:
        """Whether somebody would have to unlock it first, as far as that can be told without
        opening anything or asking anybody."""


class KeptIndex(Protocol):
    """Which names there are, since keyrings cannot say it. No secret is in it."""

    def all(self) -> dict[str, Kept]:
        """Every name with what may be shown of it."""

    def change(self, change: Callable[[dict[str, Kept]], dict[str, Kept]]) -> None:
        """Read, change and write it, as one step among all processes."""

    def alone(self) -> AbstractContextManager[bool]:
        """Keep other processes from writing meanwhile; False where that cannot be had."""


class CredentialSource(Protocol):
    """The kept credentials, as whoever signs requests needs them."""

    def known(self) -> dict[str, Kept]:
        """Their names; opens nothing."""

    def credential(self, name: str) -> Credential:
        """One of them. Raises NotFound, VaultError."""


class PortalSessions(Protocol):
    """The kept sessions of portals, tokens included, as whoever needs one of them sees it."""

    def known(self) -> dict[str, Kept]:
        """Their names; opens nothing."""

    def session(self, name: str) -> SsoSession:
        """One of them. Raises NotFound, VaultError."""

    def keep(self, session: SsoSession) -> None:
        """Keep one, in place of one of its name. Raises VaultError."""

    def alone(self, name: str) -> AbstractContextManager[bool]:
        """Keep other processes from renewing it meanwhile; False where that cannot be had."""


class SealedBytes(Protocol):
    """The encrypted file's bytes on a disk."""

    def read(self) -> bytes | None:
        """All of it; None when there is none."""

    def update(self, change: Callable[[bytes | None], bytes]) -> None:
        """Replace it by what `change` makes of it, whole or not at all, one process at a time.

        Raises VaultError when it cannot be written.
        """
