"""The agent as a real process: whom it answers, what, and when it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecrtui.vault import agent as agents
from ecrtui.vault.unlocked import Unlocked
from tests.sandbox.programs import lacking
from tests.vault.agents import FINGERPRINT, NOBODY, Held, everybodys_python, held, until

__all__ = ["held"]

WORDS = st.sampled_from([b"key", b"left", b"lock", b" ", b"\n", b"\0", FINGERPRINT.encode()])
WILD = st.one_of(st.binary(max_size=400), st.lists(WORDS, max_size=8).map(b"".join))
KEY = b"key " + FINGERPRINT.encode()


def test_it_lends_the_key_of_its_file_alone(held: Held) -> None:
    held.start(600)
    assert held.asked.key(FINGERPRINT) == held.key
    assert 590 <= (held.asked.left() or 0) <= 600
    assert held.asked.key("") is None
    assert held.asked.key(FINGERPRINT[:-1]) is None
    assert held.asked.key(FINGERPRINT) == held.key


def test_it_ends_when_its_file_has_another_key(held: Held) -> None:
    process = held.start()
    assert held.asked.key("cd" * 32) is None
    assert held.asked.key(FINGERPRINT) is None
    until(lambda: not process.is_running())
    assert not held.socket.exists()


def test_it_ends_when_it_is_told_to(held: Held) -> None:
    process = held.start()
    assert held.asked.lock()
    assert not held.socket.exists()
    assert not held.asked.lock()
    assert held.asked.left() is None
    until(lambda: not process.is_running())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_end_it_and_its_socket_goes(held: Held, number: signal.Signals) -> None:
    process = held.start()
    process.send_signal(number)
    until(lambda: not process.is_running())
    assert not held.socket.exists()


def test_it_ends_by_its_time(held: Held) -> None:
    process = held.start(1)
    until(lambda: not process.is_running())
    assert held.asked.key(FINGERPRINT) is None
    assert not held.socket.exists()


def test_what_slept_past_its_time_lends_nothing(held: Held) -> None:
    """It looks at its clock before it answers: a machine that sleeps wakes to this very moment."""
    process = held.start(2)
    begun = agents.now()
    process.suspend()
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(str(held.socket))
        asking.sendall(KEY + b"\n")
        until(lambda: agents.now() > begun + 3)
        process.resume()
        assert asking.recv(100) == b""
    until(lambda: not process.is_running())


def test_its_clock_is_one_that_nobody_sets_and_sleep_does_not_stop() -> None:
    import time

    assert abs(agents.now() - time.clock_gettime(time.CLOCK_BOOTTIME)) < 1
    assert agents.now() >= time.monotonic() - 1


@pytest.mark.parametrize("gone", ["file", "socket", "folder"])
def test_it_ends_at_logout(held: Held, gone: str) -> None:
    """The system removes the runtime folder then, or closes the home that the file is in."""
    process = held.start()
    if gone == "file":
        held.file.unlink()
        assert held.asked.key(FINGERPRINT) is None
    else:
        held.socket.unlink()
    if gone == "folder":
        held.folder.rmdir()
    until(lambda: not process.is_running())


def test_a_newer_one_takes_its_place(held: Held) -> None:
    older = held.start()
    held.key = os.urandom(agents.KEY_BYTES)
    newer = held.start()
    assert held.asked.key(FINGERPRINT) == held.key
    until(lambda: not older.is_running())
    assert newer.is_running()
    assert held.asked.key(FINGERPRINT) == held.key  # the older one left its socket alone


def test_one_that_was_killed_leaves_nothing_in_the_way(held: Held) -> None:
    process = held.start()
    process.kill()
    until(lambda: not process.is_running())
    assert held.socket.exists()
    assert held.asked.key(FINGERPRINT) is None
    assert held.asked.left() is None
    held.start()
    assert held.asked.key(FINGERPRINT) == held.key


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(WILD)
@example(b"")
@example(KEY)
@example(KEY + b" \n")
@example(b" " + KEY + b"\n")
@example(KEY + b"\r\n")
@example(b"KEY " + FINGERPRINT.encode() + b"\n")
@example(b"lock\n\nlock\n")
@example(KEY + b"\n" + b"x" * 300)
def test_whatever_it_hears_it_lends_the_key_for_one_line_only(held: Held, data: bytes) -> None:
    if held.asked.left() is None:  # the line before had it end
        held.start()
    said = held.said(data)
    line = data.partition(b"\n")[0] if b"\n" in data else b""
    if held.key in said:
        assert line == KEY
        assert said.startswith(b"key ")
    else:
        assert said.split(b" ")[0] in (b"", b"left", b"locked\n", b"no\n")


def test_whoever_says_nothing_keeps_nobody_waiting_for_long(held: Held) -> None:
    held.start()
    silent = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    for one in silent:
        one.connect(str(held.socket))
    silent[0].sendall(b"ke")
    assert held.said(b"left\n").startswith(b"left ")
    for one in silent:
        one.close()


def test_many_at_once(held: Held) -> None:
    held.start()
    with ThreadPoolExecutor(50) as crowd:
        found = list(crowd.map(lambda _: held.asked.key(FINGERPRINT), range(300)))
    assert set(found) == {held.key}


def test_its_folder_must_be_the_persons_alone(held: Held, tmp_path: Path) -> None:
    command = held.asked.command(held.file, FINGERPRINT, 600)
    held.folder.chmod(0o750)
    done = subprocess.run(command, input=held.key, capture_output=True)
    assert b"others may write" in done.stdout
    held.folder.chmod(0o700)
    held.start()
    held.folder.chmod(0o701)
    assert held.asked.key(FINGERPRINT) is None
    held.folder.chmod(0o700)
    link = tmp_path / "link"
    link.symlink_to(held.folder)
    assert Unlocked(link, "a.sock").key(FINGERPRINT) is None
    done = subprocess.run(
        Unlocked(link, "b.sock").command(held.file, FINGERPRINT, 600),
        input=held.key,
        capture_output=True,
    )
    assert done.stdout not in (agents.READY, b"")
    assert held.asked.key(FINGERPRINT) == held.key


def test_a_link_in_the_sockets_place_is_not_followed(held: Held, tmp_path: Path) -> None:
    held.socket.symlink_to(tmp_path / "elsewhere")
    held.start()
    assert not (tmp_path / "elsewhere").exists()
    assert held.asked.key(FINGERPRINT) == held.key


def test_a_short_key_is_none(held: Held) -> None:
    done = subprocess.run(
        held.asked.command(held.file, FINGERPRINT, 600), input=b"short", capture_output=True
    )
    assert done.stdout == b"no key came"
    assert held.asked.key(FINGERPRINT) is None


def test_a_path_of_any_length(held: Held) -> None:
    """A socket's may have some hundred characters only."""
    deep = held.root / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    held.folder = held.folder.rename(deep / "agent")
    held.asked = Unlocked(held.folder, "a.sock")
    held.start()
    assert held.asked.key(FINGERPRINT) == held.key
    assert held.asked.lock()


