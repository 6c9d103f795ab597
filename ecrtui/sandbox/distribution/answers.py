"""What the registry API says: its errors in OCI's form with ECR's words, and its few headers."""

from __future__ import annotations

import json
from typing import Any

from ecrtui.sandbox.wire import Response

_JSON = "application/json; charset=utf-8"


class Unserved(Exception):
    """The registry API refuses: status, one of the spec's error codes and a sentence."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message = status, code, message
        self.headers = headers

    def response(self) -> Response:
        """The refusal as every registry words it (distribution-spec, error codes)."""
        errors = [{"code": self.code, "message": self.message}]
        return answer(self.status, {"errors": errors}, **self.headers)


def answer(status: int, document: Any = None, **headers: str) -> Response:
    """A response with a JSON document, or empty; `a_b="x"` becomes the header `A-B: x`."""
    fields = {"Docker-Distribution-Api-Version": "registry/2.0"}
    fields |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    if document is None:
        return Response(status, fields)
    return Response(status, {**fields, "Content-Type": _JSON}, json.dumps(document).encode())


def name_unknown(name: str, account: str) -> Unserved:
    """There is no such repository: ECR creates none by a push."""
    return Unserved(
        404,
        "NAME_UNKNOWN",
        f"The repository with name '{name}' does not exist in the registry with id '{account}'",
    )


def manifest_unknown() -> Unserved:
    """There is no such image, or none that may be pulled."""
    return Unserved(404, "MANIFEST_UNKNOWN", "Requested image not found")


def unsupported(message: str = "The operation is unsupported.") -> Unserved:
    """ECR serves this for none of its repositories, or not with this parameter."""
    return Unserved(405, "UNSUPPORTED", message)
