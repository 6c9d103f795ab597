"""Accounts that a policy lets pull a repository's images and that no profile at hand is of.

What runs there was not looked at, so it is unknown. A statement's conditions count where they are
certain; a Deny may say less than it seems to, so it takes nobody out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ecrtui.errors import EcrtuiError, UnknownOperation
from ecrtui.model.places import Registry
from ecrtui.model.policy import PULL, Caller, Statement, applies, read
from ecrtui.model.usage import Unknown
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings.reading import find, value
from ecrtui.workflows.usage.naming import Named
from ecrtui.workflows.usage.spots import Seen, Spot, unknown

OTHERS = "other accounts"
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_STRANGER = "000000000000"
_HINT = "Name a profile of it with --profile; it may be given several times."
_ASK = "Name profiles of those that use it with --profile, or answer for the rest."


def look(
    services: Services, registry: Registry, wanted: Named, spot: Spot, at_hand: Collection[str]
) -> Iterator[Seen]:
    """Each account that may pull and is not at hand; OTHERS where anybody may, or nobody tells."""
    if wanted.public:
        return
    told: set[str] = set()
    for repository in (wanted.name, ""):
        try:
            statements = _statements(services, registry, repository)
            found = _let_in(statements, wanted, at_hand)
        except UnknownOperation:
            continue  # an endpoint that has no policies
        except EcrtuiError as problem:
            if OTHERS not in told:
                yield unknown(OTHERS, spot, problem)
            told.add(OTHERS)
            continue
        whose = "the repository's policy" if repository else "the registry's policy"
        for account in found:
            if (account or OTHERS) not in told:
                yield _unknown(account, whose)
            told.add(account or OTHERS)


def _statements(services: Services, registry: Registry, repository: str) -> tuple[Statement, ...]:
    """Those that allow something. A registry's policy of the first version is of no pull."""
    policy = value(services, registry, find(registry, repository, "policy"), repository)
    found = tuple(one for one in read(policy) if one.allow) if policy is not None else ()
    if found and not repository:
        scope = value(services, registry, find(registry, "", "policy-scope"))
        return () if scope == "V1" else found
    return found


def _let_in(
    statements: tuple[Statement, ...], wanted: Named, at_hand: Collection[str]
) -> Iterator[str]:
    """The accounts, '' for anybody."""
    if any(_lets(one, _STRANGER, wanted) for one in statements):
        yield ""
        return
    for one in statements:
        named = repr((one.principals, one.conditions))
        for account in dict.fromkeys(_ACCOUNT.findall(named)):
            if account not in at_hand and _lets(one, account, wanted):
                yield account


def _lets(statement: Statement, account: str, wanted: Named) -> bool:
    return applies(statement, Caller(account=account), PULL[0], wanted.arn) is not False


def _unknown(account: str, whose: str) -> Unknown:
    if not account:
        return Unknown(what=OTHERS, why=f"{whose} lets anybody pull", hint=_ASK)
    why = f"{whose} lets it pull, and no profile at hand is of it"
    return Unknown(what=f"account {account}", account=account, why=why, hint=_HINT)
