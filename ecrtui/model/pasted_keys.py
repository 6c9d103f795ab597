"""Keys as people copy them: `export` lines of a portal, a section of ~/.aws, JSON of the aws CLI,
the IAM console's CSV. Whatever else stands in the text is passed over.
"""

from __future__ import annotations

import csv
import re
from typing import Any

import msgspec

from ecrtui.model.hidden import Hidden
from ecrtui.model.typed import decoded

_LARGEST = 1 << 16
_FIELDS = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_access_key",
    "aws_session_token": "session_token",
    "aws_security_token": "session_token",
    "aws_default_region": "region",
    "aws_region": "region",
    "region": "region",
    "role_arn": "role_arn",
    "source_profile": "source",
    "mfa_serial": "mfa_serial",
    "external_id": "external_id",
}
"""AWS's names, of variables and of its files, lower case."""
_JSON = {
    "accesskeyid": "access_key_id",
    "secretaccesskey": "secret_access_key",
    "sessiontoken": "session_token",
    "token": "session_token",
}
"""Of `aws sts`, `aws iam create-access-key`, credential_process, the portal and IMDS."""
_INSIDE = ("credentials", "accesskey", "rolecredentials")
_CSV = {"access key id": "access_key_id", "secret access key": "secret_access_key"}
_HEADER = re.compile(r"^[ \t]*\[(?:profile[ \t]+)?[\"']?([^\]\"'\r\n]*)[\"']?\]", re.MULTILINE)
_NAMES = "|".join(sorted(_FIELDS, key=len, reverse=True))
_VALUE = r"(?:\"([^\"\r\n]*)\"|'([^'\r\n]*)'|([^\s;&\"']+))"
_ASSIGNED = re.compile(
    rf"(?:^|[\s;&:])({_NAMES})(?:[ \t]*[:=][ \t]*|(?<=_id)[ \t]+|(?<=_key)[ \t]+|(?<=_token)[ \t]+)"
    rf"{_VALUE}",
    re.IGNORECASE | re.MULTILINE,
)
"""`NAME=value`, also `NAME : value`; with a space alone (fish's `set -gx`) what is a key's."""


class PastedKeys(Hidden, frozen=True):
    """What was found, '' for what was not. It shows nothing."""

    access_key_id: str = ""
    secret_access_key: str = ""
    session_token: str = ""
    region: str = ""
    role_arn: str = ""
    source: str = ""
    mfa_serial: str = ""
    external_id: str = ""
    name: str = ""
    """Of the section."""

    def shown(self) -> dict[str, str]:
        """Nothing of it."""
        return {}


def pasted_keys(text: str) -> PastedKeys | None:
    """The first keys, or the first role, that a text holds; None where it holds none whole."""
    if len(text) > _LARGEST:
        return None
    text = text.strip()
    found = _of_json(text) if text[:1] in "{[" else {}
    if not found:
        found = _of_csv(text) or _of_sections(text)
    keys = PastedKeys(**found)
    whole = keys.access_key_id and keys.secret_access_key
    return keys if whole or keys.role_arn else None


def _of_sections(text: str) -> dict[str, str]:
    """Of the first section, or of what stands before any, that has a key or a role."""
    headers = list(_HEADER.finditer(text))
    ends = [one.start() for one in headers] + [len(text)]
    parts = [("", text[: ends[0]])]
    parts += [(one[1], text[one.end() : ends[at + 1]]) for at, one in enumerate(headers)]
    for name, part in parts:
        found = _assigned(part)
        if "secret_access_key" in found or "role_arn" in found:
            return found | ({"name": " ".join(name.split())} if name.strip() else {})
    return {}


def _assigned(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    lines = [line for line in text.splitlines() if line.lstrip()[:1] not in ("#", ";")]
    for one in _ASSIGNED.finditer("\n".join(lines)):
        value = next((part for part in one.groups()[1:] if part), "").strip()
        if value:
            found[_FIELDS[one[1].lower()]] = value
    return found


def _of_json(text: str) -> dict[str, str]:
    try:
        document = decoded(text, dict[str, Any])
    except msgspec.MsgspecError:
        return {}
    inner = [value for name, value in document.items() if name.lower() in _INSIDE]
    for one in (document, *inner):
        if isinstance(one, dict):
            found = {
                _JSON[name.lower()]: value
                for name, value in one.items()
                if isinstance(value, str) and name.lower() in _JSON
            }
            if "secret_access_key" in found:
                return found
    return {}


def _of_csv(text: str) -> dict[str, str]:
    """The file that the IAM console hands out for a new key: titles, then one row."""
    lines = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()[:2]
    if len(lines) < 2 or "," not in lines[0]:
        return {}
    try:
        titles, values = list(csv.reader(lines))
    except (csv.Error, ValueError):
        return {}
    pairs = zip(titles, values, strict=False)
    found = {_CSV.get(title.strip().lower(), ""): value.strip() for title, value in pairs}
    found.pop("", None)
    return found
