"""One blob into a registry: begun, sent, finished; gone on with where that is possible.

As docker and skopeo do: one POST, all bytes in one PATCH, one PUT with the digest. What broke off
goes on where the registry says it came to, else anew. Nobody can tell how far ECR came: its Range
stays what the first PATCH brought (aws/containers-roadmap #2831), and a part of less than 5 MB that
a broken connection left spoils all that follows (dotnet/sdk-container-builds #424).
"""

from __future__ import annotations

import contextlib
import re
from urllib.parse import urlencode

import msgspec

from ecrtui.errors import Corrupt, EcrtuiError, RemoteError, Unreachable
from ecrtui.oci.answers import Response, explanation
from ecrtui.oci.client import Client, Scope
from ecrtui.oci.connections import let_go
from ecrtui.oci.sending import Sending
from ecrtui.oci.tries import Broken, Tries, asked_wait, may_pass

_TAKEN = (200, 201, 202, 204)
"""The specification has 202 for a PATCH and 201 for the PUT; ECR answers a PATCH with 201."""
_LOST = frozenset({"BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "SIZE_INVALID"})
"""Of this upload nothing will come, but perhaps of another one (specification, error codes)."""
_REFUSALS = (400, 401, 403)
_RANGE = re.compile(r"(?:bytes=)?0-(\d{1,18})")


class Begun(msgspec.Struct):
    """An upload that a registry has begun."""

    location: str
    offset: int = 0
    """Bytes that are there."""


class Upload:
    """The way of one blob into one repository."""

    def __init__(
        self, client: Client, scope: Scope, sending: Sending, tries: Tries, *, resumable: bool
    ) -> None:
        self._client = client
        self._scope = scope
        self._sending = sending
        self._tries = tries
        self._resumable = resumable
        self._where = f"{client.host}/{scope.repository}"
        self._refused = False

    def put(self, begun: Begun | None = None) -> None:
        """Bring the blob there, whole; `begun` is an upload that waits for it.

        What was sent is given up at the registry where this fails. Raises Corrupt for bytes that
        are not the digest's, what the source raises, and after enough tries the last failure.
        """
        try:
            while True:
                try:
                    begun = begun or self.begin()
                    self._send(begun)
                    self._finish(begun)
                    return
                except Broken as broken:
                    self._tries.again(broken)
                    begun = self._found_again(begun, lost=broken.lost)
        except BaseException:
            self._cancel(begun)
            raise

    def begin(self) -> Begun:
        """A new upload."""
        url = f"{self._client.address(self._scope.repository, 'blobs', 'uploads')}/"
        response = self._ask("POST", url)
        if response.status != 202:
            raise self._no(response, "upload")
        return begun_at(self._client, response)

    def _send(self, begun: Begun) -> None:
        """All bytes from where the registry is; what it says of them then is not always true."""
        size = self._sending.size
        if begun.offset == size:
            return
        headers = {"Content-Type": "application/octet-stream"}
        if begun.offset:
            headers["Content-Range"] = f"{begun.offset}-{size - 1}"
            headers["Content-Length"] = str(size - begun.offset)
        try:
            response = self._client.ask(
                "PATCH", begun.location, self._scope, headers, self._sending.pieces(begun.offset)
            )
        except Unreachable as problem:
            raise self._sending.failure or Broken(problem) from None
        taken = response.status in _TAKEN
        if taken and response.headers.get("Location"):
            begun.location = _location(self._client, response)
        if self._sending.failure is not None:
            response.close()
            raise self._sending.failure
        if not taken:
            raise self._no(response, "upload", once=True)
        let_go(response)
        begun.offset = size

    def _finish(self, begun: Begun) -> None:
        """The digest, for which the registry looks at the bytes once more."""
        digest = self._sending.digest
        joint = "&" if "?" in begun.location else "?"
        url = f"{begun.location}{joint}{urlencode({'digest': digest})}"
        try:
            response = self._client.ask("PUT", url, self._scope)
        except Unreachable as problem:
            if self._is_there():
                return
            raise Broken(problem) from None
        if response.status not in _TAKEN:
            raise self._no(response, f"upload of {digest}")
        let_go(response)
        if not kept_as(response, digest):
            raise Corrupt(f"{self._where} keeps {digest} under another digest")

    def _found_again(self, begun: Begun | None, *, lost: bool) -> Begun | None:
        """The upload as far as the registry has it; None to begin anew."""
        if begun is not None and self._resumable and not lost:
            with contextlib.suppress(EcrtuiError):
                response = self._client.ask("GET", begun.location, self._scope)
                let_go(response)
                last = _last_there(response) if response.status in (200, 204) else None
                if last and last < self._sending.hashed:
                    return self._from_there(begun, response, last + 1)
        self._cancel(begun)
        return None

    def _from_there(self, begun: Begun, response: Response, there: int) -> Begun:
        if there > begun.offset:
            self._tries.went_on()
        told = response.headers.get("Location")
        return Begun(_location(self._client, response) if told else begun.location, there)

    def _is_there(self) -> bool:
        with contextlib.suppress(EcrtuiError):
            response = self._client.ask("HEAD", self._blob(), self._scope)
            let_go(response)
            return bool(response.status == 200)
        return False

    def _blob(self) -> str:
        return self._client.address(self._scope.repository, "blobs", self._sending.digest)

    def _cancel(self, begun: Begun | None) -> None:
        """Have what was sent forgotten; a registry that will not forgets it by itself."""
        if begun is not None:
            with contextlib.suppress(EcrtuiError):
                let_go(self._client.ask("DELETE", begun.location, self._scope))

    def _ask(self, method: str, url: str) -> Response:
        try:
            return self._client.ask(method, url, self._scope)
        except Unreachable as problem:
            raise Broken(problem) from None

    def _no(self, response: Response, what: str, *, once: bool = False) -> Exception:
        """What to make of a no: another try is worth it, or it is not.

        A token past its time is renewed by now, for which a body that was on its way (`once`)
        could not wait: it may be sent again, one time.
        """
        told = explanation(response)
        problem = self._client.problem(response, self._where, what, told)
        if told[0] == "DIGEST_INVALID":
            problem = Corrupt(f"{self._where}: {told[1]}")
        if told[0] in _LOST or response.status == 416:
            return Broken(problem, lost=True)
        if may_pass(response):
            return Broken(problem, asked_wait(response))
        if once and response.status in _REFUSALS and not self._refused:
            self._refused = True
            return Broken(problem, lost=True)
        return problem


def begun_at(client: Client, response: Response) -> Begun:
    """The upload that an answer has begun."""
    let_go(response)
    return Begun(_location(client, response))


def kept_as(response: Response, digest: str) -> bool:
    """Whether the registry agrees to a digest; one of another algorithm says nothing."""
    told = response.headers.get("Docker-Content-Digest", "")
    algorithm = digest.partition(":")[0]
    return not told.startswith(f"{algorithm}:") or told == digest


def _location(client: Client, response: Response) -> str:
    told = response.headers.get("Location", "")
    if not told:
        raise RemoteError(f"{client.host} does not tell where to upload to")
    return client.encrypted(told, "wants layers sent to", base=client.base)


def _last_there(response: Response) -> int | None:
    """The last byte the registry has; None where it does not tell. 0 may also be none at all."""
    found = _RANGE.fullmatch(response.headers.get("Range", ""))
    return None if found is None else int(found[1])
