"""Policies of repositories, registries and keys, read and judged as IAM does (IAM user guide,
policy evaluation logic and JSON policy elements).

A judgement is honest: what depends on a thing that is not known here (a condition's key, a policy
variable, a session's name) is None, neither yes nor no. All texts are foreign.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from ecrtui.errors import UsageError
from ecrtui.model.conditions import both, holds, of_any

PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability")
"""What a repository's policy must allow another account that pulls (ECR user guide)."""
ANYONE = "*"
_ACCOUNT = re.compile(r"\d{12}")
_ROOT = re.compile(r"arn:[^:]+:iam::(\d{12}):root")
_ARN = re.compile(r"arn:([^:]*):(iam|sts)::(\d{12}):(.+)", re.DOTALL)


class Principal(msgspec.Struct, frozen=True):
    """Whom a statement names: `AWS` with an ARN, an account or `*`; `Service`, `Federated` ..."""

    kind: str
    value: str

    @property
    def anyone(self) -> bool:
        """Whether that is everybody, in whatever account."""
        return self.value == ANYONE and self.kind in ("AWS", ANYONE)

    @property
    def account(self) -> str:
        """The account it is, or is in; '' where it tells none."""
        if self.kind != "AWS":
            return ""
        found = _ARN.fullmatch(self.value)
        return found[3] if found else (self.value if _ACCOUNT.fullmatch(self.value) else "")

    @property
    def whole_account(self) -> str:
        """The account, where it means everybody in it that the account's own policies let."""
        if self.kind != "AWS":
            return ""
        found = _ROOT.fullmatch(self.value)
        return found[1] if found else (self.value if _ACCOUNT.fullmatch(self.value) else "")


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement. Where an element is not there its list is empty."""

    number: int
    """Its place, from 1."""
    sid: str = ""
    allow: bool
    principals: tuple[Principal, ...] = ()
    not_principals: tuple[Principal, ...] = ()
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = {}
    """By operator, then by key: the values one of which must fit."""

    @property
    def called(self) -> str:
        """`statement 2` or `statement 2 (AllowPull)`."""
        return f"statement {self.number}" + (f" ({self.sid})" if self.sid else "")


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: an ARN of a role, a user or a session; an account alone; or a service of AWS."""

    account: str = ""
    arn: str = ""
    """'' where only the account is known: somebody in it."""
    service: str = ""
    """`codebuild.amazonaws.com`; nothing else is known then."""
    known: Mapping[str, str] = {}
    """More of what conditions ask for, by key in lower case."""

    @staticmethod
    def of(text: str) -> Caller:
        """From what a person typed: an account, an ARN, a service's name. Raises UsageError."""
        if _ACCOUNT.fullmatch(text):
            return Caller(account=text)
        found = _ARN.fullmatch(text)
        if found:
            return Caller(account=found[3], arn="" if found[4] == "root" else text)
        if re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", text):
            return Caller(service=text)
        raise UsageError(
            text,
            title="That is no account and no role",
            hint="Write twelve digits, or an ARN such as arn:aws:iam::111122223333:role/task.",
        )

    @property
    def called(self) -> str:
        """The ARN, the service, or `account 111122223333`."""
        return self.arn or self.service or f"account {self.account}"


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What statements say of one request; None is: it depends on what is not known here."""

    allows: bool | None
    denies: bool | None
    by: tuple[Statement, ...] = ()
    """The statements that decide it, or that could."""

    @property
    def verdict(self) -> bool | None:
        """Whether these statements alone let it happen."""
        if self.denies or self.allows is False:
            return False
        return None if self.denies is None or self.allows is None else True


def read(policy: object) -> tuple[Statement, ...]:
    """The statements of a policy, as text or as a document; raises UsageError for what is none."""
    if isinstance(policy, str | bytes):
        try:
            policy = msgspec.json.decode(policy)
        except (msgspec.DecodeError, RecursionError):
            raise UsageError("it is no JSON", title="Not a policy") from None
    found = policy.get("Statement") if isinstance(policy, dict) else None
    each = found if isinstance(found, list) else [found]
    return tuple(_statement(number, one) for number, one in enumerate(each, 1))


def judge(statements: Iterable[Statement], caller: Caller, action: str, resource: str) -> Judgement:
    """What statements say of one action on one resource, named by its ARN."""
    facts = _facts(caller)
    answers = [(one, applies(one, caller, action, resource, facts)) for one in statements]
    allows = of_any(answer for one, answer in answers if one.allow)
    denies = of_any(answer for one, answer in answers if not one.allow)
    decided = denies if denies is not False else allows
    deciding = [
        one
        for one, answer in answers
        if answer is not False and answer == decided and one.allow == (denies is False)
    ]
    return Judgement(allows=allows, denies=denies, by=tuple(deciding))


def applies(
    statement: Statement,
    caller: Caller,
    action: str,
    resource: str,
    facts: Mapping[str, tuple[str, bool]] | None = None,
) -> bool | None:
    """Whether a statement speaks of this request."""
    return both(
        _named(statement, caller),
        _acts(statement, action),
        _concerns(statement, resource),
        holds(statement.conditions, _facts(caller) if facts is None else facts),
    )


def matches(pattern: str, text: str) -> bool:
    """Whether `*` (any text) and `?` (one character) of a pattern fit; the case counts."""
    return _pattern(pattern).fullmatch(text) is not None


@lru_cache(1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*+|\?)", pattern)
    kinds = {"*": ".*", "?": "."}
    text = "".join(kinds.get(piece[:1], re.escape(piece)) for piece in pieces)
    return re.compile(text, re.DOTALL)


def _acts(statement: Statement, action: str) -> bool:
    """Whether the action is meant; its case does not count (IAM user guide, Action)."""
    listed = statement.not_actions or statement.actions
    fits = any(matches(one.lower(), action.lower()) for one in listed)
    return fits != bool(statement.not_actions)


def _concerns(statement: Statement, resource: str) -> bool | None:
    """Whether the resource is meant; a repository's policy names none and means itself."""
    listed = statement.not_resources or statement.resources
    if not listed:
        return True
    fits = of_any(None if "${" in one else matches(one, resource) for one in listed)
    return None if fits is None else fits != bool(statement.not_resources)


