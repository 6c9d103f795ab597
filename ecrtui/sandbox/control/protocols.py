"""AWS's wire protocols: which operation a request names, and the form answers take."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from ecrtui.sandbox.control.service import Answer, AnyShape, Service
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.wire import Request, Response

if TYPE_CHECKING:
    from botocore.model import OperationModel

MAX_BODY = 64 << 20
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (§2.2)."""
_REFUSED = ("AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException")
_FORBIDDEN = {
    code: (code, 403)
    for code in (*_REFUSED, "MissingAuthenticationTokenException", "InvalidSignatureException")
}
"""The status that services of REST have for these (reference, common errors)."""


class Wire(Protocol):
    """One protocol's way to read a call and to write what comes of it."""

    def read(self, service: Service, request: Request) -> tuple[str, Any]:
        """The operation's name and its parameters as sent."""
        ...

    def answer(self, operation: OperationModel, answer: Answer) -> Response:
        """The response that carries an output document."""
        ...

    def refuse(self, refusal: Refusal) -> Response:
        """The response that carries an error."""
        ...


class Json:
    """JSON 1.1: X-Amz-Target names the operation (ECR, ECR Public)."""

    def read(self, service: Service, request: Request) -> tuple[str, Any]:
        """The operation's name and its parameters as sent."""
        return request.header("X-Amz-Target").rpartition(".")[2], _load(request)

    def answer(self, operation: OperationModel, answer: Answer) -> Response:
        """The response that carries an output document; times are epoch seconds as they are."""
        return _json(200, answer, "application/x-amz-json-1.1")

    def refuse(self, refusal: Refusal) -> Response:
        """The response that carries an error."""
        document = {"__type": refusal.code, "message": refusal.message, **refusal.members}
        return _json(refusal.status, document, "application/x-amz-json-1.1")


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
        return _json(200, answer, "application/json")

    def refuse(self, refusal: Refusal) -> Response:
        """The response that carries an error; the code stands in a header."""
        known = _FORBIDDEN | dict(self._codes)
        code, status = known.get(refusal.code, (refusal.code, refusal.status))
        response = _json(status, self._told(refusal), "application/json")
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


class Query:
    """Form fields in, XML out (STS, IAM)."""

    # STS words two of the errors every service has in its own way.
    _codes = {  # noqa: RUF012 - a constant
        "UnrecognizedClientException": ("InvalidClientTokenId", 403),
        "ExpiredTokenException": ("ExpiredToken", 403),
        "AccessDeniedException": ("AccessDenied", 403),
        "MissingAuthenticationTokenException": ("MissingAuthenticationToken", 403),
        "InvalidSignatureException": ("SignatureDoesNotMatch", 403),
        "ThrottlingException": ("Throttling", 400),
        "UnknownOperationException": ("InvalidAction", 400),
        "InvalidParameterException": ("ValidationError", 400),
        # A web identity's token, of which STS speaks otherwise than of a session's.
        "ExpiredIdentityToken": ("ExpiredTokenException", 400),
    }

    def read(self, service: Service, request: Request) -> tuple[str, Any]:
        """The operation's name and its parameters, numbers turned into numbers."""
        fields = dict(parse_qsl(request.body.read().decode("utf-8", "replace")))
        name = fields.pop("Action", "")
        fields.pop("Version", None)
        if name not in service.model.operation_names:
            return name, fields
        return name, _fields(service.model.operation_model(name).input_shape, fields)

    def answer(self, operation: OperationModel, answer: Answer) -> Response:
        """The response that carries an output document."""
        if isinstance(answer, bytes):
            raise TypeError("query answers are documents")
        name = operation.name
        inner = _xml(operation.output_shape, answer)
        xmlns = operation.service_model.metadata["xmlNamespace"]
        request_id = str(uuid.uuid4())
        text = (
            f'<{name}Response xmlns="{xmlns}"><{name}Result>{inner}</{name}Result>'
            f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
            f"</{name}Response>"
        )
        return _respond(200, text.encode(), "text/xml", request_id)

    def refuse(self, refusal: Refusal) -> Response:
        """The response that carries an error."""
        code, status = self._codes.get(refusal.code, (refusal.code, refusal.status))
        request_id = str(uuid.uuid4())
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{_written(code)}</Code>"
            f"<Message>{_written(refusal.message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return _respond(max(status, refusal.status), text.encode(), "text/xml", request_id)


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
            f"<Error><Code>{_written(code)}</Code><Message>{_written(refusal.message)}</Message>"
            "</Error>"
        )
        return _respond(status, text.encode(), "application/xml", str(uuid.uuid4()))


def _load(request: Request) -> Any:
    data = request.body.read(MAX_BODY)
    try:
        document = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        raise Refusal("SerializationException", "The body is not JSON") from None
    if not isinstance(document, dict):
        raise Refusal("SerializationException", "Start of structure or map expected")
    return document


def _json(status: int, answer: Answer, content_type: str) -> Response:
    body = answer if isinstance(answer, bytes) else _dump(answer)
    return _respond(status, body, content_type, str(uuid.uuid4()))


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
    body = _load(request)
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


def _dump(document: dict[str, Any]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _respond(status: int, body: bytes, content_type: str, request_id: str) -> Response:
    return Response(status, {"Content-Type": content_type, "x-amzn-RequestId": request_id}, body)


def _fields(shape: AnyShape, fields: dict[str, str]) -> dict[str, Any]:
    """Typed values of the fields that are scalars; nested ones keep their dotted names out."""
    members = shape.members if shape is not None else {}
    lists: dict[str, list[str]] = {}
    for field, value in fields.items():
        name, _, number = field.partition(".member.")
        if number.isdecimal() and name in members:
            lists.setdefault(name, []).append(value)
    return lists | {
        name: _scalar(members.get(name), value) for name, value in fields.items() if "." not in name
    }


def _scalar(shape: AnyShape, value: str) -> str | int | bool:
    """A field as its type, where it is written as one; validation tells the others."""
    kind = shape.type_name if shape is not None else ""
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return int(value) if kind == "integer" and value.isdigit() else value


def _xml(shape: AnyShape, document: dict[str, Any]) -> str:
    """A structure's members as elements."""
    if shape is None:
        return ""
    return "".join(
        f"<{name}>{_text(shape.members[name], value)}</{name}>" for name, value in document.items()
    )


def _text(shape: AnyShape, value: Any) -> str:
    """What stands in an element; times in ISO 8601, as the query protocol has them."""
    if shape.type_name == "structure":
        return _xml(shape, value)
    if shape.type_name == "list":
        return "".join(f"<member>{_text(shape.member, one)}</member>" for one in value)
    if shape.type_name == "timestamp":
        moment = datetime.fromtimestamp(int(value), tz=timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if shape.type_name == "boolean":
        return "true" if value else "false"
    return _written(str(value))


def _written(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))
