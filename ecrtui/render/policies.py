"""A policy in plain words: who may do what, and what of it reaches beyond the account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ecrtui.errors import UsageError
from ecrtui.model.policy import Principal, Statement, read
from ecrtui.model.policy_reach import ANYONE, open_to
from ecrtui.render.fields import Field
from ecrtui.render.sizes import account as account_text

_PULL = {"batchgetimage", "getdownloadurlforlayer", "batchchecklayeravailability"}
_PUSH = {
    "putimage",
    "initiatelayerupload",
    "uploadlayerpart",
    "completelayerupload",
    "batchchecklayeravailability",
}
_VERBS = {
    "replicateimage": "replicate images here",
    "createrepository": "make repositories",
    "batchimportupstreamimage": "fetch through caches",
    "createpullthroughcacherule": "make cache rules",
    "batchdeleteimage": "delete images",
    "deleterepository": "delete the repository",
    "setrepositorypolicy": "change this policy",
    "deleterepositorypolicy": "remove this policy",
    "getrepositorypolicy": "read this policy",
    "describeimages": "list images",
    "listimages": "list images",
    "describerepositories": "see the repository",
    "describeimagescanfindings": "read findings",
    "startimagescan": "start scans",
    "putlifecyclepolicy": "change the lifecycle policy",
}
_OPERATORS = {
    "stringequals": "is",
    "stringlike": "is like",
    "arnequals": "is",
    "arnlike": "is like",
    "stringnotequals": "is not",
    "stringnotlike": "is not like",
    "arnnotequals": "is not",
    "arnnotlike": "is not like",
    "ipaddress": "is in",
    "notipaddress": "is not in",
    "bool": "is",
    "null": "is missing:",
}


def policy_fields(policy: Any, account: str = "") -> Iterator[Field]:
    """A sentence for each statement, and a flag for what is open to others than `account`."""
    try:
        statements = read(policy)
    except UsageError as problem:
        yield Field("", f"{problem.title}: {problem.detail}", "warn")
        return
    for statement in statements:
        flag, style = _flag(statement, account)
        label = statement.sid or f"Statement {statement.number}"
        yield Field(label, f"{sentence(statement, account)}{flag}", style)


def sentence(statement: Statement, account: str = "") -> str:
    """`Account 1111-2222-3333 may pull, if aws:SourceVpc is vpc-1`."""
    may = "may" if statement.allow else "may NOT"
    who = _who(statement, account)
    what = _what(statement)
    where = _where(statement)
    conditions = list(_conditions(statement))
    told = f", if {' and '.join(conditions)}" if conditions else ""
    return f"{who} {may} {what}{where}{told}"


def _flag(statement: Statement, account: str) -> tuple[str, str]:
    wide = open_to(statement, account)
    if wide == ANYONE and statement.conditions:
        return " (PUBLIC but for the conditions)", "warn"
    if wide == ANYONE:
        return " (PUBLIC)", "bad"
    return (" (another account)", "warn") if wide else ("", "")


def _who(statement: Statement, account: str) -> str:
    if statement.not_principals:
        told = _listed([_principal(one, account) for one in statement.not_principals])
        return f"Everybody but {told}"
    if not statement.principals:
        return "Nobody"
    told = _listed([_principal(one, account) for one in statement.principals])
    return told[:1].upper() + told[1:]


def _principal(principal: Principal, account: str) -> str:
    if principal.anyone:
        return "anyone, in any account,"
    if principal.whole_account:
        own = principal.whole_account == account
        told = account_text(principal.whole_account)
        return f"this account ({told})" if own else f"account {told}"
    if principal.account:
        name = principal.value.partition(":")[2].split(":", 4)[-1]
        inside = "" if principal.account == account else f" of {account_text(principal.account)}"
        return f"{name}{inside}"
    return principal.value


def _what(statement: Statement) -> str:
    if statement.not_actions:
        return f"do everything but {_listed(_verbs(statement.not_actions))}"
    return _listed(_verbs(statement.actions)) or "do nothing"


def _verbs(actions: Sequence[str]) -> list[str]:
    """`pull`, `push`, `do everything`: what several actions together are for."""
    names = {}
    for action in actions:
        names[action.partition(":")[2].lower() if ":" in action else action.lower()] = action
    if "*" in names:
        return ["do everything"]
    said: list[str] = []
    left = set(names)
    if left >= _PUSH:
        said.append("push")
        left -= _PUSH - (_PULL if left >= _PULL else set())
    if left >= _PULL:
        said.insert(0, "pull")
        left -= _PULL
    for name, action in names.items():
        if name in left:
            said.append(_VERBS.get(name) or action)
    return list(dict.fromkeys(said))


def _where(statement: Statement) -> str:
    if statement.not_resources:
        return f" on all but {_listed(list(statement.not_resources))}"
    named = [one for one in statement.resources if one != "*"]
    short = [one.partition(":repository/")[2] or one for one in named]
    if any(one == "*" for one in short):
        return " in every repository"
    return f" in {_listed(short)}" if short else ""


def _conditions(statement: Statement) -> Iterator[str]:
    for operator, keys in statement.conditions.items():
        bare = operator.rpartition(":")[2].lower()
        optional = bare.endswith("ifexists")
        word = _OPERATORS.get(bare.removesuffix("ifexists"), operator)
        for key, values in keys.items():
            told = _listed(list(values), "or")
            yield f"{key} {word} {told}" + (" or is not told" if optional else "")


def _listed(texts: Sequence[str], joint: str = "and") -> str:
    *most, last = texts or [""]
    return f"{', '.join(most)} {joint} {last}" if most else last
