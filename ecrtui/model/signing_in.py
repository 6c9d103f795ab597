"""Signing in by IAM Identity Center (SSO): sessions, codes to confirm, what a portal offers.

Facts are the API references' of SSO OIDC and of the SSO portal, and RFC 8628 for the device flow.
"""

from __future__ import annotations

from enum import Enum
from shlex import quote
from urllib.parse import urlsplit

import msgspec

from ecrtui.model.hidden import Hidden
from ecrtui.model.places import ProfileKind


class SsoSession(Hidden, frozen=True, rename="camel", omit_defaults=True):
    """A portal somebody signed in to. It shows its name, its address and its times alone."""

    name: str
    start_url: str
    region: str
    """Where the identity center is, which need not be where the registries are."""
    scopes: tuple[str, ...] = ("sso:account:access",)
    client_id: str = ""
    client_secret: str = ""
    client_expires: float = 0.0
    """Epoch seconds, UTC, like every time here."""
    access_token: str = ""
    expires: float = 0.0
    refresh_token: str = ""

    def shown(self) -> dict[str, str]:
        """Its name and its portal."""
        return {"name": self.name, "start_url": self.start_url, "region": self.region}


class DeviceCode(Hidden, frozen=True):
    """What a person confirms in a browser, on whatever machine. The device's own code is secret."""

    device_code: str
    user_code: str
    address: str
    """Where the code is typed."""
    address_with_code: str
    """The same with the code in it: for a QR code or a browser here."""
    interval: float
    """Seconds between two questions whether it was confirmed."""
    expires: float

    def shown(self) -> dict[str, str]:
        """What the person sees."""
        return {"user_code": self.user_code, "address": self.address}


class PortalAccount(msgspec.Struct, frozen=True, rename="camel"):
    """An account that the portal offers."""

    id: str
    name: str = ""
    email: str = ""


class PortalRole(msgspec.Struct, frozen=True, rename="camel"):
    """A role of it."""

    account: str
    name: str


class Offer(msgspec.Struct, frozen=True):
    """An account with the names of all its roles that the portal offers."""

    account: PortalAccount
    roles: tuple[str, ...] = ()


class Renewal(str, Enum):
    """What brings a profile's credentials back."""

    SIGN_IN = "sign in"
    """A portal's code, confirmed in a browser."""
    CODE = "code"
    """The same call again: it asks for an MFA code by itself."""
    KEYS = "keys"
    """Other keys, for a kept credential."""
    TOOL = "tool"
    """Something outside ecrtui, which the hint names; then try again."""


class Lasting(msgspec.Struct, frozen=True):
    """What becomes of a profile's keys when they end."""

    by_itself: bool = True
    """Others are had without the person: from a portal's session that refreshes, a machine's role,
    a program."""
    ends: float | None = None
    """When the sign-in behind the keys ends, in epoch seconds; None where the keys' own end is all
    there is, or nobody knows."""


class Need(msgspec.Struct, frozen=True):
    """What a profile needs before its calls are taken again."""

    profile: str
    renewal: Renewal
    session: str = ""
    """The SSO session's name, where one has ended. Profiles that share it are renewed with it."""
    hint: str = ""
    """What to run, where it is not for ecrtui."""


class Link(msgspec.Struct, frozen=True):
    """One link of a chain of credentials: a profile, and what it comes from."""

    profile: str
    kind: ProfileKind
    kept: bool = False
    """Whether ecrtui keeps it."""
    source: str = ""
    """The profile that assumes its role; '' at the end of the chain."""
    session: str = ""
    """The portal's session it takes its role from."""
    mfa: bool = False
    """Whether assuming its role asks for a code."""
    role: bool = False


class PortalSession(msgspec.Struct, frozen=True, rename="camel"):
    """A session as it may be listed: nothing of it is secret."""

    name: str
    start_url: str = ""
    region: str = ""
    where: str = ""
    """Where its tokens are kept: `keyring`, `file`, `memory`; '' while there are none."""
    declared: bool = False
    """Whether AWS's files declare it."""
    expires: float | None = None
    """When its access token ends, in epoch seconds; None where nobody is signed in."""
    refreshes: bool = False
    """Whether a new access token is had without the person, as long as the portal allows."""


def sign_in_hint(session: str) -> str:
    """How one signs in to a portal, as a shell takes it."""
    return f"Run: ecrtui credentials sign-in {quote(session)}"


def same(one: str, other: str) -> bool:
    """Whether two start URLs are the same portal."""
    return _plain(one) == _plain(other)


def host_name(start_url: str) -> str:
    """What a portal is called that has no name: its host, with its port where one is given."""
    try:
        parts = urlsplit(start_url)
        return f"{parts.hostname or ''}-{parts.port}" if parts.port else parts.hostname or ""
    except ValueError:
        return ""


def _plain(start_url: str) -> str:
    return start_url.partition("#")[0].rstrip("/").lower()


_ASKS = "MFA code of "
_WRONG = "That code was not taken. The next "


def code_question(device: str, *, wrong: bool = False) -> str:
    """How a code is asked for; `wrong` where one was given that was not taken."""
    return f"{_WRONG if wrong else ''}{_ASKS}{device}: "


def asked_device(question: str) -> tuple[str, bool]:
    """The device that a question is about, and whether a code of it was not taken before."""
    told = question.removeprefix(_WRONG)
    return told.removeprefix(_ASKS).rstrip(": "), told != question
