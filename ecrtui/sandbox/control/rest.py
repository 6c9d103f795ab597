"""Services whose operations are paths (REST), with JSON bodies, and S3 with XML."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ecrtui.sandbox.control.protocols import json_answer, load, respond, written
from ecrtui.sandbox.control.service import Answer, AnyShape, Service
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.wire import Request, Response

if TYPE_CHECKING:
    from botocore.model import OperationModel

_REFUSED = ("AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException")
_FORBIDDEN = {
    code: (code, 403)
    for code in (*_REFUSED, "MissingAuthenticationTokenException", "InvalidSignatureException")
}
"""The status that services of REST have for these (reference, common errors)."""


class RestJson:
    """REST with JSON bodies: the path names the operation (Account)."""

    _codes: Mapping[str, tuple[str, int]] = {}
    """How the service calls errors that every service has, with their status."""

    def read(self, service: Service, request: Request) -> tuple[str, Any]:
        """The operation's name and its parameters as sent, wherever in the request."""
        for name in service.model.operation_names:
            operation = service.model.operation_model(name)
            path, _, query = operation.http["requestUri"].partition("?")
            found = _pattern(path).fullmatch(request.path)
            meant = request.query.items() >= set(parse_qsl(query, keep_blank_values=True))
            if found is not None and meant and operation.http["method"] == request.method:
                document = _document(operation.input_shape, request)
                return str(name), document | found.groupdict()
        return request.path, {}

    def answer(self, operation: OperationModel, answer: Answer) -> Response:
        """The response that carries an output document, where the operation has one."""
        shape: AnyShape = operation.output_shape
        if shape is None:
            answer = b""
        elif (payload := shape.serialization.get("payload")) and not isinstance(answer, bytes):
            answer = answer[payload]
        return json_answer(200, answer, "application/json")

    def refuse(self, refusal: Refusal) -> Response:
        """The response that carries an error; the code stands in a header."""
        known = _FORBIDDEN | dict(self._codes)
        code, status = known.get(refusal.code, (refusal.code, refusal.status))
        response = json_answer(status, self._told(refusal), "application/json")
        response.headers["x-amzn-ErrorType"] = code
        return response

    def _told(self, refusal: Refusal) -> dict[str, Any]:
        return {"message": refusal.message, **refusal.members}


class Lambda(RestJson):
    """AWS Lambda."""

    _codes: Mapping[str, tuple[str, int]] = {
        "InvalidParameterException": ("InvalidParameterValueException", 400),
        "SerializationException": ("InvalidRequestContentException", 400),
        "ThrottlingException": ("TooManyRequestsException", 429),
    }

    def _told(self, refusal: Refusal) -> dict[str, Any]:
        return {"Type": "User", "Message": refusal.message, **refusal.members}


class Inspector(RestJson):
    """Amazon Inspector."""

    _codes: Mapping[str, tuple[str, int]] = {
        "InvalidParameterException": ("ValidationException", 400),
        "SerializationException": ("ValidationException", 400),
        "ThrottlingException": ("ThrottlingException", 429),
    }


class Portal(RestJson):
    """The portal of IAM Identity Center."""

    _codes: Mapping[str, tuple[str, int]] = {
        "InvalidParameterException": ("InvalidRequestException", 400),
        "SerializationException": ("InvalidRequestException", 400),
        "ThrottlingException": ("TooManyRequestsException", 429),
    }


class SignIn(RestJson):
    """AWS Sign-In, whose errors say more by a member `error`."""

    _codes: Mapping[str, tuple[str, int]] = {
        "InvalidParameterException": ("ValidationException", 400),
        "SerializationException": ("ValidationException", 400),
        "ThrottlingException": ("TooManyRequestsError", 429),
    }

    def _told(self, refusal: Refusal) -> dict[str, Any]:
        return {"error": "INVALID_REQUEST", **super()._told(refusal)}


