"""What workflows say of options and commands of the command line, in the explorer's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecrtui.config.commands import COMMANDS, Command
from ecrtui.tui.states import key_of

_FIELDS = {"--referrers": "Referrers", "--platform": "Platforms", "--replace": "Replace"}
"""What asks for an option in a form."""
_OPTION = re.compile(r"--(?:referrers|platform|replace)\b")
_KEYS = (
    (re.compile(r"ecrtui export IMAGE oci:DIR"), "export-image"),
    (re.compile(r"ecrtui (?:restore|archive) \S+"), "archive"),
    (re.compile(r"ecrtui pull IMAGE"), "pull"),
    (re.compile(r"ecrtui copy FROM TO"), "copy-to"),
    (re.compile(r"ecrtui journal\b"), "journal"),
    (re.compile(r"ecrtui credentials rotate \S+(?: --(?:finish|undo))?"), "rotate-key"),
)
"""Commands, and what does the same here."""
_ON_CREDENTIALS = (
    (re.compile(r"ecrtui credentials keep (?:file|memory|keyring)"), "keep-where"),
    (re.compile(r"ecrtui credentials destroy-backups"), "destroy-backups"),
    (re.compile(r"ecrtui credentials add(?: NAME)?\b"), "add-credential"),
)
"""What is done on the list of credentials, wherever one stands when it is said."""


def by_keys(text: str, commands: Sequence[Command] = COMMANDS, *, ascii_only: bool = False) -> str:
    """`the field Referrers takes it along`, `the key a`: what a person has in front of them."""
    text = _OPTION.sub(lambda found: f"the field {_FIELDS[found[0]]}", text)
    for pattern, command in _KEYS:
        key = key_of(commands, command, ascii_only=ascii_only)
        if key:
            text = pattern.sub(f"the key {key}", text)
    first = key_of(commands, "credentials", ascii_only=ascii_only)
    for pattern, command in _ON_CREDENTIALS:
        key = key_of(commands, command, ascii_only=ascii_only)
        if key and first:
            text = pattern.sub(f"the keys {first} and {key}", text)
    return text
