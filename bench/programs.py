"""The programs that are timed, ours and the peers'."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.figures import require

ROOT = Path(__file__).parents[1]
NO_AWS = "aws CLI: not installed"


def ecrtui(*arguments: str) -> list[str]:
    """Our command line: the installed program, as a person starts it."""
    return [str(Path(sys.executable).with_name("ecrtui")), *arguments]


def peer(name: str) -> list[str]:
    """The command line of one of `bench.peers`, with the same Python."""
    return [sys.executable, str(ROOT / "bench" / "peers" / f"{name}.py")]


def aws(*arguments: str) -> list[str] | None:
    """The aws CLI's command line, from `.venv-aws` or the PATH; None where there is none."""
    own = ROOT / ".venv-aws" / "bin"
    found = shutil.which("aws", path=f"{own}{os.pathsep}{os.environ['PATH']}")
    return None if found is None else [found, *arguments]


def seconds(
    command: Sequence[str],
    environment: Mapping[str, str],
    check: Callable[[bytes], None],
    given: bytes = b"",
) -> float:
    """The time a command takes from its start to its end; its stdout must pass the check, and its
    stdin holds what is `given`."""
    started = time.perf_counter()
    done = subprocess.run(command, input=given, env=environment, stdout=subprocess.PIPE)
    took = time.perf_counter() - started
    require(done.returncode == 0, f"{command} failed")
    check(done.stdout)
    return took


_LAUNCH = """
import os, subprocess, sys, time
with open(sys.argv[1], "wb") as said:
    started = time.perf_counter()
    process = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    _, status, used = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), time.perf_counter() - started, used.ru_maxrss)
"""


def measured(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds and the most megabytes of a command that must succeed; what it says is not kept.

    A small program starts it: what a process takes before it becomes another program counts as
    its own (getrusage(2)), and this one may be large by now.
    """
    with tempfile.NamedTemporaryFile() as said:
        launch = [sys.executable, "-I", "-S", "-c", _LAUNCH, said.name, *command]
        done = subprocess.run(launch, env=environment, stdout=subprocess.PIPE, check=True)
        code, took, kilobytes = done.stdout.split()
        told = said.read(4096).decode(errors="replace")
        require(code == b"0", f"{command} failed:\n{told}")
    return float(took), int(kilobytes) * 1024 / 1e6
