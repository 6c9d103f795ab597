"""Keys as a person or a program gives them: masked at the terminal, or on stdin. Never in argv.

stdin holds the secret access key in its first line and a session token, if there is one, in its
second; or the JSON that `aws sts` and every credential_process print; or whatever else people paste
keys as: `export` lines of a portal, a section of ~/.aws, IAM's CSV.
"""

from __future__ import annotations

import sys

import msgspec

from ecrtui.errors import UsageError
from ecrtui.headless import asking
from ecrtui.model.credentials import Hidden
from ecrtui.model.pasted_keys import pasted_keys
from ecrtui.model.typed import decoded

_LARGEST = 1 << 16
_HINT = "A line with the secret access key (and one with a session token), or JSON of aws sts."


class Keys(Hidden, frozen=True, rename="pascal"):
    """What was given. It shows nothing."""

    access_key_id: str = ""
    secret_access_key: str = ""
    session_token: str | None = ""

    def shown(self) -> dict[str, str]:
        """Nothing of it."""
        return {}


class _Answer(Keys, frozen=True):
    credentials: Keys | None = None


def keys(access_key_id: str, *, with_token: bool) -> Keys:
    """The keys, asked for or read. Raises UsageError."""
    if sys.stdin.isatty():
        return _asked(access_key_id, with_token=with_token)
    return _read(access_key_id)


def _asked(access_key_id: str, *, with_token: bool) -> Keys:
    if not access_key_id:
        sys.stderr.write("ecrtui: Access key id: ")
        sys.stderr.flush()
        access_key_id = sys.stdin.readline().strip()
    secret = asking.secret("Secret access key: ").strip()
    token = asking.secret("Session token: ").strip() if with_token else ""
    return Keys(access_key_id, secret, token)


def _read(access_key_id: str) -> Keys:
    data = sys.stdin.buffer.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise UsageError("stdin is too long", hint=_HINT)
    text = data.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        return _of_json(text, access_key_id)
    pasted = pasted_keys(text)
    if pasted is not None and pasted.access_key_id:
        key = pasted.access_key_id
        return Keys(key, pasted.secret_access_key, pasted.session_token)
    lines = [line.strip() for line in text.splitlines()]
    if not text or len(lines) > 2:
        raise UsageError("stdin holds no secret access key", hint=_HINT)
    return Keys(access_key_id, lines[0], lines[1] if len(lines) == 2 else "")


def _of_json(text: str, access_key_id: str) -> Keys:
    try:
        answer = decoded(text, _Answer)
    except (msgspec.MsgspecError, RecursionError):  # its message may quote what it holds
        raise UsageError("stdin holds JSON without keys", hint=_HINT) from None
    found = answer.credentials or answer
    return Keys(found.access_key_id or access_key_id, found.secret_access_key, found.session_token)
