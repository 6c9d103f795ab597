"""Actions of `ecrtui credentials` about portals: signing in by a code, out, and what they offer."""

from __future__ import annotations

import argparse
import shutil
import sys
from typing import Any

from ecrtui.errors import UsageError, VaultMissing
from ecrtui.headless import narration
from ecrtui.headless.interrupts import interruptible
from ecrtui.headless.output import Column, Listing, Output
from ecrtui.model.signing_in import DeviceCode, Offer, PortalSession
from ecrtui.render.ages import instant, iso
from ecrtui.workflows.credentials import signing_in
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

_REVERSED, _PLAIN = "\x1b[97;40m", "\x1b[0m"
"""White on black: a code is read by its contrast, whatever the terminal's colours."""


def sign_in(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Show a code, wait until it is confirmed, keep the session."""
    name = _chosen(services, options)
    if options.start_url:
        signing_in.check_session(services, name, options.start_url, options.sso_region)
    if options.dry_run:
        return said(output, name, f"would sign in to {name}")
    if services.vault.where == "memory":
        raise VaultMissing(
            "secrets are kept in memory, and this command ends",
            hint="Choose once: ecrtui credentials keep keyring, or keep file.",
        )
    if options.start_url:
        signing_in.add_session(services, name, options.start_url, options.sso_region)
    code = signing_in.begin(services, name)
    _show(code)
    if output.format == "jsonl":
        output.document(_code(code))
    watch = Watch()
    with interruptible(watch):
        session = signing_in.finish(services, name, code, watch)
    (known,) = [one for one in signing_in.sessions(services) if one.name == session.name]
    if output.is_json:
        output.document(_session(known))
    else:
        renewed = " and is renewed by itself" if known.refreshes else ""
        output.lines([[f"signed in to {known.name}: it lasts until {iso(known.expires)}{renewed}"]])
    return 0


def sign_out(services: Services, options: argparse.Namespace, output: Output) -> int:
    """End a session at its portal, and forget its tokens."""
    name = _chosen(services, options)
    if options.dry_run:
        return said(output, name, f"would sign out of {name}")
    name = signing_in.sign_out(services, name, forget=options.forget)
    return said(output, name, f"signed out of {name}: keys that it gave live to their own end")


def sessions(services: Services, options: argparse.Namespace, output: Output) -> int:
    """The portals there are."""
    _no_more(options, 0)
    output.pages(_SESSIONS, [signing_in.sessions(services)])
    return 0


def accounts(services: Services, options: argparse.Namespace, output: Output) -> int:
    """The accounts and roles that a portal offers."""
    name = _chosen(services, options)
    output.pages(_OFFERS, ([offer] for offer in signing_in.offers(services, name)))
    return 0


def _chosen(services: Services, options: argparse.Namespace) -> str:
    """The session or profile that was named; without a name the profile's, or the only one."""
    _no_more(options, 1)
    if options.names:
        return str(options.names[0])
    known = [one.name for one in signing_in.sessions(services)]
    found = signing_in.session_of(services, services.profile)
    if found or len(known) == 1:
        return found or known[0]
    hint = f"There are: {', '.join(known)}." if known else _NEW
    raise UsageError(f"{options.action} takes a session's name", title="Which portal?", hint=hint)


_NEW = "A new one: ecrtui credentials sign-in NAME --start-url URL --sso-region REGION"


def _no_more(options: argparse.Namespace, most: int) -> None:
    if len(options.names) > most:
        wanted = "one name at most" if most else "no name"
        hint = "ecrtui credentials --help lists what it takes."
        raise UsageError(f"{options.action} takes {wanted}", title="Wrong usage", hint=hint)


def _show(code: DeviceCode) -> None:
    """Address and code on stderr, with a QR code where there is room, and a browser where one
    would be seen."""
    from ecrtui.workflows import browser

    narration.say(f"open {code.address} on any device, and confirm the code {code.user_code}")
    narration.say(f"or at once: {code.address_with_code}")
    if sys.stderr.isatty():
        _draw(code.address_with_code)
        if browser.has_display() and browser.open_address(code.address_with_code):
            narration.say("a browser was opened")
    narration.say("waiting; only confirm a code that you see here (Ctrl+C ends it)")


def _draw(address: str) -> None:
    from ecrtui.render.qr import qr_lines

    lines = qr_lines(address)
    size = shutil.get_terminal_size()
    encoding = (sys.stderr.encoding or "").lower().replace("-", "")
    if (
        not lines
        or len(lines) + 4 > size.lines
        or len(lines[0]) > size.columns
        or encoding != "utf8"
    ):
        return
    sys.stderr.write("".join(f"{_REVERSED}{line}{_PLAIN}\n" for line in lines))
    sys.stderr.flush()


def said(output: Output, name: str, sentence: str) -> int:
    """One line, or one document, for what was done."""
    if output.is_json:
        output.document({"name": name, "sentence": sentence})
    else:
        output.lines([[sentence]])
    return 0


def _code(code: DeviceCode) -> dict[str, Any]:
    return {
        "userCode": code.user_code,
        "verificationUri": code.address,
        "verificationUriComplete": code.address_with_code,
        "expires": instant(code.expires),
    }


def _session(one: PortalSession) -> dict[str, Any]:
    return {
        "name": one.name,
        "startUrl": one.start_url,
        "region": one.region or None,
        "where": one.where or None,
        "declared": one.declared,
        "expires": instant(one.expires),
        "refreshes": one.refreshes,
    }


_SESSIONS: Listing[PortalSession] = Listing(
    (
        Column("NAME", lambda row, _: row.name, lambda row: row.name),
        Column("START URL", lambda row, _: row.start_url, lambda row: row.start_url),
        Column("REGION", lambda row, _: row.region, lambda row: row.region),
        Column("KEPT IN", lambda row, _: row.where, lambda row: row.where),
        Column("EXPIRES", lambda row, _: iso(row.expires), lambda row: iso(row.expires)),
        Column("RENEWED", None, lambda row: "by itself" if row.refreshes else ""),
    ),
    _session,
)
_OFFERS: Listing[Offer] = Listing(
    (
        Column("ACCOUNT", lambda row, _: row.account.id, lambda row: row.account.id),
        Column("NAME", lambda row, _: row.account.name, lambda row: row.account.name),
        Column("ROLES", lambda row, _: " ".join(row.roles), lambda row: " ".join(row.roles)),
        Column("EMAIL", None, lambda row: row.account.email),
    ),
    lambda row: {
        "accountId": row.account.id,
        "accountName": row.account.name or None,
        "emailAddress": row.account.email or None,
        "roleNames": row.roles,
    },
)
