"""AWS's wire protocols: which operation a request names, and the form answers take."""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime, timezone
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
        return request.header("X-Amz-Target").rpartition(".")[2], load(request)

    def answer(self, operation: OperationModel, answer: Answer) -> Response:
        """The response that carries an output document; times are epoch seconds as they are."""
        return json_answer(200, answer, "application/x-amz-json-1.1")

    def refuse(self, refusal: Refusal) -> Response:
        """The response that carries an error."""
        document = {"__type": refusal.code, "message": refusal.message, **refusal.members}
        return json_answer(refusal.status, document, "application/x-amz-json-1.1")


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
        return respond(200, text.encode(), "text/xml", request_id)

    def refuse(self, refusal: Refusal) -> Response:
        """The response that carries an error."""
        code, status = self._codes.get(refusal.code, (refusal.code, refusal.status))
        request_id = str(uuid.uuid4())
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{written(code)}</Code>"
            f"<Message>{written(refusal.message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return respond(max(status, refusal.status), text.encode(), "text/xml", request_id)


def load(request: Request) -> Any:
    """The body's JSON object; refuses anything else."""
    data = request.body.read(MAX_BODY)
    try:
        document = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        raise Refusal("SerializationException", "The body is not JSON") from None
    if not isinstance(document, dict):
        raise Refusal("SerializationException", "Start of structure or map expected")
    return document


def json_answer(status: int, answer: Answer, content_type: str) -> Response:
    """A response of JSON."""
    body = answer if isinstance(answer, bytes) else _dump(answer)
    return respond(status, body, content_type, str(uuid.uuid4()))


def _dump(document: dict[str, Any]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def respond(status: int, body: bytes, content_type: str, request_id: str) -> Response:
    """A response with its request's id."""
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
    return written(str(value))


def written(text: str) -> str:
    """Text as it stands in XML, without what that has no way to write."""
    return escape(_NOT_XML.sub("\ufffd", text))
