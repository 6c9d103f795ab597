"""How far a policy reaches: to everybody, or to other accounts than its own."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.errors import UsageError
from ecrtui.model.policy import Statement, read

ANYONE, OTHERS = "anyone", "other accounts"


def open_to(statement: Statement, account: str) -> str:
    """ANYONE, OTHERS or '': who beyond the account is let in by a statement.

    Conditions are not judged here. Without an account none is called another.
    """
    if not statement.allow:
        return ""
    if statement.not_principals or any(one.anyone for one in statement.principals):
        return ANYONE
    others = {one.account for one in statement.principals if one.account} - {account}
    return OTHERS if account and others else ""


def wider(before: object, after: object, account: str) -> Iterator[tuple[Statement, str]]:
    """The statements of a policy that let others in and were not there before, with whom."""
    known = set() if before is None else {_alike(one) for one in _statements(before)}
    for statement in _statements(after) if after is not None else ():
        whom = open_to(statement, account)
        if whom and _alike(statement) not in known:
            yield statement, whom


def _statements(policy: object) -> tuple[Statement, ...]:
    try:
        return read(policy)
    except UsageError:
        return ()


def _alike(statement: Statement) -> str:
    """What two statements share that say the same, wherever they stand."""
    return repr(
        (
            statement.allow,
            statement.principals,
            statement.not_principals,
            statement.actions,
            statement.not_actions,
            statement.resources,
            statement.not_resources,
            statement.conditions,
        )
    )
