"""`docker-credential-ecrtui`: the credential helper of docker, podman, skopeo and others.

The protocol is docker-credential-helpers' (credentials/credentials.go, error.go): one action as
argument, a server or JSON on stdin, the answer on stdout. Every failure is one line on stdout and
exit code 1, and clients know three of these lines. docker shows stderr alone: it is told there too.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ecrtui import __version__

if TYPE_CHECKING:  # `version` needs none of it
    from ecrtui.errors import EcrtuiError
    from ecrtui.workflows.services import Services

NAME = "docker-credential-ecrtui"
_PACKAGE = "github.com/ecrtui/ecrtui"
NOT_FOUND = "credentials not found in native keychain"
NO_SERVER = "no credentials server URL"
NO_USER = "no credentials username"
_USAGE = f"Usage: {NAME} <store|get|erase|list|version>"
INTERRUPTED = 130
_LARGEST = 1 << 16
"""Bytes of stdin: as much as docker's own helpers take (bufio.MaxScanTokenSize)."""


class Refused(Exception):
    """A line of the protocol's own."""


def main() -> int:
    """Answer one question."""
    gc.disable()  # it ends in a moment, and a look through the SDK for garbage is felt
    try:
        answer = _answer(sys.argv[1:])
    except Refused as refused:
        answer, code = f"{refused}\n", 1
    except Exception as failure:  # noqa: BLE001 - whatever it is, the client waits for a line
        answer, code = _told(failure), 1
    except KeyboardInterrupt:
        return INTERRUPTED
    else:
        code = 0
    try:
        sys.stdout.write(answer)
        sys.stdout.flush()
    except BrokenPipeError:  # nobody waits any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    gc.freeze()  # or Python looks once more while it ends
    return code


def _answer(arguments: list[str]) -> str:
    if len(arguments) != 1:
        raise Refused(_USAGE)
    (action,) = arguments
    if action in ("version", "--version", "-v"):
        return f"{NAME} ({_PACKAGE}) v{__version__}\n"
    if action in ("--help", "-h"):
        return f"{_USAGE}\n"
    if action not in _ACTIONS:
        raise Refused(f"{NAME}: unknown action: {action}")
    return _ACTIONS[action]()


def _get() -> str:
    from ecrtui.workflows.credentials import registry_logins

    server = _server()
    try:
        login = registry_logins.get(_services(), server)
    except registry_logins.NoLogin as none:
        if none.reason is not None:
            _tell(none.reason)
        raise Refused(NOT_FOUND) from None
    return _json({"ServerURL": server, "Username": login.user, "Secret": login.password})


def _store() -> str:
    from ecrtui.workflows.credentials import registry_logins

    server, user, secret = _given()
    if not server:
        raise Refused(NO_SERVER)
    if not user:
        raise Refused(NO_USER)
    login = registry_logins.RegistryLogin(user, secret)
    registry_logins.keep(_services(), server, login)
    return ""


def _erase() -> str:
    from ecrtui.workflows.credentials import registry_logins

    registry_logins.forget(_services(), _server())
    return ""


def _list() -> str:
    from ecrtui.workflows.credentials import registry_logins

    return _json(registry_logins.users(_services()))


_ACTIONS: dict[str, Callable[[], str]] = {
    "get": _get,
    "store": _store,
    "erase": _erase,
    "list": _list,
}


def _services() -> Services:
    from ecrtui.config.locations import Locations
    from ecrtui.config.settings import load
    from ecrtui.headless.asking import Terminal
    from ecrtui.workflows.services import Options, Services

    if not os.environ.get("AWS_PROFILE", "some"):
        del os.environ["AWS_PROFILE"]  # pipelines empty it; for botocore that is a profile's name
    locations = Locations.standard()
    services = Services(Options(), load(locations.settings_file), locations)
    services.questions = Terminal("ecrtui credentials unlock has it asked once").questions()
    return services


def _server() -> str:
    server = _stdin().decode("utf-8", "replace").strip()
    if not server:
        raise Refused(NO_SERVER)
    return server


def _stdin() -> bytes:
    data = sys.stdin.buffer.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise Refused("stdin is too long")
    return data


def _given() -> tuple[str, str, str]:
    """Server, user and secret of what docker login gives."""
    import msgspec

    from ecrtui.model.typed import decoded

    try:
        given = decoded(_stdin(), dict[str, str])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):  # it may quote a secret
        raise Refused("stdin holds no credentials as JSON") from None
    return given.get("ServerURL", ""), given.get("Username", ""), given.get("Secret", "")


def _json(value: dict[str, str]) -> str:
    import msgspec

    return msgspec.json.encode(value).decode() + "\n"


def _told(failure: Exception) -> str:
    """The one line; nothing of a mistake of ours but its kind, for it may hold a secret."""
    from ecrtui.errors import EcrtuiError
    from ecrtui.render.text import safe

    if not isinstance(failure, EcrtuiError):
        return f"ecrtui: a mistake of ours: {type(failure).__name__}\n"
    _tell(failure)
    return f"ecrtui: {safe(failure.sentence)}\n"


def _tell(failure: EcrtuiError) -> None:
    """On stderr, which docker shows; of what stands on stdout it says nothing where it pulls."""
    from ecrtui.headless import narration

    narration.tell(failure)
