"""Whether policies let the one who pulls do so, as far as they can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.check import Check, State
from ecrtui.model.conditions import of_any
from ecrtui.model.policy import PULL, Caller, Judgement, Statement, judge, read
from ecrtui.model.setting import Setting
from ecrtui.workflows import places
from ecrtui.workflows.settings.reading import find, value
from ecrtui.workflows.why.known import Known, failed, passed, unknown, unreadable

TOKEN = "ecr:GetAuthorizationToken"  # noqa: S105 - an action
_MANAGED = "AmazonECSTaskExecutionRolePolicy"


class _Source(NamedTuple):
    """Where statements are from."""

    called: str
    statements: tuple[Statement, ...]


class _Read(NamedTuple):
    """What was read, and what could not be."""

    sources: tuple[_Source, ...]
    problems: tuple[Check, ...]


def policies(known: Known) -> Iterator[Check]:
    """The repository's and the registry's policies, for each who is to pull."""
    found = _policies(known)
    callers = known.callers or _oneself(known)
    if not callers:
        yield from found.problems
        yield unknown(
            "policy",
            "nobody is known who pulls",
            "--from ACCOUNT or --from ROLE-ARN says for whom policies are judged.",
        )
        return
    for caller in callers:
        yield _judged(known, caller, found)
    yield from found.problems


def roles(known: Known) -> Iterator[Check]:
    """What the own policies of those who pull let them, where IAM may be asked."""
    for caller in known.callers:
        if caller.arn and not caller.service:
            yield _role(known, caller)


def key(known: Known) -> Iterator[Check]:
    """The state of the KMS key, where the repository has one.

    Who pulls needs nothing of the key: ECR reads by a grant that it got when the repository was
    made (ECR user guide, encryption at rest). A key that is off keeps everybody out.
    """
    settings = known.repository.encryption_configuration if known.repository else {}
    arn = settings.get("kmsKey", "")
    if not settings.get("encryptionType", "").startswith("KMS") or not arn:
        return
    from ecrtui.aws.pull_checks import key_state

    registry = known.registry
    try:
        calls = known.services.sessions.calls("kms", registry.profile, registry.region)
        state = key_state(calls, arn)
    except NotFound as problem:
        yield failed(
            "key", problem.sentence, "What is encrypted by a key that is gone cannot be read.", arn
        )
    except EcrtuiError as problem:
        yield unreadable("key", problem, arn)
    else:
        if state == "Enabled":
            yield passed("key", "enabled; ECR reads by its own grant, who pulls needs none", arn)
        else:
            yield failed(
                "key",
                f"its state is {state}: nothing that is encrypted by it can be read",
                "Enable the key, or cancel its deletion, in KMS.",
                arn,
            )


def _oneself(known: Known) -> Sequence[Caller]:
    try:
        return [Caller.of(places.identity(known.services, known.registry.profile).arn)]
    except EcrtuiError:
        return []


def _policies(known: Known) -> _Read:
    """The policies that count for a pull, and the checks of those that could not be read."""
    sources, problems = list[_Source](), list[Check]()
    try:
        mine = find(known.registry, known.name, "policy")
        sources.append(_source(known, "repository policy", mine, known.name))
    except EcrtuiError as problem:
        problems.append(unreadable("policy", problem, "repository policy"))
    try:
        if value(known.services, known.registry, find(known.registry, "", "policy-scope")) != "V1":
            whole = find(known.registry, "", "policy")
            sources.append(_source(known, "registry policy", whole, ""))
    except EcrtuiError as problem:
        problems.append(unreadable("policy", problem, "registry policy"))
    return _Read(tuple(sources), tuple(problems))


def _source(known: Known, called: str, setting: Setting, repository: str) -> _Source:
    policy = value(known.services, known.registry, setting, repository)
    return _Source(called, read(policy) if policy is not None else ())


def _judged(known: Known, caller: Caller, found: _Read) -> Check:
    """Whether all that a pull calls may be called by one who pulls."""
    worst: Check | None = None
    for action in PULL:
        check = _of_action(known, caller, action, found)
        if check.state is State.FAILED:
            return check
        if worst is None or (check.state is State.UNKNOWN and worst.state is State.PASSED):
            worst = check
    return worst or unknown("policy", "", about=caller.called)


def _of_action(known: Known, caller: Caller, action: str, found: _Read) -> Check:
    judged = [
        (source, judge(source.statements, caller, action, known.arn)) for source in found.sources
    ]
    denies = of_any(one.denies for _, one in judged)
    allows = of_any(one.allows for _, one in judged)
    about, told = caller.called, _named(judged)
    if denies:
        return failed("policy", f"{told} denies {action}", f"Change it: {_edit(known)}", about)
    if denies is None:
        return unknown("policy", f"{told} may deny {action}: {_because(judged)}", about=about)
    if found.problems and not (caller.account == known.registry.account and not judged):
        missing = ", ".join(check.about for check in found.problems)
        return unknown("policy", f"not all could be read: {missing}", about=about)
    if caller.account == known.registry.account:
        how = f"{told} allows it" if allows else "nothing denies it; its own policies decide"
        return passed("policy", how, about)
    if allows:
        return passed("policy", f"{told} allows it; its own policies must, too", about)
    if allows is None:
        return unknown("policy", f"{told} may allow {action}: {_because(judged)}", about=about)
    return failed(
        "policy",
        f"no policy of the repository lets it call {action}, which another account needs",
        f"Allow {caller.called} {', '.join(PULL)}: {_edit(known)}",
        about,
    )


def _edit(known: Known) -> str:
    return f"ecrtui settings {known.name} shows and changes its policy"


def _named(judged: Sequence[tuple[_Source, Judgement]]) -> str:
    named = [
        f"{source.called}, {statement.called}" for source, one in judged for statement in one.by
    ]
    return " and ".join(dict.fromkeys(named)) or "no statement"


def _because(judged: Sequence[tuple[_Source, Judgement]]) -> str:
    """What it depends on, as far as statements name it."""
    keys = [
        key
        for _, one in judged
        for statement in one.by
        for keys in statement.conditions.values()
        for key in keys
    ]
    if keys:
        return f"it depends on {', '.join(dict.fromkeys(keys))}"
    return "it depends on which role or session asks"


def _profile_of(known: Known, account: str) -> str | None:
    """A profile at hand that is of an account."""
    for profile in known.profiles:
        if places.identity(known.services, profile).account == account:
            return profile
    return None


def _role(known: Known, caller: Caller) -> Check:
    """Whether IAM's simulation of a role's own policies lets it pull."""
    from ecrtui.aws.pull_checks import ALLOWED, decisions

    try:
        profile = _profile_of(known, caller.account)
        if profile is None:
            return unknown(
                "role",
                f"its policies are account {caller.account}'s, and are read by a profile of it",
                f"It needs {TOKEN} on *, and {', '.join(PULL)} on {known.arn}.",
                caller.arn,
            )
        calls = known.services.sessions.calls("iam", profile, known.registry.region)
        told = decisions(calls, caller.arn, [TOKEN], "*")
        told |= decisions(calls, caller.arn, PULL, known.arn)
    except NotFound as problem:
        fix = "Name a role that is there in the task definition."
        return failed("role", problem.sentence, fix, caller.arn)
    except EcrtuiError as problem:
        return unreadable("role", problem, caller.arn)
    lacking = [action for action, decision in told.items() if decision != ALLOWED]
    if not lacking:
        return passed("role", f"its own policies allow {TOKEN} and pulling", caller.arn)
    explicit = [action for action in lacking if told[action] == "explicitDeny"]
    word = "deny" if explicit else "do not allow"
    return failed(
        "role",
        f"its own policies {word} {', '.join(explicit or lacking)}",
        f"Attach {_MANAGED}, or allow these actions.",
        caller.arn,
    )