def _named(statement: Statement, caller: Caller) -> bool | None:
    if statement.not_principals:
        return _excepted(statement.not_principals, caller)
    return of_any(_is(one, caller) for one in statement.principals)


def _is(principal: Principal, caller: Caller) -> bool | None:
    """Whether the caller is meant by a principal; parts of an ARN take no wildcards."""
    if principal.anyone:
        return True
    if principal.kind == "Service":
        return principal.value == caller.service
    if principal.kind != "AWS" or not caller.account:
        return False
    if principal.whole_account:
        return principal.whole_account == caller.account
    if principal.account != caller.account:
        return False
    return _same(principal.value, caller.arn) if caller.arn else None


def _same(named: str, arn: str) -> bool | None:
    """Whether an ARN in a policy means a caller: a role means its sessions too.

    A session's ARN has no path, and names of roles are unique in an account.
    """
    if named == arn:
        return True
    (kind, name, session), (its_kind, its_name, its_session) = _parts(named), _parts(arn)
    if kind != "role" or its_kind != "role" or name != its_name:
        return False
    if session and its_session:
        return session == its_session
    if session:
        return None  # the role's next session may be called so
    return bool(its_session)


def _parts(arn: str) -> tuple[str, str, str]:
    """Kind, name and session of an ARN: sessions are of the kind `role`."""
    found = _ARN.fullmatch(arn)
    kind, _, rest = (found[4] if found else "").partition("/")
    if kind == "assumed-role":
        name, _, session = rest.partition("/")
        return "role", name, session
    return kind, rest.rpartition("/")[2] if kind == "role" else rest, ""


def _excepted(listed: Sequence[Principal], caller: Caller) -> bool | None:
    """Whether a statement with NotPrincipal means the caller.

    To be excepted somebody must be named together with the account, a session together with its
    role too (IAM user guide, NotPrincipal): where a part of these is named, one cannot be sure.
    """
    if any(one.anyone for one in listed):
        return False
    if caller.service:
        return not any(_is(one, caller) for one in listed)
    own = [_is(one, caller) for one in listed if not one.whole_account]
    account = any(one.whole_account == caller.account for one in listed)
    if not caller.arn:
        return None if account or any(answer is not False for answer in own) else True
    if all(answer is False for answer in own):
        return True
    exactly = any(one.value == caller.arn for one in listed)
    is_user = _parts(caller.arn)[0] == "user"
    return False if account and exactly and is_user else None


def _facts(caller: Caller) -> dict[str, tuple[str, bool]]:
    """What is known for conditions: the value by key, and whether it is exactly that."""
    facts = {"aws:securetransport": ("true", True)}  # ECR speaks nothing else
    facts |= {key.lower(): (value, True) for key, value in caller.known.items()}
    if caller.account:
        facts["aws:principalaccount"] = caller.account, True
    kind, name, session = _parts(caller.arn)
    if caller.arn and not session:
        facts["aws:principalarn"] = caller.arn, True
    elif session:
        partition = caller.arn.split(":")[1]
        role = f"arn:{partition}:iam::{caller.account}:{kind}/{name}"
        facts["aws:principalarn"] = role, False  # its path is not told
    return facts


def _statement(number: int, document: Any) -> Statement:
    """One statement; a form that IAM would not take is refused rather than guessed at."""
    if not isinstance(document, dict) or document.get("Effect") not in ("Allow", "Deny"):
        raise UsageError(f"statement {number} has no Effect", title="Not a policy")
    sid = document.get("Sid")
    return Statement(
        number=number,
        sid=sid if isinstance(sid, str) else "",
        allow=document["Effect"] == "Allow",
        principals=_principals(document.get("Principal")),
        not_principals=_principals(document.get("NotPrincipal")),
        actions=_texts(document.get("Action")),
        not_actions=_texts(document.get("NotAction")),
        resources=_texts(document.get("Resource")),
        not_resources=_texts(document.get("NotResource")),
        conditions=_conditions(document.get("Condition")),
    )


def _principals(value: Any) -> tuple[Principal, ...]:
    if value == ANYONE:
        return (Principal(ANYONE, ANYONE),)
    named = value if isinstance(value, dict) else {}
    return tuple(Principal(str(kind), one) for kind, each in named.items() for one in _texts(each))


def _conditions(value: Any) -> dict[str, dict[str, tuple[str, ...]]]:
    found = {}
    for operator, keys in (value if isinstance(value, dict) else {}).items():
        listed = keys if isinstance(keys, dict) else {"": keys}
        found[str(operator)] = {str(key): _texts(values) for key, values in listed.items()}
    return found


def _texts(value: Any) -> tuple[str, ...]:
    """One text or several, as IAM lets one write either; true and numbers as texts."""
    if value is None:
        return ()
    each = value if isinstance(value, list) else [value]
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in each)
