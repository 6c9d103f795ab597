"""Digests: which there are, and whether bytes are what one says (OCI image specification)."""

from __future__ import annotations

import hashlib

PATTERN = r"^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})\Z"
"""The two registered algorithms. ECR takes sha256 alone; other registries may hold either."""


def matches(digest: str, body: bytes) -> bool:
    """Whether these are the digest's bytes; an algorithm nobody registered never matches."""
    algorithm, _, expected = digest.partition(":")
    if algorithm not in ("sha256", "sha512"):
        return False
    return hashlib.new(algorithm, body).hexdigest() == expected
