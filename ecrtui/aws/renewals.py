"""What brings credentials back, told from what they come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from shlex import quote

from ecrtui.errors import (
    ClockSkew,
    EcrtuiError,
    NoCredentials,
    OtherAccount,
    RegionNotEnabled,
    SessionExpired,
    SessionRevoked,
    SignInError,
)
from ecrtui.model.places import ProfileKind as Kind
from ecrtui.model.signing_in import Link, Need, Renewal, sign_in_hint

_PLAIN = (NoCredentials, SessionExpired, SessionRevoked)
"""What AWS says of credentials without knowing where they come from; others name their own fix."""


def need(profile: str, chain: Sequence[Link], refused: SignInError) -> Need:
    """What a profile needs before its calls are taken again."""
    last = chain[-1] if chain else Link("", Kind.NONE)
    told = hint(chain, refused)
    if isinstance(refused, ClockSkew):
        return Need(profile, Renewal.TOOL, hint=told)
    if last.session:
        return Need(profile, Renewal.SIGN_IN, last.session, told)
    of_role = not refused.profile and (is_plain(refused) or _about_code(refused))
    if of_role and any(link.mfa for link in chain):
        return Need(profile, Renewal.CODE, hint=told)
    return Need(profile, Renewal.KEYS if last.kept else Renewal.TOOL, hint=told)


def hint(chain: Sequence[Link], refused: SignInError) -> str:
    """How a person brings it back; what the failure itself says, where that is more exact."""
    if not is_plain(refused) and refused.hint:
        return refused.hint
    last = chain[-1] if chain else Link("", Kind.NONE)
    if last.session:
        return sign_in_hint(last.session)
    if last.kept:
        return f"Give it new keys: ecrtui credentials add {quote(last.profile)} --replace"
    if isinstance(refused, NoCredentials) and last.kind is Kind.INSTANCE:
        return _undeclared(
            quote(last.profile) if last.profile else ""
        )  # no machine of AWS's, as far as anybody can tell
    return _HINTS.get(last.kind, _undeclared)(quote(last.profile) if last.profile else "")


def same_account(profile: str, before: str, now: str) -> None:
    """Raise OtherAccount where a call that waited would go on in another account: what it was for
    is not there, or is there by the same name and is not what was meant."""
    if before != now:
        raise OtherAccount(f"{profile or 'default'} was {before}, and is {now} now")


def judged(meet: Callable[[], object], unknown: RegionNotEnabled) -> EcrtuiError:
    """What it means that a region does not know a key: STS knows it wherever it is good. `meet`
    raises what STS says against it."""
    try:
        meet()
    except SignInError as refused:
        return refused
    except RegionNotEnabled as refused:
        return SessionRevoked(refused.detail)
    except EcrtuiError:  # STS cannot be asked: the region's word stands
        return unknown
    return unknown


def is_plain(refused: SignInError) -> bool:
    """Whether it says no more than that the credentials are not taken."""
    return isinstance(refused, _PLAIN)


def _about_code(refused: SignInError) -> bool:
    return "MFA code" in refused.title


def _undeclared(profile: str) -> str:
    named = f" --profile {profile}" if profile else ""
    return f"Run: aws configure sso{named}  (or ecrtui credentials add NAME)"


_HINTS: dict[Kind, Callable[[str], str]] = {
    Kind.STATIC: lambda name: (
        f"Give it new keys: aws configure --profile {name}  "
        f"(ecrtui credentials import {name} moves them into the keyring)"
    ),
    Kind.LOGIN: lambda name: f"Run: aws login --profile {name}",
    Kind.SSO: lambda name: f"Run: aws sso login --profile {name}",
    Kind.PROCESS: lambda name: (
        f"Sign in with the tool that its credential_process runs; to try it by hand: "
        f"aws configure export-credentials --profile {name}"
    ),
    Kind.WEB_IDENTITY: lambda _: (
        "Its token's file is written by the cluster or the pipeline: look whether it still is."
    ),
    Kind.CONTAINER: lambda _: (
        "The container gets its keys from the task's or the pod's role: look whether it has one."
    ),
    Kind.INSTANCE: lambda _: (
        "The machine gets its keys from its instance profile: look whether it has one."
    ),
    Kind.ENVIRONMENT: lambda _: (
        "Check the access key in AWS_ACCESS_KEY_ID (and AWS_SESSION_TOKEN), export another and "
        "start again."
    ),
}


def nobody(_profile: str, _refused: EcrtuiError) -> bool:
    """Nobody renews anything."""
    return False


def no_code(question: str) -> str:
    """Nobody can be asked for a code."""
    raise SignInError(
        question,
        title="This profile asks for an MFA code",
        hint="Run it in a terminal, or sign in first: aws sts get-session-token --token-code ...",
    )
