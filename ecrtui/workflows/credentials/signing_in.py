"""Signing in to a portal of IAM Identity Center, and what a refused profile needs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import msgspec

from ecrtui.errors import EcrtuiError, NotFound, SignInError, Throttled, Unreachable, UsageError
from ecrtui.model.kept import Kept
from ecrtui.model.signing_in import (
    DeviceCode,
    Need,
    Offer,
    PortalAccount,
    PortalRole,
    PortalSession,
    Renewal,
    SsoSession,
    host_name,
    same,
    sign_in_hint,
)
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

replace = msgspec.structs.replace
_SLOWER = 5.0
"""Seconds more between two questions after each answer that they come too fast (RFC 8628 §3.5)."""


def sessions(services: Services) -> list[PortalSession]:
    """The portals that are known, by name: signed in to by ecrtui, or declared in AWS's files.

    Opens neither the vault nor the network.
    """
    kept = services.portals.known()
    found = {
        one.name: PortalSession(one.name, one.start_url, one.region, declared=True)
        for one in services.sessions.files.portals()
    }
    for name, one in kept.items():
        declared = found.get(name)
        if declared is not None and not same(declared.start_url, one.about.get("startUrl", "")):
            continue
        found[name] = _listed(one, declared=declared is not None)
    return [found[name] for name in sorted(found)]


def begin(services: Services, session_name: str) -> DeviceCode:
    """Ask for a code that the person confirms. `session_name` is a session's, or a profile's.

    The registration that this takes is kept, with the vault. Raises NotFound for a session that
    nobody knows, UsageError for a portal that is not there, VaultError, Unreachable.
    """
    portal = services.sessions.signed_in.portal
    known = session(services, session_name)
    registered = portal.registered(known)
    try:
        code = portal.begin(registered)
    except LookupError:  # the registration was ended from the other side
        registered = portal.registered(replace(known, client_id=""))
        try:
            code = portal.begin(registered)
        except LookupError:
            raise SignInError(
                registered.start_url, title="The portal does not take ecrtui as a client"
            ) from None
    if registered != known:
        _keep(services, registered)
    return code


def finish(services: Services, session_name: str, code: DeviceCode, watch: Watch) -> SsoSession:
    """Wait until the code is confirmed; the session is kept in the vault.

    Raises SignInError when it was denied or has expired, GivenUp when `watch` is stopped.
    """
    registered = session(services, session_name)
    interval = code.interval
    while True:
        watch.pause(interval)
        if time.time() >= code.expires:
            raise SignInError(
                session_name,
                title="The code has expired",
                hint=sign_in_hint(registered.name),
            )
        try:
            signed_in = services.sessions.signed_in.portal.asked(registered, code)
        except Throttled:
            interval += _SLOWER
        except Unreachable as missing:  # a line that comes back: the code is good until it expires
            watch.say(missing.sentence)
        else:
            if signed_in is not None:
                _keep(services, signed_in)
                return signed_in


def sign_out(services: Services, session_name: str, *, forget: bool = False) -> str:
    """End a session at its portal and forget its tokens and its registration; answers its name.

    A portal that AWS's files do not declare stays known by its name, unless it is to `forget`.
    Raises NotFound where nobody is signed in, and what kept the portal from being told.
    """
    name = _name(services, session_name)
    kept = services.portals.session(name)
    if not kept.access_token and not forget:
        raise NotFound(name, title="Nobody is signed in there")
    try:
        services.sessions.signed_in.portal.sign_out(kept)
    finally:  # the tokens go from here in any case
        if forget or name in {one.name for one in services.sessions.files.portals()}:
            services.portals.remove(name)
            services.sessions.forget_portal(name)
        else:
            _keep(services, SsoSession(name, kept.start_url, kept.region, kept.scopes))
    return name


def add_session(services: Services, name: str, start_url: str, region: str) -> SsoSession:
    """Keep a portal by a name, before anybody signs in to it.

    Raises UsageError for an address that is none, and for a name that is another portal's;
    VaultError.
    """
    known = check_session(services, name, start_url, region)
    new = SsoSession(name, start_url, region)
    if known is None:
        _keep(services, new)
    return new


def check_session(
    services: Services, name: str, start_url: str, region: str
) -> PortalSession | None:
    """The portal of a name, where there is one; raises UsageError where none can be kept by it."""
    if not start_url.startswith(("https://", "http://")) or not host_name(start_url):
        hint = "It looks like https://d-1234567890.awsapps.com/start"
        raise UsageError(start_url, title="Not a start URL", hint=hint)
    if not _REGION.fullmatch(region):
        hint = "Name the region of the IAM Identity Center, for instance eu-west-1."
        raise UsageError(region or name, title="Not a region", hint=hint)
    known = {one.name: one for one in sessions(services)}.get(name)
    if known is not None and not same(known.start_url, start_url):
        raise UsageError(
            f"{name} is {known.start_url}", title="That name is taken", hint="Choose another."
        )
    return known


_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d{1,2}")


def accounts(services: Services, session_name: str) -> Iterator[PortalAccount]:
    """The accounts that a portal offers, as they come. Raises SessionExpired, SessionRevoked."""
    yield from services.sessions.signed_in.accounts(_name(services, session_name))


def roles(services: Services, session_name: str, account: str) -> Iterator[PortalRole]:
    """The roles that it offers in an account."""
    yield from services.sessions.signed_in.roles(_name(services, session_name), account)


def offers(services: Services, session_name: str) -> Iterator[Offer]:
    """The accounts that a portal offers with all their roles, as they come."""

    def ask(account: PortalAccount) -> Iterator[Offer]:
        names = (role.name for role in roles(services, session_name, account.id))
        yield Offer(account, tuple(names))

    return fan_out(ask, accounts(services, session_name))


def session_of(services: Services, profile: str) -> str:
    """The session that a profile's credentials come from; '' where they do not."""
    chain = services.sessions.files.signing(profile)
    return chain[-1].session if chain else ""


