"""Portals that somebody signed in to by the aws CLI: what its cache says of their ends.

botocore's own place and form (`SSOTokenLoader`): ~/.aws/sso/cache/SHA1.json, where SHA1 is of the
session's name, or of the start URL where it has none. The token in it is not kept.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from pathlib import Path

import msgspec

from ecrtui.model.credentials import Hidden
from ecrtui.model.typed import decoded

_LARGEST = 1 << 20


class _Token(Hidden, frozen=True, rename="camel"):
    expires_at: str = ""
    refresh_token: str = ""
    client_secret: str = ""

    def shown(self) -> dict[str, str]:
        """When it ends."""
        return {"expires_at": self.expires_at}


def ends(name: str, start_url: str) -> tuple[float, bool] | None:
    """When the token of a session ends, in epoch seconds, and whether it is renewed by itself."""
    for key in (name, start_url):
        digest = hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()
        found = _read(Path(f"~/.aws/sso/cache/{digest}.json").expanduser())
        if found is not None:
            return found
    return None


def _read(path: Path) -> tuple[float, bool] | None:
    try:
        with path.open("rb") as file:
            token = decoded(file.read(_LARGEST), _Token)
        text = token.expires_at.replace("Z", "+00:00").replace("UTC", "+00:00")
        at = datetime.fromisoformat(text)
        ends = (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp()
    except (OSError, ValueError, OverflowError, msgspec.MsgspecError):
        return None
    return ends, bool(token.refresh_token and token.client_secret)
