"""Values that hold secrets, and show none."""

from __future__ import annotations

from typing import Any

import msgspec


class Hidden(msgspec.Struct, frozen=True):
    """Shows only what its `shown` says, in repr and in rich's."""

    def shown(self) -> dict[str, str]:
        """Names and values that anybody may see."""
        raise NotImplementedError

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.shown().items())
        return f"{type(self).__name__}({told})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return list(self.shown().items())
