"""Answers decoded fast: one JSON decode a page instead of a walk over every shape.

botocore's own parser spends 50 ms on a page of 1,000 images, most of it turning numbers into
datetimes. ECR's wire names are its member names, its times are epoch numbers and it has no binary
members, so the decoded body already is the answer; times stay numbers. Whatever is unusual (an
error, an event stream, XML, a body that is no object) goes to botocore's parser.
"""

from __future__ import annotations

from typing import Any

import msgspec
from botocore import parsers


class PlainJSONParser(parsers.JSONParser):
    """The "json" protocol without shape walking; errors are parsed as botocore does."""

    def _do_parse(self, response: dict[str, Any], shape: Any) -> Any:
        if shape is None or shape.event_stream_name:
            return super()._do_parse(response, shape)
        try:
            parsed = msgspec.json.decode(response["body"])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return super()._do_parse(response, shape)
        if not isinstance(parsed, dict):
            return super()._do_parse(response, shape)
        self._inject_response_metadata(parsed, response["headers"])
        return parsed


class ParserFactory(parsers.ResponseParserFactory):
    """botocore's factory, with our parser for the "json" protocol."""

    def create_parser(self, protocol_name: str) -> Any:
        """A parser for a protocol's name."""
        if protocol_name == "json":
            return PlainJSONParser(**self._defaults)
        return super().create_parser(protocol_name)
