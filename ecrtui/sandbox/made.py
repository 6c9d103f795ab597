"""Secrets that anybody can see are a sandbox's own: a fixed run of letters stands at both ends.

Who finds one in a log knows that no real secret leaked; the tests look for the run in everything
that ecrtui writes, starts and shows, and half a secret still has it.
"""

from __future__ import annotations

import hashlib
import secrets

MARK = "Ecrtui" + "Secret"  # in two pieces: this file holds no secret


def secret(length: int, *same: str) -> str:
    """A text of so many letters and digits, 30 at least; the same for the same words.

    Without words it is another one each time.
    """
    inner = length - 2 * len(MARK)
    if inner < 6:
        raise ValueError(f"{length} characters hold no secret")
    digits = secrets.token_hex(inner) if not same else _stable(inner, same)
    return f"{MARK}{digits[:inner]}{MARK}"


def _stable(length: int, words: tuple[str, ...]) -> str:
    return hashlib.shake_256("\0".join(words).encode()).hexdigest(length)
