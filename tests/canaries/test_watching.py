"""What is planted is found, in whatever form and place, and names the test that did it."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ecrtui.sandbox.made import MARK, secret
from tests.canaries.started.canary_forms import MARK as SEARCHED
from tests.canaries.started.canary_forms import found
from tests.canaries.watching import variables

_ROOT = Path(__file__).parents[2]
# Each test plants what its name says; those named `may_...` leave a secret where one may be.
_PLANTED = """
import base64, gzip, json, os, subprocess, sys, tempfile
from pathlib import Path
from urllib.parse import quote
import pytest
from ecrtui.sandbox.made import secret
from ecrtui.store import files
from ecrtui.store.state import State
from ecrtui.workflows.running.hand_over import hand_over
from tests.canaries.watching import *
from tests.headless.program import ecrtui
from tests.terminal.program import Terminal

SECRET = secret(40)

def child(program):
    subprocess.run([sys.executable, "-c", program, SECRET], check=True)

FORMS = {
    "plain": SECRET,
    "base64": base64.b64encode(f"AWS:{SECRET}".encode()).decode(),
    "token": base64.b64encode(base64.b64encode(f"A:{SECRET}".encode())).decode(),
    "hex": SECRET.encode().hex(),
    "percent": "".join(f"%{ord(one):02X}" for one in SECRET),
    "json": "".join(f"\\\\u{ord(one):04x}" for one in SECRET),
    "lines": "\\n  ".join(SECRET[at:at + 4] for at in range(0, 40, 4)),
    "escaped": json.dumps("\\n".join(SECRET[at:at + 7] for at in range(0, 40, 7))),
    "half": SECRET[:20],
    "rest": SECRET[20:],
}

@pytest.mark.parametrize("form", FORMS)
def test_a_file(tmp_path, form):
    files.write(tmp_path / "state/x.log", ("before " + FORMS[form] + " after").encode())

def test_a_packed_file(tmp_path):
    files.write(tmp_path / "x", gzip.compress(SECRET.encode()))

def test_a_name(tmp_path):
    files.write(tmp_path / SECRET, b"")

def test_a_temporary_file():
    files.write(Path(tempfile.gettempdir()) / "x", SECRET.encode())

def test_a_state_file_of_another_process(tmp_path):
    child(f"import sys; open({str(tmp_path / 'x')!r}, 'w').write(sys.argv[1])")

def test_an_argument():
    hand_over(["true", SECRET], {})

def test_an_environment():
    hand_over(["true"], {"ANY": SECRET})

def test_an_argument_of_anothers_child():
    child("import subprocess, sys; subprocess.run(['true', '--password', sys.argv[1]])")

def test_an_environment_of_anothers_child():
    child("import subprocess, sys; subprocess.run(['true'], env={'ANY': sys.argv[1]})")

def test_an_environment_of_its_own():
    child("import os, sys; os.environ['ANY'] = sys.argv[1]")

def test_a_program_put_in_place():
    child("import os, sys; os.execv('/bin/true', ['true', sys.argv[1]])")

def test_a_terminal():
    half = len(SECRET) // 2
    words = f"printf '%s\\\\033[1m%s' {SECRET[:6]} {SECRET[6:]}"
    with Terminal(["sh", "-c", words], {}, size=(80, 24)) as terminal:
        terminal.ended()

def test_what_a_command_says(tmp_path):
    ecrtui("inspect", f"{SECRET}:{SECRET}:", home=tmp_path)

def test_what_is_printed():
    print(SECRET)

def test_may_write_it_itself(tmp_path):
    (tmp_path / "x").write_text(SECRET)

def test_may_be_lent_to_a_container():
    hand_over(["true", "-e", "ANY"], {"ANY": SECRET})

def test_may_be_inherited(monkeypatch):
    monkeypatch.setenv("ANY", SECRET)
    hand_over(["true"], dict(os.environ))

@pytest.mark.secrets_in("/exported$")
def test_may_be_wanted(tmp_path):
    files.write(tmp_path / "exported", SECRET.encode())

def test_may_hold_none(tmp_path):
    files.write(tmp_path / "x", b"nothing of it")
"""


def test_it_looks_for_what_is_made() -> None:
    assert MARK.encode() == SEARCHED
    assert MARK in secret(40)[:20]
    assert MARK in secret(40)[20:]
    assert secret(40) != secret(40)
    assert secret(40, "same") == secret(40, "same") != secret(40, "other")


def test_nothing_is_found_in_nothing() -> None:
    assert found(b"") == ""
    assert found(bytes(range(256)) * 100) == ""


@pytest.mark.secrets_in("/it/")
def test_what_is_planted_is_found(tmp_path: Path) -> None:
    file = tmp_path / "test_planted.py"
    file.write_text(_PLANTED)
    options = ["-p", "tests.canaries.watching", "-p", "no:cacheprovider", "--tb=short", "-q"]
    options += ["-rA", "-n", "2", "--rootdir", str(tmp_path), "--basetemp", str(tmp_path / "it")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(file)],
        cwd=_ROOT,
        env={name: value for name, value in os.environ.items() if name not in variables()},
        capture_output=True,
        text=True,
        timeout=200,
    )
    told = done.stdout
    names = set(re.findall(r"^PASSED \S*::(\S+)", told, re.MULTILINE))
    found_in = set(re.findall(r"^ERROR \S*::(\S+)", told, re.MULTILINE))
    assert names, told + done.stderr
    assert names - found_in == {name for name in names if "_may_" in name}, told
    assert not {name for name in found_in if "_may_" in name}, told
    # Each at its own test; what sums them up at the end may name it once more.
    assert len(re.findall(r"^a secret got out", told, re.MULTILINE)) == len(found_in)


@pytest.mark.parametrize("before", range(4))
def test_base64_is_found_wherever_it_stands_in_it(before: int) -> None:
    data = b"x" * before + MARK.encode() + b"y" * 5
    for _ in range(2):
        data = base64.b64encode(data)
        assert found(data)
