"""A property that takes too long is told as that, and is not tried again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SLOW = """
import time
from hypothesis import given, settings, strategies as st

@settings(deadline=None, database=None)
@given(st.integers())
def test_slow(number):
    print("one more")
    time.sleep(30)
"""


def test_a_property_that_hangs_ends_once(tmp_path: Path) -> None:
    file = tmp_path / "test_slow.py"
    file.write_text(SLOW)
    options = ("-p", "tests.late", "-p", "no:cacheprovider", "--timeout=1", f"--rootdir={tmp_path}")
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", *options, str(file)]
    root = Path(__file__).parents[1]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "TookTooLong: Timeout" in done.stdout
    assert "Flaky" not in done.stdout
    assert done.stdout.count("\none more\n") == 1
