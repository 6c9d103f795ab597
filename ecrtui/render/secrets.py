"""Values that look like secrets, masked until asked for: of variables, and in lines of files.

What is masked is guessed from names (`password = ...`) and from forms (`AKIA...`). It keeps secrets
off shared screens and out of comments; it is no proof that there are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MASK = "••••••••"

_NAMES = (
    r"(?:(?:[a-z]{0,20}pass(?:wd|words?|phrase)|(?:pg|db|ssh)?pass)|pwd|pw|secrets?|token|credentials?|auth|authorization|dsn"
    r"|signature|(?:api|access|account|private|secret|session|encryption)[_\-.]?key)"
)
_NAME = re.compile(rf"(?:^|[_\-.]){_NAMES}(?:$|[_\-.])", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_FORM = re.compile(
    r"(?:AKIA|ASIA)[0-9A-Z]{16}"  # AWS access key ids
    r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{20,}"
    r"|xox[abprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/[A-Za-z0-9/]+"
    # a signed JSON web token
    r"|(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"
    r"|AIza[A-Za-z0-9_-]{35}|[sr]k_live_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{20,}"
    r"|npm_[A-Za-z0-9]{36,}|pypi-[A-Za-z0-9_-]{40,}|dckr_pat_[A-Za-z0-9_-]{20,}"
    r"|hf_[A-Za-z0-9]{30,}|hvs\.[A-Za-z0-9_-]{20,}|AGE-SECRET-KEY-1[A-Z0-9]+"
    r"|LS0tLS1CRUdJTi[A-Za-z0-9+/=]+"  # a key or certificate in Base64, as in a manifest
    r"|\$(?:1|2[abxy]|5|6|7|y|gy|apr1|argon2[a-z]*)\$[^\s:\"']+"  # what crypt(3) makes of one
)
_URL = re.compile(r"([a-z0-9]://[^/\s:@\"']{0,256}:)[^\s/\"'<>]+(?=@)", re.IGNORECASE)
"""A password inside a URL."""
_ASSIGNED = re.compile(
    r"(?<![\w.\-])(?P<name>[\w.\-]+)[\"'\]]{0,2}[ \t]*(?:=>|:=|[:=])[ \t]*(?=\S)"
)
_TAGGED = re.compile(r"<(?P<name>[\w.\-]+)>[^<]+")
_GIVEN = re.compile(
    rf"((?:^|\s)--?[\w\-]*{_NAMES}[ \t]+|^[ \t]*password[ \t]+(?![=:])"
    r"|\blogin[ \t]+\S+[ \t]+password[ \t]+)\S.*",
    re.IGNORECASE,
)
"""`--token x` of a command, `password x` of .netrc."""
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?")
_NO_SECRET = re.compile(
    r"(?:none|null|nil|true|false|undefined|yes|no|str|string|bool|int|bytes|any)[ \t]*"
    r"(?=[,;)}\]]|$)|[{\[(][ \t]*$|[\"']{2}(?=[,;)}\] \t]|$)"
    r"|\$\{[^}]{0,200}\}$|\$\w{1,200}$|\$\([^)]{0,200}\)$|\{\{[^}]{0,200}\}\}$",
    re.IGNORECASE,
)
"""What may stand for a value without being one: nothing, a type, a reference, a bracket."""
_AROUND = " \t\r\"'>#*|+\\n,;"
"""What stands around the lines of a key that is quoted in another text."""
_BODY = re.compile(r"[A-Za-z0-9+/=]*|[A-Za-z\-]+: .*")
"""A line inside a private key: Base64, a header, or nothing."""


def looks_secret(name: str, value: str) -> bool:
    """Whether a variable's name or its value suggests that it should not be on a shared screen."""
    return bool(value) and (_is_secret_name(name) or _holds_secret(value))


def masked(line: str) -> str:
    """One line of a file, with MASK in place of what looks secret in it.

    A value without quotes is taken to reach to the end of its line. Private keys of several lines
    are `private_lines`' affair. The time is linear in the line.
    """
    begin = _BEGIN.search(line)
    if begin is not None:
        end = line.rfind("-----END", begin.end())
        line = line[: begin.end()] + MASK + (line[end:] if end > 0 else "")
    line = _FORM.sub(MASK, line)
    line = _URL.sub(rf"\1{MASK}", line)
    line = _TAGGED.sub(_without_tagged, line)
    line = _GIVEN.sub(rf"\1{MASK}", line)
    return _without_assigned(line)


def masked_text(lines: Sequence[str]) -> list[str]:
    """All lines of a file, masked."""
    inside = private_lines(lines)
    return [MASK if n in inside else masked(line) for n, line in enumerate(lines)]


def private_lines(lines: Sequence[str]) -> set[int]:
    """The numbers, from 0, of the lines inside private keys, without the BEGIN and END lines."""
    found: set[int] = set()
    for start in [n for n, line in enumerate(lines) if "PRIVATE KEY" in line]:
        if start in found or not _BEGIN.search(lines[start]) or "-----END" in lines[start]:
            continue
        number = start + 1
        while number < len(lines) and _BODY.fullmatch(lines[number].strip(_AROUND)):
            found.add(number)
            number += 1
    return found


def _is_secret_name(name: str) -> bool:
    return bool(_NAME.search(name) or _NAME.search(_HUMP.sub("_", name)))


def _holds_secret(value: str) -> bool:
    """Also what assigns one inside: a connection string, options of Java."""
    return any(masked(line) != line for line in value.splitlines())


def _without_tagged(match: re.Match[str]) -> str:
    return f"<{match['name']}>{MASK}" if _is_secret_name(match["name"]) else match[0]


def _without_assigned(line: str) -> str:
    """A line without the values that are assigned to names that look secret."""
    parts, at = [], 0
    while (match := _ASSIGNED.search(line, at)) is not None:
        end = match.end()
        parts.append(line[at:end])
        at = end
        if not _is_secret_name(match["name"]) or _NO_SECRET.match(line, end):
            continue
        quoted = _QUOTED.match(line, end)
        at = len(line)
        if quoted is not None:
            at = quoted.end()
            while at < len(line) and line[at] not in " \t,;)}]>":
                at += 1
        parts.append(MASK)
    return "".join(parts) + line[at:]
