"""Other keys for a kept credential whose own are refused: kept once STS takes them."""

from __future__ import annotations

import msgspec

from ecrtui.errors import NotAllowed, OtherAccount, RegionNotEnabled, SignInError
from ecrtui.model.credentials import Seen, SessionKeys
from ecrtui.model.places import Identity
from ecrtui.workflows import places
from ecrtui.workflows.callers import Caller, on_behalf
from ecrtui.workflows.credentials import at_hand, seen
from ecrtui.workflows.services import Services


def holder(services: Services, profile: str) -> str:
    """The kept credential that signs for a profile in the end; '' where it is none of ours."""
    files = services.sessions.files
    chain = files.chain(profile or files.default_profile)
    return chain[-1].profile if chain and chain[-1].kept else ""


def give(services: Services, name: str, keys: SessionKeys, account: str = "") -> Identity:
    """Keep other keys in a credential, all else as it is; who they are.

    Where they are refused as well, or are not of the `account` that is known, what was kept before
    is put back. Raises SignInError then, or OtherAccount; UsageError for what cannot be keys,
    NotFound, VaultError; Unreachable leaves them kept.
    """
    kept = at_hand.kept(services)
    before = kept.credential(name)
    account = account or _account(services, name)
    same = keys.access_key_id == before.access_key_id
    new = msgspec.structs.replace(
        before,
        access_key_id=keys.access_key_id,
        secret_access_key=keys.secret_access_key,
        session_token=keys.session_token,
        rotation=before.rotation if same else None,  # which is of the key that goes
    )
    at_hand.add(services, new, replace=True)
    try:
        # Nobody is asked again: whoever typed them is told at once that they are refused.
        who = on_behalf(Caller(), lambda: places.identity(services, name))
        if account and who.account != account:
            raise OtherAccount(
                f"these keys are of {who.account}, {name} is of {account}",
                title="Keys of another account",
                hint="What waits for them would go on there. Keep them by another name.",
            )
    except (SignInError, NotAllowed, RegionNotEnabled, OtherAccount):
        at_hand.add(services, before, replace=True)
        raise
    return who


def _account(services: Services, name: str) -> str:
    """The account that STS said a credential is of, '' where nobody asked it."""
    known = at_hand.kept(services).known().get(name)
    tested = known.about.get("account", "") if known is not None else ""
    return tested or seen.of_all(services.state).get(name, Seen()).account
