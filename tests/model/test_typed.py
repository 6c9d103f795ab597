"""Types are worked out by one thread at a time: two at once crash msgspec, and the process."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from ecrtui.model.typed import decoded

PACKAGE = Path(__file__).parents[2] / "ecrtui"

MANY_THREADS = """
import sys, threading
import msgspec
from ecrtui.model.typed import converted, decoded

sys.setswitchinterval(1e-6)
for number in range(200):
    inner = msgspec.defstruct("Inner", [("a_b", int, 0), ("c", "str", "")], module="__main__")
    globals()["Inner"] = inner
    outer = msgspec.defstruct(
        "Outer", [("a", "Inner"), ("b", "tuple[Inner, ...]", ())], module="__main__"
    )
    start = threading.Barrier(4)
    found = []

    def work(number):
        start.wait()
        kind = list[outer]
        one = decoded(b'[{"a":{}}]', kind) if number % 2 else converted([{"a": {}}], kind)
        found.append(one == [outer(inner())])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert found == [True] * 4
print("done")
"""


def test_threads_that_first_use_a_type_at_once() -> None:
    run = subprocess.run(
        [sys.executable, "-c", MANY_THREADS], capture_output=True, text=True, timeout=100
    )
    assert (run.returncode, run.stdout) == (0, "done\n"), run.stderr[-2000:]


def test_nobody_else_makes_values_of_types() -> None:
    typed = re.compile(r"msgspec\.convert\(|json\.(decode\([^)]*type=|Decoder\()")
    users = [path for path in PACKAGE.rglob("*.py") if typed.search(path.read_text("utf-8"))]
    assert [str(path.relative_to(PACKAGE)) for path in users] == ["model/typed.py"]


@pytest.mark.parametrize(
    "data", [b'{"a": "\xff"}', b'{"a": ' + b"[" * 100_000, b"\xff", b"", b'{"a": "\\ud800"}']
)
def test_whatever_a_registry_answers_is_one_kind_of_failure(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decoded(data, dict[str, object])
