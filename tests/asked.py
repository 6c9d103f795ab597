"""What a sandbox is asked, call by call."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ecrtui.sandbox.faults import Occasion
from ecrtui.sandbox.server import Sandbox


def asked_of(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each operation was asked for, counted from now on."""
    asked: Counter[str] = Counter()
    before = sandbox.faults.before

    def counted(occasion: Occasion, *more: Any) -> Any:
        asked[occasion.operation] += 1
        return before(occasion, *more)

    monkeypatch.setattr(sandbox.faults, "before", counted)
    return asked
