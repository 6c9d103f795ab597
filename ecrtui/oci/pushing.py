"""The way into a registry by the OCI distribution API: what is there, mounts, blobs, manifests."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlencode

from ecrtui.errors import Corrupt, NotAllowed, ReadOnly, Unreachable
from ecrtui.model.manifest import RawManifest
from ecrtui.model.ports import OpenAt
from ecrtui.oci.answers import Response
from ecrtui.oci.client import Client, Scope
from ecrtui.oci.connections import let_go
from ecrtui.oci.digests import matches
from ecrtui.oci.sending import Sending
from ecrtui.oci.together import together
from ecrtui.oci.tries import Broken, Pause, Tries, asked_wait, may_pass
from ecrtui.oci.uploads import Begun, Upload, begun_at, kept_as

_PUSH = "pull,push"
_AT_ONCE = 8
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}")
"""RFC 6838, 4.2. It came from an index, and becomes a header."""
_MANIFEST_TAKEN = (200, 201, 202)


class RegistrySink:
    """One repository; a `BlobSink`. Safe for several threads.

    With `read_only` everything that would change something is refused before anything is sent.
    Where not `resumable` an upload that broke off begins anew.
    """

    def __init__(
        self,
        client: Client,
        repository: str,
        *,
        read_only: bool = False,
        pause: Pause = time.sleep,
        resumable: bool = True,
    ) -> None:
        self._client = client
        self._repository = repository
        self._where = f"{client.host}/{repository}"
        self._read_only = read_only
        self._pause = pause
        self._resumable = resumable
        self._scope = Scope(repository, _PUSH)
        self._lock = threading.Lock()
        self._begun: dict[str, Begun] = {}
        """Uploads that were begun instead of a mount, by digest."""

    def present(self, digests: Sequence[str]) -> set[str]:
        """Which of these blobs are there already; several are asked for at once."""
        first, *others = [*dict.fromkeys(digests)] or [""]
        found = {first} if first and self._has(first) else set()  # the first signs in for all
        there = together(self._has, others, _AT_ONCE)
        return found.union(itertools.compress(others, there))

    def mount(self, digest: str, repository: str) -> bool:
        """Take a blob from another repository of the registry; False where that is not done."""
        self._refuse_when_read_only()
        other = self._client.named(repository)
        scope = Scope(self._repository, _PUSH, other)
        query = urlencode({"mount": digest, "from": other})
        url = self._client.address(self._repository, "blobs", "uploads")
        response = self._patiently("POST", f"{url}/?{query}", scope)
        if response.status == 202:
            with self._lock:
                self._begun[digest] = begun_at(self._client, response)
        let_go(response)
        return bool(response.status == 201)

    def put_blob(self, digest: str, size: int, open_at: OpenAt) -> None:
        """Send a blob, verified; raises Corrupt when the bytes are others: nothing is kept then."""
        self._refuse_when_read_only()
        with self._lock:
            begun = self._begun.pop(digest, None)
        sending = Sending(digest, size, open_at)
        tries = Tries(self._pause)
        upload = Upload(self._client, self._scope, sending, tries, resumable=self._resumable)
        upload.put(begun)

    def put_manifest(self, manifest: RawManifest, tag: str = "") -> None:
        """Put a manifest byte for byte, under a tag where one is given."""
        self._refuse_when_read_only()
        if not matches(manifest.digest, manifest.body):
            raise Corrupt(f"manifest {manifest.digest}")
        if not _MEDIA_TYPE.fullmatch(manifest.media_type):
            raise Corrupt(f"manifest {manifest.digest}", title="Its media type is none")
        url = self._client.address(self._repository, "manifests", tag or manifest.digest)
        headers = {"Content-Type": manifest.media_type}
        response = self._patiently("PUT", url, self._scope, headers, manifest.body)
        if response.status not in _MANIFEST_TAKEN:
            raise self._manifest_refused(response, tag)
        let_go(response)
        if not kept_as(response, manifest.digest):
            raise Corrupt(f"{self._where} keeps {manifest.digest} under another digest")

    def _has(self, digest: str) -> bool:
        url = self._client.address(self._repository, "blobs", digest)
        response = self._patiently("HEAD", url, self._scope)
        if response.status not in (200, 404):
            raise self._client.problem(response, self._where, f"blobs/{digest}")
        let_go(response)
        return bool(response.status == 200)

    def _patiently(
        self,
        method: str,
        url: str,
        scope: Scope,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Response:
        """A request that does no harm when it comes twice, made again while that may help."""
        tries = Tries(self._pause)
        while True:
            try:
                response = self._client.ask(method, url, scope, headers, body)
                if not may_pass(response):
                    return response
                wait = asked_wait(response)
                tries.again(Broken(self._client.problem(response, self._where, method), wait))
            except Unreachable as problem:
                tries.again(Broken(problem))

    def _manifest_refused(self, response: Response, tag: str) -> Exception:
        problem = self._client.problem(response, self._where, f"manifests/{tag}")
        if "immutable" in problem.detail:
            return NotAllowed(
                problem.detail, title="The tag is immutable", hint="Choose another tag."
            )
        return problem

    def _refuse_when_read_only(self) -> None:
        if self._read_only:
            raise ReadOnly(self._where)