class OAuth(RestJson):
    """IAM Identity Center's OIDC service: errors in OAuth's form beside AWS's code."""

    _codes: Mapping[str, tuple[str, int]] = {
        "InvalidParameterException": ("InvalidRequestException", 400),
        "SerializationException": ("InvalidRequestException", 400),
        "ThrottlingException": ("SlowDownException", 400),
        "InternalFailure": ("InternalServerException", 500),
        "AccessDeniedException": ("AccessDeniedException", 400),
        "ExpiredTokenException": ("ExpiredTokenException", 400),
    }

    def _told(self, refusal: Refusal) -> dict[str, Any]:
        error = refusal.members.get("error", "invalid_request")
        return {"error": error, "error_description": refusal.message or None}


class S3:
    """REST with XML, as S3 has it: an object is the body, the rest are headers."""

    def read(self, service: Service, request: Request) -> tuple[str, Any]:
        """The operation's name and its parameters; only objects' own paths are known."""
        bucket, _, key = request.path.removeprefix("/").partition("/")
        name = {"GET": "GetObject", "HEAD": "HeadObject"}.get(request.method, "")
        if not name or not bucket or not key:
            return f"{request.method} {request.path}", {}
        shape = service.model.operation_model(name).input_shape
        return name, {**_placed(shape, request), "Bucket": bucket, "Key": key}

    def answer(self, operation: OperationModel, answer: Answer) -> Response:
        """The response that carries an object, or what is known of it."""
        if isinstance(answer, bytes):
            raise TypeError("answers are documents")
        shape: AnyShape = operation.output_shape
        headers = {
            shape.members[name].serialization["name"]: str(value)
            for name, value in answer.items()
            if name not in ("Body", "ContentLength")
        }
        status = 206 if "ContentRange" in answer else 200
        response = Response(status, headers, answer.get("Body", b""), answer["ContentLength"])
        response.headers["x-amz-request-id"] = uuid.uuid4().hex[:16].upper()
        return response

    def refuse(self, refusal: Refusal) -> Response:
        """The response that carries an error."""
        known = {
            "AccessDeniedException": ("AccessDenied", 403),
            "UnrecognizedClientException": ("InvalidAccessKeyId", 403),
            "ExpiredTokenException": ("ExpiredToken", 400),
            "InvalidSignatureException": ("SignatureDoesNotMatch", 403),
            "MissingAuthenticationTokenException": ("AccessDenied", 403),
            "ThrottlingException": ("SlowDown", 503),
            "UnknownOperationException": ("NotImplemented", 501),
        }
        code, status = known.get(refusal.code, (refusal.code, refusal.status))
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{written(code)}</Code><Message>{written(refusal.message)}</Message>"
            "</Error>"
        )
        return respond(status, text.encode(), "application/xml", str(uuid.uuid4()))


@lru_cache(maxsize=1_000)
def _pattern(path: str) -> re.Pattern[str]:
    """What a path looks like that a model writes as `/functions/{FunctionName}`."""
    parts = re.split(r"\{(\w+)(\+?)\}", path)
    written = re.escape(parts[0])
    for name, greedy, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        written += f"(?P<{name}>{'.+' if greedy else '[^/]+'})" + re.escape(after)
    return re.compile(written)


def _document(shape: AnyShape, request: Request) -> dict[str, Any]:
    """The parameters, where one of them may be the whole body."""
    body = load(request)
    payload = shape.serialization.get("payload") if shape is not None else None
    return ({payload: body} if payload else body) | _placed(shape, request)


def _placed(shape: AnyShape, request: Request) -> dict[str, Any]:
    """The parameters that stand in the query or in a header, by their members' names."""
    placed: dict[str, Any] = {}
    for name, member in shape.members.items() if shape is not None else ():
        where, called = (member.serialization.get(key) for key in ("location", "name"))
        value = {
            "querystring": request.query.get(str(called)),
            "header": request.header(str(called)) or None,
        }.get(str(where))
        if value is not None:
            number = member.type_name == "integer" and value.isdecimal() and value.isascii()
            placed[name] = int(value) if number else value
    return placed
