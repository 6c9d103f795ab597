"""How long a profile's sign-in lasts, and whether the person is needed when it ends."""

from __future__ import annotations

from ecrtui.errors import SessionExpired
from ecrtui.model.signing_in import Lasting, Renewal
from ecrtui.workflows.credentials import signing_in
from ecrtui.workflows.services import Services


def lasting(services: Services, profile: str) -> Lasting:
    """What is known of it without the network, and without opening the vault."""
    need = signing_in.need(services, profile, SessionExpired())
    if need is None or need.renewal is Renewal.TOOL:
        return Lasting()
    if need.renewal is not Renewal.SIGN_IN:
        return Lasting(by_itself=False)
    for one in signing_in.sessions(services):
        if one.name == need.session and not one.refreshes:
            return Lasting(by_itself=False, ends=one.expires)
    return Lasting()
