"""The filter line: what to show of a list, as one types.

    api v2               rows with both words in any text
    !untagged            rows without it
    tag:v2*              a field, with * and ? as wildcards from its beginning
    size:>500MB          sizes, numbers; also >=, <, <=, =
    pushed:<7d           ages: less than seven days ago
    pulled:never         nothing there
    "two words"          one text with a space
    /v[0-9]+$/           a regular expression
    ~shpapi              letters in this order (fuzzy)

All parts must hold; `!` before any part turns it round. Upper and lower case are the same.
"""

from __future__ import annotations

import fnmatch
import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from ecrtui.errors import UsageError
from ecrtui.model.quantities import parse_duration, parse_size

Row = TypeVar("Row")
Test = Callable[[Row, str], bool]
"""Whether a row passes; the text is all its searchable text in lower case."""

_PART = re.compile(r'\s*(!?)((?:[A-Za-z_]+:)?)("[^"]*"?|/(?:[^/\\]|\\.)*/?|\S+)')
_COMPARISON = re.compile(r"(>=|<=|>|<|=)?(.*)", re.DOTALL)
_NOTHING = frozenset({"never", "none", "-"})
LONGEST = 500
"""Characters; a filter is typed, and a longer one is a paste gone wrong."""


class Field(msgspec.Struct, Generic[Row], frozen=True):
    """What a filter may ask of a row: text, number, size (bytes) or age (epoch seconds)."""

    name: str
    kind: str
    value: Callable[[Row], Any]


class FilterError(UsageError):
    """A filter that cannot be understood."""

    title = "The filter is not understood"


class Filter(msgspec.Struct, Generic[Row], frozen=True):
    """A parsed filter."""

    text: str
    tests: tuple[Test[Row], ...]
    words: tuple[str, ...]
    """The plain words, when it has nothing else: then a longer one only narrows."""
    only_words: bool

    def matches(self, row: Row, haystack: str) -> bool:
        """Whether a row passes; `haystack` is its searchable text in lower case."""
        return all(test(row, haystack) for test in self.tests)

    def narrows(self, other: Filter[Row]) -> bool:
        """Whether everything that passes this surely passes the other: letters were added."""
        if not (self.only_words and other.only_words):
            return False
        return all(any(word in longer for longer in self.words) for word in other.words)


def parse_filter(text: str, fields: Sequence[Field[Row]], now: float = 0.0) -> Filter[Row]:
    """A filter over some fields; ages count back from `now`. Raises FilterError."""
    if len(text) > LONGEST:
        raise FilterError(f"{len(text)} characters", hint=f"Use at most {LONGEST}.")
    tests: list[Test[Row]] = []
    words: list[str] = []
    plain = True
    by_name = {field.name: field for field in fields}
    for match in _PART.finditer(text):
        inverted, name, value = match[1], match[2][:-1].lower(), match[3]
        if _begun(name, value, by_name):
            continue
        test = _test(name, match[2], value, by_name, now)
        if inverted:
            test = _inverted(test)
        is_word = not (inverted or name or value[0] in '"/~')
        plain = plain and is_word
        words.append(value.lower())
        tests.append(test)
    return Filter(text, tuple(tests), tuple(words), plain)


def _begun(name: str, value: str, fields: dict[str, Field[Row]]) -> bool:
    """Whether a part is only begun: its sign or its field has just been typed."""
    return not name and (
        not value.strip('"/!~') or (value[-1] == ":" and value[:-1].lower() in fields)
    )


def _test(
    name: str, typed: str, value: str, fields: dict[str, Field[Row]], now: float
) -> Test[Row]:
    if not name:
        return _anywhere(value)
    if name not in fields:
        if typed.lower() in ("http:", "https:", "sha256:"):
            return _anywhere(typed + value)
        known = ", ".join(sorted(fields))
        raise FilterError(f"{typed}{value}", hint=f"There is no {name}. Fields: {known}")
    field = fields[name]
    if field.kind == "text":
        return _text(field, value)
    return _number(field, value, now)


def _anywhere(value: str) -> Test[Row]:
    if value[0] == "/":
        pattern = _regular(value)
        return lambda _, haystack: pattern.search(haystack) is not None
    if value[0] == "~" and len(value) > 1:
        fuzzy = re.compile(".*?".join(re.escape(letter) for letter in value[1:].lower()))
        return lambda _, haystack: fuzzy.search(haystack) is not None
    word = value.strip('"').lower()
    return lambda _, haystack: word in haystack


def _regular(value: str) -> re.Pattern[str]:
    body = value[1:-1] if len(value) > 1 and value.endswith("/") else value[1:]
    try:
        with warnings.catch_warnings():  # they would be printed across the screen
            warnings.simplefilter("ignore")
            return re.compile(body, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as failure:
        raise FilterError(value, hint=f"The regular expression is wrong: {failure}") from None


def _text(field: Field[Row], value: str) -> Test[Row]:
    get = field.value
    if value.lower() in _NOTHING:
        return lambda row, _: not get(row)
    if value[0] == "/":
        pattern = _regular(value)
    else:
        pattern = re.compile(fnmatch.translate(value.strip('"') + "*"), re.IGNORECASE)
        return lambda row, _: any(pattern.match(text) for text in _texts(get(row)))
    return lambda row, _: any(pattern.search(text) for text in _texts(get(row)))


def _texts(value: Any) -> Sequence[str]:
    """A field's texts: an image has several tags, and any of them may match."""
    if isinstance(value, (tuple, list)):
        return value
    return (str(value),) if value else ()


def _number(field: Field[Row], value: str, now: float) -> Test[Row]:
    get = field.value
    if value.lower() in _NOTHING:
        return lambda row, _: get(row) is None
    match = _COMPARISON.fullmatch(value)
    operator, amount = (match[1] or "=", match[2]) if match else ("=", value)
    wanted = _amount(field, amount)
    compare = _COMPARE[operator]
    if field.kind == "age":
        return lambda row, _: (at := get(row)) is not None and compare(now - at, wanted)
    return lambda row, _: (number := get(row)) is not None and compare(number, wanted)


def _amount(field: Field[Row], text: str) -> float:
    amount = parse_duration(text) if field.kind == "age" else parse_size(text)
    if amount is None:
        example = "7d, 12h or 2mo" if field.kind == "age" else "500MB or 1GiB"
        raise FilterError(f"{field.name}:{text}", hint=f"Write {field.name}:>{example}.")
    return amount


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
}


def _inverted(test: Test[Row]) -> Test[Row]:
    return lambda row, haystack: not test(row, haystack)
