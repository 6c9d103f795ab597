"""Answers decoded fast: one JSON decode a page instead of a walk over every shape.

botocore's own parser spends 50 ms on a page of 1,000 images, most of it turning numbers into
datetimes. ECR's wire names are its member names, its times are epoch numbers and it has no binary
members, so the decoded body already is the answer; times stay numbers. Errors and event streams go
to botocore's parser. A body that is no JSON object is refused: botocore would take an answer that
was cut off, or a proxy's page, for an empty one, and an empty list is shown as the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from botocore import parsers


class PlainJSONParser(parsers.JSONParser):
    """The "json" protocol without shape walking; errors are parsed as botocore does."""

    def _do_parse(self, response: dict[str, Any], shape: Any) -> Any:
        if shape is None or shape.event_stream_name:
            return super()._do_parse(response, shape)
        parsed = _decoded(response["body"])
        if not isinstance(parsed, dict):
            raise parsers.ResponseParserError("the answer is no JSON object")
        self._inject_response_metadata(parsed, response["headers"])
        return parsed

    def _do_error_parse(self, response: dict[str, Any], shape: Any) -> Any:
        # botocore's parser expects an object or text.
        if not isinstance(_decoded(response["body"]), dict):
            text = response["body"][:_LONGEST_PAGE].decode("utf-8", "replace")
            response = {**response, "body": msgspec.json.encode({"message": text})}
        return super()._do_error_parse(response, shape)


_LONGEST_PAGE = 1000
"""Bytes of a page that is no error of ours; enough to say whose it is."""


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


class ParserFactory(parsers.ResponseParserFactory):
    """botocore's factory, with our parser for the "json" protocol and no parser that crashes."""

    def create_parser(self, protocol_name: str) -> Any:
        """A parser for a protocol's name."""
        plain = protocol_name == "json"
        parser = (
            PlainJSONParser(**self._defaults) if plain else super().create_parser(protocol_name)
        )
        parser.parse = _guarded(parser.parse)
        return parser


def _guarded(parse: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The parse whose every failure is a ResponseParserError: botocore's trust the service."""

    def guarded(response: Any, shape: Any) -> Any:
        try:
            return parse(response, shape)
        except (LookupError, AttributeError, TypeError, ValueError) as failure:
            reason = f"an answer nobody can read ({type(failure).__name__})"
            raise parsers.ResponseParserError(reason) from None

    return guarded
