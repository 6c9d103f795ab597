"""A registry by the OCI distribution API: challenges, tokens, manifests, blobs, referrers.

Serves ECR Public (whose own API has no manifests) and any `docker://HOST/name`. Plain HTTP is
spoken to loopback only, as every engine does by default.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlencode, urljoin, urlsplit

import msgspec
import urllib3

from ecrtui.errors import Corrupt, NotAllowed, NotFound, RemoteError, Throttled, Unreachable
from ecrtui.model.image import LATEST, ImageId, Referrer
from ecrtui.model.manifest import Descriptor, RawManifest
from ecrtui.model.typed import decoded
from ecrtui.oci.challenge import Challenge, basic, parse_challenge
from ecrtui.oci.connections import shared
from ecrtui.oci.digests import PATTERN, matches
from ecrtui.oci.manifest import LARGEST_MANIFEST, too_old

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
_LARGEST_ANSWER = LARGEST_MANIFEST
_MOST_REDIRECTS = 5
_DIGITS = 18
"""Of a length that is believed."""
_REFUSALS_OF_OLD_TOKENS = (400, 403)
"""ECR answers one of these, with no challenge, to a token past its time; others answer 401."""
_REDIRECTS = (301, 302, 303, 307, 308)
_HUB = "registry-1.docker.io"
_HUB_NAMES = frozenset({"docker.io", "index.docker.io", _HUB})
"""Docker Hub's API is not at the name that images are known by (distribution/reference)."""
_ANONYMOUS = (
    "ecrtui signs in to ECR alone so far, and elsewhere reads what anybody may read. What "
    "skopeo copy brings to oci:DIR can be read."
)


