"""The way into a repository of ECR: what is there and manifests by its API, blobs by the registry
protocol.

Blobs do not go by UploadLayerPart: its parts are base64 in JSON, a third more bytes, which must be
signed, held in memory, and follow each other one answer after the other.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence

from ecrtui.aws.calls import Calls
from ecrtui.errors import AlreadyThere, ReadOnly, UsageError
from ecrtui.model.manifest import RawManifest
from ecrtui.model.ports import BlobSink, OpenAt, Password

OpenSink = Callable[[str, Password], BlobSink]
"""Opens `repository URI` for who signs in; given by whoever knows the registry protocol."""
_CHECKED_AT_ONCE = 100
"""The most layerDigests one call takes (service model)."""


class RepositorySink:
    """A repository by the registry protocol alone, found and signed in to when first needed.

    A `BlobSink`; this is how ECR Public is written to.
    """

    def __init__(
        self,
        calls: Calls,
        login: Password,
        repository: str,
        uri_of: Callable[[str], str],
        open_sink: OpenSink,
        *,
        read_only: bool,
    ) -> None:
        self._calls = calls
        self._login = login
        self._repository = repository
        self._uri_of = uri_of
        self._open_sink = open_sink
        self._read_only = read_only
        self._lock = threading.Lock()
        self._opened: BlobSink | None = None

    def present(self, digests: Sequence[str]) -> set[str]:
        """Which of these blobs are there already."""
        return self._sink().present(digests)

    def mount(self, digest: str, repository: str) -> bool:
        """Take a blob from another repository of the registry, where the account allows it."""
        self._refuse_when_read_only()
        return self._sink().mount(digest, repository)

    def put_blob(self, digest: str, size: int, open_at: OpenAt) -> None:
        """Send a blob, verified."""
        self._refuse_when_read_only()
        self._sink().put_blob(digest, size, open_at)

    def put_manifest(self, manifest: RawManifest, tag: str = "") -> None:
        """Put a manifest, under a tag where one is given."""
        self._refuse_when_read_only()
        self._sink().put_manifest(manifest, tag)

    def _sink(self) -> BlobSink:
        with self._lock:
            if self._opened is None:
                uri = self._uri_of(self._repository)
                self._opened = self._open_sink(uri, self._login)
            return self._opened

    def _refuse_when_read_only(self) -> None:
        if self._read_only:
            raise ReadOnly(self._repository)


class PrivateSink(RepositorySink):
    """A repository of a private registry; a `BlobSink`."""

    def present(self, digests: Sequence[str]) -> set[str]:
        """Which of these blobs are there already; those of archived images alone are not."""
        found: set[str] = set()
        for start in range(0, len(digests), _CHECKED_AT_ONCE):
            answer = self._calls.call(
                "BatchCheckLayerAvailability",
                repositoryName=self._repository,
                layerDigests=list(digests[start : start + _CHECKED_AT_ONCE]),
            )
            found.update(
                str(layer.get("layerDigest", ""))
                for layer in answer.get("layers", ())
                if layer.get("layerAvailability") == "AVAILABLE"
            )
        return found & set(digests)

    def put_manifest(self, manifest: RawManifest, tag: str = "") -> None:
        """Put a manifest by PutImage, which compares digests and says exactly why it will not."""
        tagged = {"imageTag": tag} if tag else {}
        with contextlib.suppress(AlreadyThere):
            self._calls.call(
                "PutImage",
                repositoryName=self._repository,
                imageManifest=_text(manifest),
                imageManifestMediaType=manifest.media_type,
                imageDigest=manifest.digest,
                **tagged,
            )


def _text(manifest: RawManifest) -> str:
    try:
        return manifest.body.decode()
    except UnicodeDecodeError:
        raise UsageError(manifest.digest, title="That manifest is no text") from None
