"""Credentials as the explorer's list shows them."""

from __future__ import annotations

import math
from typing import Protocol

import msgspec

from ecrtui.errors import EcrtuiError, RegionNotEnabled, VaultMissing
from ecrtui.model.credentials import Lives, WayIn
from ecrtui.model.places import Identity
from ecrtui.render.ages import Times, age, utc
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.sizes import account

SOON = 600.0
"""Seconds before its end at which a credential is about to end."""
_LIVES = {
    Lives.ENDLESS: Cell("never", "dim"),
    Lives.SOME_DAY: Cell("some day", "dim"),
    Lives.BY_ITSELF: Cell("renews", "dim"),
    Lives.CODE: Cell("code", "dim"),
    Lives.SIGN_IN: Cell("sign in", "warn"),
    Lives.UNKNOWN: Cell("", "dim"),
}


class CredentialRow(msgspec.Struct, frozen=True):
    """One line: a way in, or the place of secrets where something is to be said of it."""

    way: WayIn
    at_hand: tuple[str, ...] = ()
    """The registries of this run that it is used for."""
    testing: bool = False
    production: bool = False
    signed_out: bool = False
    """Whether it is a portal that nobody is signed in to."""
    note: str = ""
    """Of a place of secrets: what is to be said of it, and which key helps."""

    @property
    def key(self) -> str:
        """One name may be kept and declared, and be a session's too."""
        return key_of(self.way)


def key_of(way: WayIn) -> str:
    """What tells a way in from the others."""
    return f"sso session:{way.name}" if way.is_session else f"{way.where}:{way.name}"


def credential_columns(times: Times, now: float) -> list[Column[CredentialRow]]:
    """What it is, whose, for how long, what a test said, what uses it, where it is kept. `now` is
    the real time, which ends are counted from."""

    def used(row: CredentialRow) -> Cell:
        return plain(times.short(row.way.used))

    def ends(row: CredentialRow) -> Cell:
        return expiry(row.way, now, absolute=times.absolute)

    return [
        Column("name", "NAME", _name, _by_name, widest=32),
        Column("kind", "KIND", _kind, lambda row: row.way.kind),
        Column("account", "ACCOUNT", _account, lambda row: _account(row).text, priority=2),
        Column(
            "principal",
            "PRINCIPAL",
            _principal,
            _known_by,
            priority=3,
            widest=28,
        ),
        Column("ends", "ENDS", ends, lambda row: row.way.expires, "number"),
        Column("used", "USED", used, lambda row: row.way.used, "age", 4, right=True),
        Column("test", "LAST TEST", _test, lambda row: _test(row).text, flexible=True),
        Column("registries", "REGISTRIES", _registries, _searched, priority=5, widest=32),
        Column("where", "KEPT IN", _where, lambda row: row.way.where, priority=6),
    ]


def expiry(way: WayIn, now: float, *, absolute: bool = False) -> Cell:
    """`3h`, `never`, `renews`, `sign in`: for how long it signs."""
    ends = end_of(way)
    if ends is None or ends <= now or way.lives is Lives.BY_ITSELF:
        return _LIVES[way.lives]
    return Cell(utc(ends) if absolute else age(now, ends), "warn" if ends - now < SOON else "")


_OLD = 90
"""Days after which a key is to be rotated (AWS's security standards, IAM.3)."""
_DAY = 86_400


def key_advice(way: WayIn, now: float) -> str:
    """`its key is 120 days old`, where that is too old; that a rotation is not finished."""
    if way.rotation:
        begun = way.rotation == "begun"
        return f"the rotation of its key {'was broken off' if begun else 'is not finished'}"
    if way.key_made is None:
        return ""
    days = int(now - way.key_made) // _DAY
    return f"its key is {days} days old" if days > _OLD else ""


def end_of(way: WayIn) -> float | None:
    """When what it signs with ends; None where nothing tells, or tells no time."""
    return way.expires if way.expires is not None and math.isfinite(way.expires) else None


def needs_sign_in(way: WayIn, now: float) -> bool:
    """Whether nobody is signed in to its portal at this moment."""
    ends = end_of(way)
    return way.lives is Lives.SIGN_IN and (ends is None or ends <= now)


