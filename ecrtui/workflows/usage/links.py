"""Pages of AWS's console."""

from __future__ import annotations

from urllib.parse import quote

_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""By partition; the isolated ones' consoles have no public names."""


def page(arn: str, region: str, path: str) -> str:
    """The address of a page in the console of an ARN's partition; '' where it has none.

    `path` has `{}` for the region where it stands in it once more.
    """
    parts = arn.split(":")
    host = _HOSTS.get(parts[1] if len(parts) > 1 else "")
    if not host or not region:
        return ""
    where = quote(region, safe="")
    return f"https://{where}.{host}/{path.replace('{}', where)}"


def part(text: str) -> str:
    """A foreign name as a part of an address."""
    return quote(text, safe="")
