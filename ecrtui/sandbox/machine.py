"""The container and the machine that a client runs on, which hand it the keys of a role."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from ecrtui.sandbox.accounts import Role
from ecrtui.sandbox.made import secret

INSTANCE_ID = "i-0123456789abcdef0"


@dataclass
class Machine:
    """What is asked at the addresses of ECS, EKS and EC2; a role that is None has no keys to give.

    `container_token` is what a container must show, '' when none is asked for. `key_seconds` is how
    long the keys live, in real time.
    """

    container: Role | None = None
    container_token: str = field(default_factory=lambda: secret(60), repr=False)
    instance: Role | None = None
    region: str = "eu-west-1"
    key_seconds: float = 6 * 3600.0
    tokens: dict[str, float] = field(default_factory=dict, repr=False)
    """Tokens of the instance's metadata service, and when each ends."""

    def new_token(self, seconds: int) -> str:
        """A token for the metadata service, good for so long."""
        token = secret(56, secrets.token_hex(16))
        self.tokens[token] = time.time() + seconds
        return token

    def knows(self, token: str) -> bool:
        """Whether the token is one of those, and lives."""
        return self.tokens.get(token, 0) > time.time()
