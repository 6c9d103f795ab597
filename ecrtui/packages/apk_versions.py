"""Alpine's order of versions: apk-package(5), "PACKAGE INFO METADATA", version.

    number{.number}...{letter}{_suffix{number}}...{~hash}{-r#}

univers takes Alpine's order for Gentoo's, which differs in leading zeros and knows no hash.
"""

from __future__ import annotations

import re

_VERSION = re.compile(
    r"(?P<first>[0-9]+)(?P<numbers>(?:\.[0-9]+)*)(?P<letter>[a-z]?)"
    r"(?P<suffixes>(?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*)"
    r"(?P<hash>(?:~[0-9a-f]+)?)(?:-r(?P<build>[0-9]+))?"
)
_SUFFIX = re.compile(r"_([a-z]+)([0-9]*)")
_BEFORE = ("alpha", "beta", "pre", "rc")
_AFTER = ("cvs", "svn", "git", "hg", "p")

# Where two versions part, one has the next part of its kind and the other not, or another kind.
# The kinds' order then: a suffix for "before" is less than the end, and the end less than the rest.
_SUFFIX_BEFORE, _END, _BUILD, _HASH, _SUFFIX_NUMBER, _SUFFIX_AFTER, _LETTER, _NUMBER = range(8)

Key = list[tuple[int, int, str]]
"""Of each part its kind, and its value as a number and as text."""


def apk_key(version: str) -> Key:
    """What a version is compared by. ValueError for text that is no version."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(version)
    key = [(_NUMBER, int(match["first"]), "")]
    key += [_number(text) for text in match["numbers"].split(".")[1:]]
    if match["letter"]:
        key.append((_LETTER, 0, match["letter"]))
    for name, number in _SUFFIX.findall(match["suffixes"]):
        before = name in _BEFORE
        rank = (_BEFORE if before else _AFTER).index(name)
        key.append((_SUFFIX_BEFORE if before else _SUFFIX_AFTER, rank, ""))
        if number:
            key.append((_SUFFIX_NUMBER, int(number), ""))
    if match["hash"]:
        key.append((_HASH, 0, match["hash"]))
    if match["build"]:
        key.append((_BUILD, int(match["build"]), ""))
    return [*key, (_END, 0, "")]


def _number(text: str) -> tuple[int, int, str]:
    """With a zero before it a number is compared as text, and less than any without."""
    return (_NUMBER, -1, text) if text[0] == "0" else (_NUMBER, int(text), "")
