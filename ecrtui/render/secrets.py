"""Values that look like secrets, masked until asked for."""

from __future__ import annotations

import re

MASK = "••••••••"

_NAME = re.compile(
    r"(?:^|[_\-.])(?:pass(?:wd|word|phrase)?|pwd|secret|token|api_?key|access_?key|private_?key"
    r"|credentials?|auth|dsn|signature|session_?key|encryption_?key)(?:$|[_\-.])",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}"  # AWS access key ids
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}"
    r"|xox[abprs]-[A-Za-z0-9-]{10,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\."  # a signed JSON web token
    r"|[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s@]+@"  # a password inside a URL
)


def looks_secret(name: str, value: str) -> bool:
    """Whether a variable's name or its value suggests that it should not be on a shared screen."""
    return bool(value) and bool(_NAME.search(name) or _VALUE.search(value))
