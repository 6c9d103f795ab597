"""What is a keyword, a string, a comment in a text: found by pygments, in a process of its own.

    python -m ecrtui.render.lexing < REQUEST     # prints what `Lexed` holds, as JSON

Texts are foreign, and a lexer is made of regular expressions: one that a hostile text sends into
backtracking would hold the interpreter's lock and keep every key waiting, in whatever thread it
ran. So this is run beside the explorer, and ends by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

SECONDS = 3
"""It runs at most."""
_KINDS = (
    # pygments' names begin so; the first that fits counts.
    ("Comment.Preproc", "keyword"),
    ("Comment", "comment"),
    ("Keyword", "keyword"),
    ("Operator.Word", "keyword"),
    ("Literal.Number", "number"),
    ("Literal.Date", "number"),
    ("Literal", "string"),
    ("Name.Variable", "plain"),
    ("Name.", "name"),
)

Span = tuple[int, int, str]
"""Where it begins and ends in its line, and its kind."""


class Request(msgspec.Struct, frozen=True):
    """Texts of one name, as lines."""

    name: str
    """By which alone the language is found: no contents are asked."""
    texts: list[list[str]]


class Lexed(msgspec.Struct, frozen=True):
    """What was found in each text: the spans of each line, in order and apart."""

    texts: list[list[list[Span]]]
    """None for a name of no known language."""


def lex(request: Request) -> Lexed:
    """All texts of a request. Takes as long as the lexers like."""
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_for_filename(request.name)
    except ClassNotFound:
        return Lexed([])
    found = []
    for lines in request.texts:
        spans: list[list[Span]] = [[] for _ in lines]
        # Not get_tokens, which strips the text and so moves it.
        tokens = lexer.get_tokens_unprocessed("\n".join(lines))
        for number, span in _placed(tokens, lines):
            spans[number].append(span)
        found.append(spans)
    return Lexed(found)


def _placed(
    tokens: Iterator[tuple[int, object, str]], lines: Sequence[str]
) -> Iterator[tuple[int, Span]]:
    """(number of the line, span) of all that has a kind; a token may go over several lines."""
    number, start = 0, 0  # the line, and where it begins in the text
    for at, token, value in tokens:
        kind = _kind(token)
        if kind == "plain":
            continue
        for part in value.split("\n"):
            while number < len(lines) and at > start + len(lines[number]):
                start += len(lines[number]) + 1
                number += 1
            first, last = at - start, at - start + len(part)
            at += len(part) + 1
            # Lexers that nest others may go back, or tell of what is not there: not coloured.
            if number < len(lines) and 0 <= first < last and lines[number][first:last] == part:
                yield number, (first, last, kind)


@lru_cache(maxsize=1024)
def _kind(token: object) -> str:
    full = str(token).removeprefix("Token.")
    return next((kind for name, kind in _KINDS if full.startswith(name)), "plain")


def main() -> None:
    """From stdin to stdout; the alarm ends it, in the middle of a match too."""
    import signal

    signal.alarm(SECONDS)
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    sys.stdout.buffer.write(msgspec.json.encode(lex(request)))


if __name__ == "__main__":
    main()
