"""A Secret Service of the tests' own: gnome-keyring on a private D-Bus.

from tests.keyrings import secret_service  # the fixture

def test_it(secret_service: SecretService) -> None:
    secret_service.start()           # unlocked; start(unlocked=False) after that is a locked one
    secret_service.pause()           # it hangs
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from jeepney import DBusAddress, MessageType, Properties, message_bus
from jeepney.io.blocking import open_dbus_connection

from ecrtui.sandbox.made import MARK
from ecrtui.vault.secret_service import SERVICE, connected
from tests.sandbox.programs import need

PASSWORD = "the login's " + MARK
_START_SECONDS = 20
_DEFAULT = DBusAddress(
    "/org/freedesktop/secrets/aliases/default",
    "org.freedesktop.secrets",
    "org.freedesktop.Secret.Collection",
)
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <limit name="auth_timeout">60000</limit>
  <limit name="reply_timeout">600000</limit>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""No service starts by itself: one that was killed stays away. A busy machine may be slow."""


class SecretService:
    """A session bus, and on it a gnome-keyring that a test starts, locks, stops."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log"
        self._bus: subprocess.Popen[bytes] | None = None
        self._daemon: subprocess.Popen[bytes] | None = None
        self.variables = {
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder / 'bus'}",
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "HOME": str(folder / "home"),
        }
        for name in ("run", "data", "config", "home"):
            (folder / name).mkdir(mode=0o700)

    def start_bus(self) -> None:
        """A session bus with nobody on it."""
        config = self._folder / "bus.conf"
        config.write_text(_CONFIG.format(socket=self._folder / "bus"))
        command = [need("dbus-daemon"), f"--config-file={config}", "--nofork", "--nopidfile"]
        with self._log.open("ab") as log:
            self._bus = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        _until(self._connects)

    def start(self, *, unlocked: bool = True) -> None:
        """The keyring, unlocked by its password, or locked with what it holds."""
        if self._bus is None:
            self.start_bus()
        command = [need("gnome-keyring-daemon"), "--foreground", "--components=secrets"]
        if unlocked:
            command.append("--unlock")
        with self._log.open("ab") as log:
            self._daemon = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.variables},
                start_new_session=True,  # what ends a group of processes does not mean this one
            )
        assert self._daemon.stdin is not None
        with self._daemon.stdin as pipe:
            pipe.write(PASSWORD.encode() if unlocked else b"")
        _until(self._answers)
        if unlocked:  # it has its name before it has the keyring that the password is for
            _until(self._is_open)

    def lock(self) -> None:
        """Start it anew without its password."""
        self.kill()
        self.start(unlocked=False)

    def pause(self) -> None:
        """Keep it from answering anybody."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """End the pause."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the keyring."""
        _end(self._daemon)
        self._daemon = None

    def kill_bus(self) -> None:
        """End the bus under everybody."""
        _end(self._bus)
        self._bus = None

    def ended_by_themselves(self) -> list[str]:
        """Which of both ended though no test ended them, how, and what they said: nothing else can
        be believed."""
        both = (("gnome-keyring-daemon", self._daemon), ("dbus-daemon", self._bus))
        if self._bus is None:  # a test ended it, and with it the keyring
            return []
        ended = [
            f"{name}: {process.returncode}"
            for name, process in both
            if process is not None and process.poll() is not None
        ]
        return [*ended, self._log.read_text(errors="replace")] if ended else []

    def entries(self) -> list[str]:
        """The services of all entries of ours."""
        import secretstorage

        with closing(connected()) as bus:
            items = secretstorage.get_default_collection(bus).get_all_items()
            found = [item.get_attributes().get("service", "") for item in items]
        return [service for service in found if service.startswith("ecrtui:")]

    def _connects(self) -> bool:
        try:
            open_dbus_connection(self.variables["DBUS_SESSION_BUS_ADDRESS"]).close()
        except OSError:
            return False
        return True

    def _answers(self) -> bool:
        address = self.variables["DBUS_SESSION_BUS_ADDRESS"]
        with open_dbus_connection(address, auth_timeout=_START_SECONDS) as connection:
            asked = message_bus.NameHasOwner("org.freedesktop.secrets")
            return bool(connection.send_and_get_reply(asked, timeout=5).body[0])

    def _is_open(self) -> bool:
        address = self.variables["DBUS_SESSION_BUS_ADDRESS"]
        with open_dbus_connection(address, auth_timeout=_START_SECONDS) as connection:
            # Greeted first, see vault/secret_service.py.
            connection.send_and_get_reply(Properties(SERVICE).get("Collections"), timeout=5)
            asked = Properties(_DEFAULT).get("Locked")
            reply = connection.send_and_get_reply(asked, timeout=5)
        there = reply.header.message_type is MessageType.method_return
        return there and reply.body[0] == ("b", False)


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        process.kill()
        process.wait(10)


def _until(there: object) -> None:
    assert callable(there)
    end = time.monotonic() + _START_SECONDS
    while not there():
        assert time.monotonic() < end, "it did not start in time"
        time.sleep(0.02)


@pytest.fixture
def secret_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """This process's own session bus, with no keyring on it until a test starts one."""
    need("gnome-keyring-daemon")
    folder = Path(tempfile.mkdtemp(prefix="ecrtui-keyring-"))  # short: it holds sockets
    service = SecretService(folder)
    for name, value in service.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.delenv("ECRTUI_VAULT", raising=False)
    yield service
    ended = service.ended_by_themselves()
    service.kill()
    service.kill_bus()
    shutil.rmtree(folder, ignore_errors=True)
    assert not ended, ended
