"""AWS's own files, edited as text: what is not meant stays as it is, to the byte.

Their grammar is botocore's, which is Python's configparser without a default section.
"""

from __future__ import annotations

import configparser
import re

KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token")
_PROCESS = "credential_process"
_HEADER = re.compile(r"\s*\[(?P<name>[^\]]+)\]")
_OPTION = re.compile(r"(?P<name>[^\s:=#;\[][^:=]*?)\s*[:=]")


def sections(text: str) -> dict[str, dict[str, str]]:
    """Every section's options; raises ValueError for a text that is no such file."""
    parser = configparser.RawConfigParser(default_section="\0", strict=True)
    try:
        parser.read_string(text)
    except configparser.Error:
        raise ValueError("not a file of AWS's") from None  # its message quotes the line
    return {name: dict(parser.items(name)) for name in parser.sections()}


def section_of(profile: str, text: str) -> str:
    """The section that holds keys of a profile, as it is written; '' where there is none."""
    names = {profile, f"profile {profile}", f'profile "{profile}"', f"profile '{profile}'"}
    for name, options in sections(text).items():
        if " ".join(name.split()) in names and any(key in options for key in KEYS):
            return name
    return ""


def without_keys(text: str, section: str, process: str = "") -> str:
    """The text without a section's keys, and with `process` as its credential_process.

    Comments, blank lines, line ends and every other section stay. Raises ValueError when the
    result would not say the same of all that is left.
    """
    kept: list[str] = []
    inside = dropping = False
    for line in text.splitlines(keepends=True):
        header = _HEADER.match(line)
        if header is not None and not line[:1].isspace():
            inside, dropping = header["name"] == section, False
        elif inside and not (dropping and line[:1] in " \t" and line.strip()):
            option = _OPTION.match(line)
            name = option["name"].lower() if option is not None else ""
            first = name in KEYS and process
            dropping = name in KEYS
            if first:
                kept.append(f"{_PROCESS} = {process}{_end(line)}")
                process = ""
        if not (inside and dropping):
            kept.append(line)
    result = "".join(kept)
    _compare(sections(text), sections(result), section)
    return result


def _end(line: str) -> str:
    """A line's own end; the last of a file may have none, and then needs none."""
    return line[len(line.rstrip("\r\n")) :] or "\n"


def _compare(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]], at: str) -> None:
    wanted = {name: dict(options) for name, options in before.items()}
    wanted[at] = {name: value for name, value in wanted[at].items() if name not in KEYS}
    found = {name: dict(options) for name, options in after.items()}
    if _PROCESS not in wanted[at]:
        found.get(at, {}).pop(_PROCESS, None)
    if found != wanted:
        raise ValueError("it cannot be edited safely")
