"""--debug and crashes: what is written has no secret in it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ecrtui.sandbox.server import Sandbox
from tests.headless.program import ecrtui


def test_the_log_says_what_was_called_and_no_secret(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    done = ecrtui("repos", "--debug", "--json", home=tmp_path)
    assert done.returncode == 0
    (log,) = (tmp_path / "state/logs").iterdir()
    assert str(log) in done.stderr
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    text = log.read_text()
    assert "DescribeRepositories" in text
    assert "HTTP/1.1" in text
    for key in busy_sandbox.world.keys.values():
        assert key.secret not in text
        assert key.id not in text
    assert "AWS4-HMAC-SHA256" not in text


_CRASHES = """
import sys, threading
from ecrtui.headless.guard import guarded
def run():
    password = 'hunter' + '22222'
    raise RuntimeError('secret_access_key=' + password)
def apart():
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return 70
sys.exit(guarded({what}, ['inspect', 'private/name:tag', '--json', '--profile', 'boss']))
"""


@pytest.mark.parametrize("what", ["run", "apart"])
def test_a_crash_leaves_a_report_without_secrets(what: str, tmp_path: Path) -> None:
    program = _CRASHES.format(what=what)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "ECRTUI_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 70
    (report,) = (tmp_path / "state/crashes").iterdir()
    assert str(report) in done.stderr
    text = report.read_text()
    for secret in ("hunter22222", "private/name", "boss"):
        assert secret not in text + done.stderr
    assert "arguments: inspect … --json --profile …" in text
    assert "RuntimeError" in text
    assert "in run" in text
