"""After each test: no secret in what ecrtui wrote, started, showed or said. The suite's own plugin.

    canaries.shown("the terminal", data)     # where a test reads what ecrtui shows
    @pytest.mark.secrets_in(r"/exported$")   # a file that this test gives one on purpose

A secret is whatever the sandbox made, and what tests make by its `secret`. What is found fails the
test in which it came to be, at its end. A file that a test wrote itself may hold one; `allowed.py`
has the other places.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.canaries.files import secrets_below
from tests.canaries.started.canary_forms import found
from tests.canaries.started.canary_spawning import Watching

_HERE = Path(__file__).parent
_TESTS, _PROGRAM = str(_HERE.parent) + os.sep, str(_HERE.parents[1] / "ecrtui") + os.sep
_FINDINGS = "ECRTUI_CANARY_FINDINGS"
_UNDOING = pytest.MonkeyPatch.undo.__code__.co_filename
"""What puts variables back that a test has set, more than once perhaps."""
_WRITING = os.O_WRONLY | os.O_RDWR
_MARKER = "secrets_in(*patterns): files (regular expressions) into which a test has one put"


def pytest_configure(config: pytest.Config) -> None:
    """Watch this process, and every Python it starts."""
    config.addinivalue_line("markers", _MARKER)
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        return  # the tests run in workers, which watch themselves
    # Outside of the folder of whoever started this worker, and short: sockets are named by it, and
    # the name of one has a hundred characters at most.
    outside = os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="e-", dir=outside))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    _own_temporary_folder(folder / "t")
    os.environ[_FINDINGS] = str(folder / "findings")
    before = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_HERE / "started"), before]))
    sys.addaudithook(Watching(os.environ[_FINDINGS], _is_ours))
    sys.addaudithook(_hear_of_files)


_OWN: set[str] = set()
"""Files that tests of this process wrote themselves."""
_TOLD: set[str] = set()
"""What stays in a temporary folder is told once."""


def _hear_of_files(event: str, values: tuple[Any, ...]) -> None:
    if event == "open" and values[2] & _WRITING and isinstance(values[0], str):
        if not _is_ours():
            _OWN.add(os.path.abspath(values[0]))
    elif event == "os.rename" and _is_ours():
        _OWN.discard(os.path.abspath(os.fsdecode(values[1])))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Fail the test that left a secret somewhere."""
    told = findings() + secrets_below(Path(tempfile.gettempdir()), (), _OWN)
    yield
    more = [one for mark in item.iter_markers("secrets_in") for one in mark.args]
    for _, kind, text in item._report_sections:
        if kind != "log":  # pytest's own; ours are files, and looked at as files
            shown(f"captured {kind}", text)
    folder = item.funcargs.get("tmp_path") if isinstance(item, pytest.Function) else None
    if isinstance(folder, Path):
        told += secrets_below(folder, more, _OWN)
    told = [one for one in told + findings() if one not in _TOLD]
    _TOLD.update(told)
    if told:
        pytest.fail("a secret got out:\n" + "\n".join(told), pytrace=False)


def shown(where: str, data: bytes | str) -> None:
    """Look at what ecrtui shows or says; the test fails at its end."""
    seen = found(data)
    if seen and _FINDINGS in os.environ:  # benchmarks use what tests use
        with open(os.environ[_FINDINGS], "a", encoding="utf-8") as file:
            file.write(f"{where}: {seen}\n")


def findings() -> list[str]:
    """What was found since the last time."""
    file = Path(os.environ[_FINDINGS])
    if not file.exists():
        return []
    told = file.read_text("utf-8").splitlines()
    file.unlink()
    return told


def variables() -> dict[str, str]:
    """For a process whose environment is not this one's: what makes it watch itself."""
    names = (_FINDINGS, "PYTHONPATH")
    return {name: os.environ[name] for name in names if _FINDINGS in os.environ}


def _is_ours() -> bool:
    """Whether ecrtui is at work, and not a test that passes something on purpose."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        name = frame.f_code.co_filename
        if name.startswith(_PROGRAM):
            return True
        if os.path.basename(name).startswith("test_") or _in_tests(name) or name == _UNDOING:
            return False
        frame = frame.f_back
    return True


def _in_tests(name: str) -> bool:
    return name.startswith(_TESTS) and not name.startswith(str(_HERE))


def _own_temporary_folder(folder: Path) -> None:
    """What this process and those it starts leave in a temporary folder is looked at, too."""
    folder.mkdir()
    for one in (folder, folder.parent):
        one.chmod(0o711)  # what belongs to other users is reached as in /tmp
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