class Place(Protocol):
    """Where secrets are kept, as a workflow found it."""

    @property
    def where(self) -> str:
        """`keyring`, `file` or `memory`."""

    @property
    def name(self) -> str:
        """What the keyring is called."""

    @property
    def locked(self) -> bool:
        """Whether it has to be unlocked first."""

    @property
    def seconds(self) -> int | None:
        """For how long the file is unlocked."""

    @property
    def problem(self) -> EcrtuiError | None:
        """Why there is none."""


def place_row(place: Place, key: str) -> CredentialRow:
    """The row of a place that is in the way: what is wrong, and the key that helps."""
    if place.problem is None:
        return CredentialRow(WayIn(place.name, "locked", place.where), note=f"{key} unlocks it")
    name = "no keyring" if isinstance(place.problem, VaultMissing) else place.name
    told = f"{key} chooses: file or memory" if key else "enter chooses: file or memory"
    return CredentialRow(WayIn(name, "not there", place.where), note=told)


def place_text(place: Place) -> str:
    """`kept in the encrypted file, unlocked for 7h`."""
    if place.problem is not None:
        return place.problem.title
    if place.where == "memory":
        return "kept in memory: gone when you leave"
    name = "the encrypted file" if place.where == "file" else place.name
    if place.seconds is not None:
        return f"kept in {name}, unlocked for {age(0, place.seconds)}"
    return f"kept in {name}, locked" if place.locked else f"kept in {name}"


def _by_name(row: CredentialRow) -> str:
    return "" if row.note else row.way.name  # what is in the way stands first


def tested_line(name: str, problem: EcrtuiError | None) -> str:
    """What the test of one among several came to."""
    return f"{name}: reads ECR" if problem is None else f"{name}: {problem.title}"


def tested_lines(who: Identity | None, region: str, problem: EcrtuiError | None) -> list[str]:
    """What a test came to, for a person."""
    lines = [] if who is None else [f"STS says: {who.arn}, of account {account(who.account)}."]
    if problem is None:
        return [*lines, f"It may read ECR in {region}."]
    if who is None and isinstance(problem, RegionNotEnabled):
        said = f"But STS does not know this key in {region}: it may be mistyped or deleted"
        return [f"{said}, or the region is not enabled for its account."]
    about = f"But ECR in {region}" if who is not None else "But STS"
    return [*lines, f"{about}: {problem.sentence}", *([problem.hint] if problem.hint else [])]


def _name(row: CredentialRow) -> Cell:
    if row.production:
        return Cell(f"{row.way.name} · production", "warn")
    return plain(row.way.name or "(environment)")


def _kind(row: CredentialRow) -> Cell:
    return Cell(row.way.kind, "warn" if row.note else "dim" if row.way.second else "")


def _account(row: CredentialRow) -> Cell:
    return plain(row.way.alias or account(row.way.account))


def principal_name(arn: str) -> str:
    """The part of an ARN that a person recognises: `user/ci`, `role/dev`."""
    resource = arn.rpartition(":")[2]
    kind, _, name = resource.partition("/")
    return f"role/{name.partition('/')[0]}" if kind == "assumed-role" else resource


def who(way: WayIn) -> str:
    """`user/ci` as STS said, else the role that it takes, else the key it is known by."""
    arn = way.principal or way.role
    return principal_name(arn) if arn else way.sso_role or way.key


def _principal(row: CredentialRow) -> Cell:
    return Cell(who(row.way), "" if row.way.principal else "dim")


def _known_by(row: CredentialRow) -> str:
    """Whoever looks for a role, a source or a portal finds it too."""
    way = row.way
    return " ".join([_principal(row).text, way.principal, way.role, way.source, way.session])


def _test(row: CredentialRow) -> Cell:
    last = row.way.tested
    if row.note:
        return plain(row.note)
    if row.testing:
        return Cell("testing ...", "busy")
    if row.way.second:
        return Cell("hidden by AWS's files", "dim")
    if row.way.is_session:
        return Cell("signed out", "warn") if row.signed_out else Cell("signed in", "good")
    if last is None:
        return Cell("not tested", "dim")
    return Cell(last.problem, "bad") if last.problem else Cell("reads ECR", "good")


def _registries(row: CredentialRow) -> Cell:
    patterns = len(row.way.registries)
    mapped = row.way.registries[:1] if patterns == 1 else [f"{patterns} patterns"] * bool(patterns)
    return plain(", ".join([*mapped, *row.at_hand]))


def _searched(row: CredentialRow) -> str:
    return " ".join([*row.way.registries, *row.at_hand])


def _where(row: CredentialRow) -> Cell:
    return plain(row.way.where)
