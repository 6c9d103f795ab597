"""Signing in by IAM Identity Center (SSO): sessions, codes to confirm, what a portal offers.

Facts are the API references' of SSO OIDC and of the SSO portal, and RFC 8628 for the device flow.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from ecrtui.model.credentials import Hidden


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


class Need(msgspec.Struct, frozen=True):
    """What a profile needs before its calls are taken again."""

    profile: str
    renewal: Renewal
    session: str = ""
    """The SSO session's name, where one has ended. Profiles that share it are renewed with it."""
    hint: str = ""
    """What to run, where it is not for ecrtui."""