def session(services: Services, session_name: str) -> SsoSession:
    """A session by its name or by a profile's that uses it: what AWS's files declare, with what
    is kept of the same portal. Raises NotFound, VaultError."""
    name = _name(services, session_name)
    declared = {one.name: one for one in services.sessions.files.portals()}.get(name)
    kept = services.portals.session(name) if name in services.portals.known() else None
    if declared is None:
        if kept is None:
            raise _unknown(session_name)
        return kept
    if kept is None or not same(kept.start_url, declared.start_url):
        return declared
    if (kept.region, kept.scopes) != (declared.region, declared.scopes):
        return declared
    return kept


def need(services: Services, profile: str, refused: SignInError) -> Need | None:
    """What a profile needs before its calls are taken again; opens neither vault nor network."""
    from ecrtui.aws import renewals  # the SDK: who is asked here has it already

    try:
        return renewals.need(profile, services.sessions.files.signing(profile), refused)
    except EcrtuiError as problem:  # a circle of roles: no answer of a person's helps
        return Need(profile, Renewal.TOOL, hint=problem.hint)


def _name(services: Services, wanted: str) -> str:
    """The session that is meant: by its own name, or by a profile's whose chain ends in it."""
    known = {one.name for one in sessions(services)}
    if wanted in known:
        return wanted
    chain = services.sessions.files.chain(wanted)
    return chain[-1].session if chain and chain[-1].session else wanted


def _unknown(name: str) -> NotFound:
    return NotFound(
        name,
        title="No such SSO session or profile",
        hint="ecrtui credentials sessions shows those there are; "
        "--start-url and --sso-region name a new one.",
    )


def _keep(services: Services, new: SsoSession) -> None:
    """Keep a session; whoever signs with it reads it anew."""
    services.portals.keep(new)
    services.sessions.forget_portal(new.name)


def _listed(one: Kept, *, declared: bool) -> PortalSession:
    about = one.about
    return PortalSession(
        name=one.name,
        start_url=about.get("startUrl", ""),
        region=about.get("region", ""),
        where=one.where if about.get("expires") else "",
        declared=declared,
        expires=_number(about.get("expires", "")),
        refreshes=about.get("refreshes") == "yes",
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
