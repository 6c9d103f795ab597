"""Text without secrets, for logs and crash reports. When in doubt it is taken out.

Sources of the forms: AWS Signature Version 4 (headers, query), the JSON and XML of STS, ECR and
the registry's token service, and what botocore and urllib3 write into logs.
"""

from __future__ import annotations

import os
import re

GONE = "…"

_NAMES = (
    r"(?:proxy-)?authorization|x-amz-security-token|(?:set-)?cookie"
    r"|(?:aws_?)?secret_?(?:access_?)?key|(?:aws_?)?session_?token|security_?token"
    r"|authorization_?token|(?:access|refresh|id|upload|bearer)_?token|token"
    r"|(?:device|user|token)_?code|pass(?:word|wd|phrase)?|client_?secret|secret|private_?key|signature|credentials?"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END[^\n]*|\Z)", re.DOTALL), GONE),
    (re.compile(rf"(?i)<({_NAMES})>[^<]*"), rf"<\1>{GONE}"),
    # A header's or a member's value: in quotes, or up to the end of the line.
    (
        re.compile(rf"""(?i)(?<![\w-])((?:{_NAMES})["']?\s*[:=]\s*b?)"(?:\\.|[^"\\])*"?"""),
        rf"\1{GONE}",
    ),
    (
        re.compile(rf"""(?i)(?<![\w-])((?:{_NAMES})["']?\s*[:=]\s*b?)'(?:\\.|[^'\\])*'?"""),
        rf"\1{GONE}",
    ),
    (re.compile(rf"""(?i)(?<![\w-])((?:{_NAMES})\s*[:=]\s*)[^\s"'][^\n]*"""), rf"\1{GONE}"),
    (re.compile(r"""([?&])[^\s"'<>?&=]+=[^\s"'<>]*"""), rf"\1{GONE}"),
    (re.compile(r"://[^/\s:@]+:[^\s@]+@"), f"://{GONE}@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+"), rf"\1 {GONE}"),
    (re.compile(r"\b(A(?:KI|SI|ID|RO)A)[A-Z0-9]{8,}"), rf"\1{GONE}"),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*"), GONE),
    # A secret access key has 40 characters; ECR's and STS's tokens have hundreds.
    (re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"), GONE),
    (re.compile(r"[A-Za-z0-9/+_=-]{100,}"), GONE),
)
_VARIABLES = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN")


def redacted(text: str) -> str:
    """The text with every known form of a secret taken out."""
    for name in _VARIABLES:
        value = os.environ.get(name)
        if value:
            text = text.replace(value, GONE)
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text
