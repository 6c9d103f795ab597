"""Services over a sandbox's empty world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.services import Services
from tests.workflows.at_work import services_in


@pytest.fixture
def services(sandbox: Sandbox, tmp_path: Path) -> Iterator[Services]:
    """The workflows' outside: the sandbox, and files under the test's folder."""
    made = services_in(tmp_path)
    yield made
    made.close()
