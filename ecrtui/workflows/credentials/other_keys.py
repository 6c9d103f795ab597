"""Other keys for a kept credential whose own are refused: kept once STS takes them."""

from __future__ import annotations

import msgspec

from ecrtui.errors import NotAllowed, RegionNotEnabled, SignInError
from ecrtui.model.credentials import SessionKeys
from ecrtui.model.places import Identity
from ecrtui.workflows import places
from ecrtui.workflows.callers import Caller, on_behalf
from ecrtui.workflows.credentials import at_hand
from ecrtui.workflows.services import Services


def holder(services: Services, profile: str) -> str:
    """The kept credential that signs for a profile in the end; '' where it is none of ours."""
    files = services.sessions.files
    chain = files.chain(profile or files.default_profile)
    return chain[-1].profile if chain and chain[-1].kept else ""


def give(services: Services, name: str, keys: SessionKeys) -> Identity:
    """Keep other keys in a credential, all else as it is; who they are.

    Where they are refused as well, what was kept before is put back. Raises SignInError then, and
    UsageError for what cannot be keys, NotFound, VaultError; Unreachable leaves them kept.
    """
    before = at_hand.kept(services).credential(name)
    new = msgspec.structs.replace(
        before,
        access_key_id=keys.access_key_id,
        secret_access_key=keys.secret_access_key,
        session_token=keys.session_token,
    )
    at_hand.add(services, new, replace=True)
    try:
        # Nobody is asked again: whoever typed them is told at once that they are refused.
        return on_behalf(Caller(), lambda: places.identity(services, name))
    except (SignInError, NotAllowed, RegionNotEnabled):
        at_hand.add(services, before, replace=True)
        raise
