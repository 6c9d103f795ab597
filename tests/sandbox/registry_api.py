"""A bare client of the registry API: one request, one answer, nothing done behind the back."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import client

Answer = urllib3.BaseHTTPResponse


def ask(method: str, url: str, body: Any = None, **headers: str) -> Answer:
    """One request, without retries and without following; `a_b="x"` is the header `a-b: x`."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib3.request(
        method, url, body=body, headers=fields, redirect=False, retries=False, timeout=20
    )


def basic(profile: str = "main") -> str:
    """The Authorization header of a profile's token."""
    (data,) = client("ecr", profile=profile).get_authorization_token()["authorizationData"]
    return f"Basic {data['authorizationToken']}"


def password(profile: str = "main") -> str:
    """The password of a profile's token, as `docker login` takes it."""
    decoded = base64.b64decode(basic(profile).removeprefix("Basic "))
    return decoded.decode().removeprefix("AWS:")


def errors(answer: Answer) -> tuple[int, str]:
    """The status and the only error's code."""
    (error,) = answer.json()["errors"]
    assert error["message"]
    return answer.status, error["code"]


@dataclass
class Registry:
    """The registry API of one account and region, asked with one Authorization."""

    host: str
    authorization: str = field(repr=False)

    @classmethod
    def of(cls, sandbox: Sandbox, profile: str = "main", account: str = worlds.ACCOUNT) -> Registry:
        """The registry of an account of the world in the tests' region, as one of its users."""
        return cls(sandbox.world.registry(account, worlds.REGION).host, basic(profile))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Ask for `path` (without `/v2/`) or a whole URL."""
        url = path if path.startswith("http") else f"http://{self.host}/v2/{path}"
        if self.authorization:
            headers["Authorization"] = self.authorization
        return ask(method, url, body, **headers)

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        """Push a blob the usual way, POST then PUT; answers its descriptor."""
        begun = self.ask("POST", f"{name}/blobs/uploads/")
        assert begun.status == 202
        digest = worlds.digest_of(data)
        done = self.ask("PUT", f"{begun.headers['Location']}?digest={digest}", data)
        assert done.status == 201
        assert urlsplit(done.headers["Location"]).path == f"/v2/{name}/blobs/{digest}"
        return {"mediaType": worlds.OCI_LAYER, "digest": digest, "size": len(data)}

    def download(self, name: str, digest: str) -> bytes:
        """A blob's bytes, by way of the bucket."""
        redirect = self.ask("GET", f"{name}/blobs/{digest}")
        assert redirect.status == 307
        answer = ask("GET", redirect.headers["Location"])
        assert answer.status == 200
        return answer.data