# --- others --------------------------------------------------------------------------------------


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        lacking("only root can be two users")


def as_nobody(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [everybodys_python(), "-I", "-S", "-c", code, *arguments],
        capture_output=True,
        text=True,
        user=NOBODY,
    )
    return done.stdout + done.stderr


ASK = """
import socket, sys
asking = socket.socket(socket.AF_UNIX)
asking.connect(sys.argv[1])
try:
    asking.sendall(sys.argv[2].encode() + b"\\n")
    print("answered", len(asking.recv(100)))
except (BrokenPipeError, ConnectionResetError):
    print("answered 0")
"""


def test_another_user_gets_nothing(held: Held, as_root: None) -> None:
    held.start()
    held.root.chmod(0o755)
    assert "PermissionError" in as_nobody(ASK, str(held.socket), KEY.decode())
    held.folder.chmod(0o711)  # also when somebody opened the doors
    held.socket.chmod(0o666)
    assert "answered 0" in as_nobody(ASK, str(held.socket), KEY.decode())
    held.folder.chmod(0o700)
    assert held.asked.key(FINGERPRINT) == held.key


def test_another_users_agent_is_none(held: Held, as_root: None) -> None:
    for path in (held.root, held.folder, held.file):
        os.chown(path, NOBODY, NOBODY)
    held.start(user=NOBODY)
    assert held.said(KEY + b"\n") == b""  # nor does it answer us
    os.chown(held.folder, 0, 0)
    assert held.asked.left() is None


LOOK = """
import ctypes, sys
for name in ("mem", "environ", "maps"):
    try:
        open(f"/proc/{sys.argv[1]}/{name}", "rb").read(1)
        print(name, "read")
    except OSError as failure:
        print(name, "refused")
print("traced" if ctypes.CDLL(None).ptrace(16, int(sys.argv[1]), 0, 0) == 0 else "not traced")
"""


def test_the_persons_other_programs_cannot_look_into_it(held: Held, as_root: None) -> None:
    for path in (held.root, held.folder, held.file):
        os.chown(path, NOBODY, NOBODY)
    process = held.start(user=NOBODY)
    told = as_nobody(LOOK, str(process.pid))
    assert told.split("\n") == ["mem refused", "environ refused", "maps refused", "not traced", ""]
    plain = subprocess.Popen([everybodys_python(), "-c", "input()"], stdin=-1, user=NOBODY)
    try:
        assert "environ read" in as_nobody(LOOK, str(plain.pid))  # so the test can fail
    finally:
        plain.kill()
        plain.wait()


def test_it_holds_as_little_as_it_can(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret of the person's")
    process = held.start()
    told = Path(f"/proc/{process.pid}")
    assert "Max core file size        0                    0" in (told / "limits").read_text()
    assert held.key.hex() not in (told / "cmdline").read_text()
    assert (told / "cwd").resolve() == Path("/")
    names = [os.readlink(one) for one in (told / "fd").iterdir()]
    assert sorted(name.partition(":")[0] for name in names) == [*["/dev/null"] * 3, "socket"]
    assert process.terminal() is None
    assert os.getsid(process.pid) != os.getsid(0)


# --- whoever else sits at the socket -------------------------------------------------------------


class Impostor:
    """Says what a test wants at an agent's place."""

    def __init__(self, held: Held) -> None:
        self.answer = b""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(held.socket))
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                asking, _ = self._listener.accept()
            except OSError:
                return
            with asking:
                asking.recv(1000)
                try:
                    asking.sendall(self.answer)
                except OSError:
                    continue

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def impostor(held: Held) -> Iterator[Impostor]:
    found = Impostor(held)
    yield found
    found.close()


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(WILD)
@example(b"left -1\n")
@example(b"left 1e9\n")
@example("left ٣\n".encode())
@example(b"left " + b"9" * 5000)
@example(b"key 9\n" + b"x" * 31)
@example(b"x" * 1_000_000)
def test_whatever_it_says_is_an_answer_or_none(
    held: Held, impostor: Impostor, answer: bytes
) -> None:
    impostor.answer = answer
    key, left = held.asked.key(FINGERPRINT), held.asked.left()
    assert key is None or len(key) == agents.KEY_BYTES
    assert left is None or left >= 0
    assert held.asked.lock() == (answer == b"locked\n")
