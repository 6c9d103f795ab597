"""A registry by the OCI distribution API: manifests, blobs, referrers.

Serves ECR Public (whose own API has no manifests) and any `docker://HOST/name`.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Sequence

import msgspec
import urllib3

from ecrtui.errors import Corrupt, NotFound, RemoteError, Throttled, Unreachable
from ecrtui.model.image import LATEST, ImageId, Referrer
from ecrtui.model.manifest import Descriptor, RawManifest
from ecrtui.model.typed import decoded
from ecrtui.oci.answers import Response, body_of
from ecrtui.oci.client import Client
from ecrtui.oci.digests import PATTERN, matches
from ecrtui.oci.manifest import too_old
from ecrtui.oci.pushing import RegistrySink
from ecrtui.oci.tries import Pause

CHUNK = 1 << 18
_SCHEMA_1 = (
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.docker.distribution.manifest.v1+json",
)
"""Asked for only to say what they are: old registries convert to them otherwise, or say 404."""
_MANIFEST_TYPES = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        *_SCHEMA_1,
    )
)
_DIGITS = 18
"""Of a length that is believed."""


class RegistryClient(Client):
    """One registry host: what is in its repositories, and the way into them."""

    def source(self, repository: str) -> RegistrySource:
        """Manifests and blobs of a repository; a `BlobSource`."""
        return RegistrySource(self, self.named(repository))

    def sink(
        self,
        repository: str,
        *,
        read_only: bool = False,
        pause: Pause = time.sleep,
        resumable: bool = True,
    ) -> RegistrySink:
        """The way into a repository; a `BlobSink`. `pause` waits between tries."""
        return RegistrySink(
            self, self.named(repository), read_only=read_only, pause=pause, resumable=resumable
        )


class RegistrySource:
    """The bytes of one repository by the registry API."""

    def __init__(self, client: RegistryClient, repository: str) -> None:
        self._client = client
        self._repository = repository

    def manifests(self, ids: Sequence[ImageId]) -> list[RawManifest]:
        """Manifests in the order asked for, each verified. Counts as a pull where pulls count."""
        return [self._manifest(wanted) for wanted in ids]

    def resolve(self, wanted: ImageId) -> Descriptor | None:
        """What a tag names now, by HEAD, which Docker Hub does not count as a pull.

        None where the registry does not tell it so; raises NotFound. Nothing is verified yet.
        """
        name, headers = str(wanted) or LATEST, {"Accept": _MANIFEST_TYPES}
        try:
            response = self._client.get(self._repository, "manifests", name, headers, method="HEAD")
        except (Unreachable, Throttled):
            raise
        except RemoteError:
            return None
        response.close()
        digest = response.headers.get("Docker-Content-Digest", "")
        size = response.headers.get("Content-Length", "")
        if re.fullmatch(PATTERN, digest) is None or not size.isdecimal():
            return None
        return Descriptor(digest, int(size[:_DIGITS]), _media_type(response))

    def blob(self, digest: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A blob's bytes, or a range of them."""
        headers = {}
        if offset or length is not None:
            end = "" if length is None else str(offset + length - 1)
            headers["Range"] = f"bytes={offset}-{end}"
        response = self._client.get(self._repository, "blobs", digest, headers)
        if headers and response.status != 206:
            response.close()
            raise RemoteError(f"{self._client.host} does not serve parts of a blob")
        try:
            yield from response.stream(CHUNK, decode_content=False)
        except urllib3.exceptions.HTTPError as failure:
            raise RemoteError(f"{digest} broke off: {type(failure).__name__}") from None
        finally:
            response.close()

    def referrers(self, digest: str) -> list[Referrer]:
        """What names a digest as its subject; none where the registry lacks the API."""
        try:
            response = self._client.get(self._repository, "referrers", digest)
        except NotFound:
            return []
        try:
            listed = decoded(body_of(response), _Referrers)
        except msgspec.MsgspecError:
            raise RemoteError(f"{self._client.host} lists referrers nobody can read") from None
        return list(listed.manifests)

    def _manifest(self, wanted: ImageId) -> RawManifest:
        headers = {"Accept": _MANIFEST_TYPES}
        name = str(wanted) or LATEST
        response = self._client.get(self._repository, "manifests", name, headers)
        body = body_of(response)
        media_type = _media_type(response)
        if media_type in _SCHEMA_1:  # its digest is not that of its bytes, which hold signatures
            raise too_old()
        if wanted.image_digest and not matches(wanted.image_digest, body):
            raise Corrupt(f"manifest {wanted.image_digest} of {self._repository}")
        digest = wanted.image_digest or "sha256:" + hashlib.sha256(body).hexdigest()
        return RawManifest(digest, media_type, body)


def _media_type(response: Response) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip()


class _Referrers(msgspec.Struct):
    manifests: tuple[Referrer, ...] = ()