class RegistryClient:
    """One registry host, signed in to when it asks; safe for several threads."""

    def __init__(self, host: str, *, login: tuple[str, str] | None = None) -> None:
        self.host = host
        api = _HUB if host in _HUB_NAMES else host
        self._base = f"{'http' if _is_loopback(api) else 'https'}://{api}"
        self._login = login
        self._authorizations: dict[str, str] = {}
        self._connections = shared()

    def source(self, repository: str) -> RegistrySource:
        """Manifests and blobs of a repository; a `BlobSource`."""
        if self.host in _HUB_NAMES and "/" not in repository:
            repository = f"library/{repository}"
        return RegistrySource(self, repository)

    def get(
        self,
        repository: str,
        kind: str,
        name: str,
        headers: dict[str, str] | None = None,
        *,
        method: str = "GET",
    ) -> urllib3.BaseHTTPResponse:
        """GET `/v2/<repository>/<kind>/<name>`, signed in to when challenged, body unread.

        Redirects are followed; the Authorization header goes to this host alone.
        """
        url = f"{self._base}/v2/{quote(repository)}/{kind}/{quote(name, safe=':')}"
        sent = headers or {}
        kept = self._authorizations.get(repository, "")
        response = self._follow(url, sent, kept, method)
        if kept and response.status in _REFUSALS_OF_OLD_TOKENS:
            response.drain_conn()
            response = self._follow(url, sent, "", method)
        if response.status == 401:
            challenge = parse_challenge(response.headers.get("WWW-Authenticate", ""))
            response.drain_conn()
            self._authorizations[repository] = self._authorize(challenge, repository)
            response = self._follow(url, sent, self._authorizations[repository], method)
        return self._checked(response, f"{self.host}/{repository}", f"{kind}/{name}")

    def _follow(
        self, url: str, headers: dict[str, str], authorization: str, method: str
    ) -> urllib3.BaseHTTPResponse:
        """The answer at the end of a few redirects, which never lead out of TLS."""
        start = urlsplit(url)
        for _ in range(_MOST_REDIRECTS):
            here = urlsplit(url)
            ours = (here.scheme, here.netloc) == (start.scheme, start.netloc)
            response = self._send(url, headers, authorization if ours else "", method)
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location:
                return response
            response.drain_conn()
            url = self._encrypted(location, "redirects to", base=url)
        raise RemoteError(f"{self.host} redirects round and round")

    def _encrypted(self, url: str, what: str, *, base: str = "") -> str:
        """The whole address; raises RemoteError for one without TLS.

        Between this machine and itself there need be none.
        """
        try:
            whole = urljoin(base, url)
            where = urlsplit(whole)
        except ValueError:
            raise RemoteError(f"{self.host} {what} an address that is none") from None
        loopback = _is_loopback(self.host) and _is_loopback(where.netloc)
        if where.scheme != "https" and not (where.scheme == "http" and loopback):
            raise RemoteError(
                f"{self.host} {what} {where.scheme}://{where.netloc}",
                title="Refused: that way is not encrypted",
                hint="Whoever runs the registry must use https there.",
            )
        return whole

    def _send(
        self, url: str, headers: dict[str, str], authorization: str, method: str = "GET"
    ) -> urllib3.BaseHTTPResponse:
        signed = {"Authorization": authorization} if authorization else {}
        try:
            return self._connections.get(url, {**headers, **signed}, method=method)
        except urllib3.exceptions.HTTPError as failure:
            raise Unreachable(f"{self.host}: {type(failure).__name__}") from None

    def _authorize(self, challenge: Challenge, repository: str) -> str:
        if challenge.scheme == "basic":
            if self._login is None:
                raise NotAllowed(f"{self.host} wants a user and a password", hint=_ANONYMOUS)
            return basic(*self._login)
        if challenge.scheme != "bearer" or not challenge.realm:
            raise RemoteError(f"{self.host} asks for a sign-in of an unknown kind")
        scope = challenge.scope or f"repository:{repository}:pull"
        realm = self._encrypted(challenge.realm, "wants its password sent to")
        query = urlencode({"service": challenge.service, "scope": scope})
        authorization = basic(*self._login) if self._login else ""
        joint = "&" if "?" in realm else "?"
        response = self._send(f"{realm}{joint}{query}", {}, authorization)
        body = _read(self._checked(response, self.host, "token"))
        try:
            answer = decoded(body, dict[str, object])
        except msgspec.MsgspecError:
            raise RemoteError(f"{self.host} gave a token that cannot be read") from None
        return f"Bearer {answer.get('token') or answer.get('access_token') or ''}"

    def _checked(
        self, response: urllib3.BaseHTTPResponse, where: str, what: str
    ) -> urllib3.BaseHTTPResponse:
        if response.status in (200, 206):
            return response
        text = _explanation(response)
        response.close()
        if response.status == 404:
            raise NotFound(f"{where} {what}: {text}")
        if response.status in (401, 403):
            raise NotAllowed(f"{where}: {text}", hint="" if self._login else _ANONYMOUS)
        if response.status == 429:
            raise Throttled(f"{where}: {text}")
        raise RemoteError(f"{where} {what} answered HTTP {response.status}: {text}")


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
            listed = decoded(_read(response), _Referrers)
        except msgspec.MsgspecError:
            raise RemoteError(f"{self._client.host} lists referrers nobody can read") from None
        return list(listed.manifests)

    def _manifest(self, wanted: ImageId) -> RawManifest:
        headers = {"Accept": _MANIFEST_TYPES}
        name = str(wanted) or LATEST
        response = self._client.get(self._repository, "manifests", name, headers)
        body = _read(response)
        media_type = _media_type(response)
        if media_type in _SCHEMA_1:  # its digest is not that of its bytes, which hold signatures
            raise too_old()
        if wanted.image_digest and not matches(wanted.image_digest, body):
            raise Corrupt(f"manifest {wanted.image_digest} of {self._repository}")
        digest = wanted.image_digest or "sha256:" + hashlib.sha256(body).hexdigest()
        return RawManifest(digest, media_type, body)


def _media_type(response: urllib3.BaseHTTPResponse) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip()


class _Referrers(msgspec.Struct):
    manifests: tuple[Referrer, ...] = ()


def _read(response: urllib3.BaseHTTPResponse) -> bytes:
    """A small body, whole; raises Corrupt past the size of the largest manifest."""
    try:
        body = response.read(_LARGEST_ANSWER + 1)
    except urllib3.exceptions.HTTPError as failure:
        raise RemoteError(f"the answer broke off: {type(failure).__name__}") from None
    finally:
        response.close()
    if len(body) > _LARGEST_ANSWER:
        raise Corrupt(f"more than {_LARGEST_ANSWER} bytes", title="The answer is too large")
    return body


def _explanation(response: urllib3.BaseHTTPResponse) -> str:
    """The registry's own words for a failure, short."""
    try:
        body = response.read(4096)
        listed = decoded(body, dict[str, list[dict[str, object]]])
        return str(listed["errors"][0].get("message", ""))
    except (msgspec.MsgspecError, urllib3.exceptions.HTTPError, LookupError):
        return "no explanation"


def _is_loopback(netloc: str) -> bool:
    """Whether `host[:port]` is this machine; `127.example.com` is not."""
    try:
        name = urlsplit(f"//{netloc}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
