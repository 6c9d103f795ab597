"""Which of two versions is later, as each ecosystem's own tool has it.

univers knows the orders of all but one; its versions compare with `<`. It is imported when the
first two versions are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from ecrtui.packages.apk_versions import apk_key

_MOST = 256
"""Characters of a version that is looked at: univers may take time in the square of them."""


def order(ecosystem: str, before: str, after: str) -> int | None:
    """Below 0 when `before` is the earlier version, 0 when they mean the same, above 0 else.

    None where there is no order: one of them is no version of its ecosystem.
    """
    a, b = parsed(ecosystem, before), parsed(ecosystem, after)
    if a is None or b is None:
        return None
    return int(a > b) - int(a < b)


def parsed(ecosystem: str, version: str) -> Any:
    """A version as something that compares with others of its ecosystem; None if it cannot."""
    if len(version) > _MOST or not version.isascii():
        return None
    try:
        return _parser(ecosystem)(version)
    except ValueError:
        return None


@cache
def _parser(ecosystem: str) -> Callable[[str], Any]:
    if ecosystem == "apk":
        return apk_key
    from univers import versions

    parsers = {
        "deb": versions.DebianVersion,
        "rpm": versions.RpmVersion,
        "python": versions.PypiVersion,
        "npm": versions.SemverVersion,
        "ruby": versions.RubygemsVersion,
        "maven": versions.MavenVersion,
        "go": versions.GolangVersion,
    }
    return parsers.get(ecosystem, _orderless)


def _orderless(version: str) -> None:
    """For an ecosystem that only an SBOM knows."""
