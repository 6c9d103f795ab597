"""All that is known of one credential, as text. Nothing of it is secret."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.credentials import Lives, WayIn
from ecrtui.model.places import ProfileKind
from ecrtui.render.ages import Times, age, utc
from ecrtui.render.credentials import end_of, key_advice
from ecrtui.render.fields import Field, Section
from ecrtui.render.sizes import account

_READERS = {
    "keyring": "programs of your own, while the keyring is unlocked",
    "file": "who knows the passphrase",
    "memory": "ecrtui, until it ends",
}
_OF_FILES = {
    ProfileKind.STATIC.value: "programs of your own: it is plain text",
    ProfileKind.PROCESS.value: "nobody there; a program hands them over",
}
_LIVES = {
    Lives.ENDLESS: "never: until somebody deactivates or deletes it",
    Lives.SOME_DAY: "some day; AWS does not say when",
    Lives.BY_ITSELF: "renewed by itself",
    Lives.CODE: "asks for an MFA code",
    Lives.SIGN_IN: "signed out: it needs a sign-in",
    Lives.UNKNOWN: "",
}
_THEN = {
    Lives.BY_ITSELF: "renewed by itself",
    Lives.CODE: "it asks for an MFA code",
    Lives.SIGN_IN: "it needs a sign-in",
}


class Known(msgspec.Struct, frozen=True):
    """A way in with all that belongs to it."""

    way: WayIn
    chain: tuple[str, ...] = ()
    """What it comes from, itself first."""
    roles: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    at_hand: tuple[str, ...] = ()
    testing: bool = False
    problem: EcrtuiError | None = None
    """Why the last test of this run failed, with what the other side said."""


def credential_sections(known: Known, times: Times, now: float) -> list[Section]:
    """What it is, how long it lives, what it may do, what uses it."""
    if known.way.is_session:
        uses = [("Opens", name) for name in known.roles]
        return [
            Section("What it is", _fields(_identity(known, times))),
            Section("How long it lives", _fields(_life(known.way, now))),
            Section("What takes its role from it", _fields(uses), "Nothing that is known here."),
        ]
    return [
        Section("What it is", _fields(_identity(known, times))),
        Section("How long it lives", _fields(_life(known.way, now)), "Nothing tells."),
        Section("What it may do", _tested(known, times), "Nobody has tested it yet."),
        Section("What uses it", _fields(_uses(known, times)), "Nothing that is known here."),
    ]


def _fields(pairs: Sequence[tuple[str, str]]) -> tuple[Field, ...]:
    return tuple(Field(label, text) for label, text in pairs if text)


def _identity(known: Known, times: Times) -> list[tuple[str, str]]:
    way = known.way
    kept = _READERS.get(way.where) or _OF_FILES.get(way.kind, "")
    return [
        ("Name", way.name or "(environment)"),
        ("Kind", way.kind),
        ("Kept in", way.where),
        ("Read by", "" if way.is_session and not way.kept else kept),
        ("", "a profile of the same name in AWS's files is used instead" if way.second else ""),
        ("Account", " · ".join(filter(None, (account(way.account), way.alias)))),
        ("Principal", way.principal),
        ("Role", way.role or way.sso_role),
        ("Comes from", " ← ".join(known.chain) if len(known.chain) > 1 else ""),
        ("MFA device", way.mfa),
        ("SSO session", way.session),
        ("Portal", way.source if way.is_session else ""),
        ("Key", _key(way, times)),
        ("", key_advice(way, times.now)),
        ("Region", way.region),
        ("Written", times.long(way.updated)),
    ]


def _key(way: WayIn, times: Times) -> str:
    """`AKIA…1234, made 2026-01-31 12:00 UTC (120d ago)`."""
    made = f"made {times.long(way.key_made)}" if way.key_made is not None else ""
    return ", ".join(filter(None, (way.key, made)))


def _life(way: WayIn, now: float) -> list[tuple[str, str]]:
    ends = end_of(way)
    if ends is None or (ends <= now and way.lives is not Lives.BY_ITSELF):
        return [("Ends", _LIVES[way.lives])]
    left = f"{age(now, ends)} left" if ends > now else "ended"
    return [("Ends", f"{utc(ends)} UTC ({left})"), ("Then", _THEN.get(way.lives, ""))]


def _tested(known: Known, times: Times) -> tuple[Field, ...]:
    last, problem = known.way.tested, known.problem
    if known.testing:
        return (Field("Test", "asking STS and ECR ...", "busy"),)
    if last is None:
        return ()
    at = Field("Tested", times.long(last.at))
    who = [Field("STS", known.way.principal)] if known.way.principal else []
    if not last.problem:
        return (at, *who, Field("ECR", f"may read it in {last.region}", "good"))
    told = problem.detail if problem is not None else ""
    parts = (("", told, "dim"), ("What to do", last.hint, ""))
    more = [Field(label, text, style) for label, text, style in parts if text]
    return (at, *who, Field("Problem", last.problem, "bad"), *more)


def _uses(known: Known, times: Times) -> list[tuple[str, str]]:
    return [
        ("Last used", times.long(known.way.used)),
        *(("Mapped to", pattern) for pattern in known.way.registries),
        ("At hand", ", ".join(known.at_hand)),
        ("Assumes", ", ".join(known.roles)),
        ("Profiles", ", ".join(known.profiles)),
    ]
