"""What a person types for a container, understood as `docker run` does, or refused with the fix."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ecrtui.errors import UsageError
from ecrtui.model.running import Port, RunRequest, RunSpec, Variable, Volume

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_NETWORK = re.compile(r"(?:container:)?[a-zA-Z0-9][a-zA-Z0-9_.-]*")
_USER = re.compile(r"[^\s:]+(?::[^\s:]+)?")
_PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9_]+(?:/[a-z0-9.]+)?")
_PORT = re.compile(
    r"(?:(?:(?P<address>\[[^\]]+\]|[^\[\]:]*):)?(?P<outside>[0-9]{0,5}):)?"
    r"(?P<inside>[0-9]{1,5})(?:/(?P<protocol>[a-z]+))?"
)
_MEMORY = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?(?:([kmgt]?)i?b?)", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_LEAST_MEMORY = 6 << 20
"""Docker refuses less (moby, daemon_unix.go)."""
_OPTIONS = frozenset(
    ("ro", "rw", "z", "Z", "U", "copy", "nocopy", "cached", "delegated", "consistent")
) | frozenset(("shared", "rshared", "slave", "rslave", "private", "rprivate"))
_MOST_PORT = 65_535


def variable(text: str, environ: Mapping[str, str]) -> Variable:
    """`K=V`, or `K` with the value it has in `environ`, None where it has none."""
    name, equals, value = text.partition("=")
    if not name or any(character.isspace() for character in name) or "\0" in text:
        raise _wrong(text, "Not a variable", "Write NAME=value, or NAME to pass it on.")
    return Variable(name, value if equals else environ.get(name))


def env_file(text: str, environ: Mapping[str, str]) -> tuple[Variable, ...]:
    """The lines of an env-file as docker reads them (docker/cli, pkg/kvfile).

    Comments begin with #; values are taken as they stand, with quotes and the blanks at their end;
    a name alone has the value it has here, and is left out where it has none.
    """
    found = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = line.removesuffix("\r").lstrip()
        if not line or line.startswith("#"):
            continue
        name, equals, _ = line.partition("=")
        if not name or re.search(r"\s", name):
            fix = "Write NAME=value, without `export` and without blanks around the name."
            raise _wrong(f"line {number}", "Not a variable", fix)
        if equals or name in environ:
            found.append(variable(line, environ))
    return tuple(found)


def port(text: str) -> Port:
    """`80`, `8080:80`, `127.0.0.1:8080:80`, `127.0.0.1::80`, each with /udp where it is meant."""
    match = _PORT.fullmatch(text)
    fix = "Write 8080:80, 127.0.0.1:8080:80/udp, or 80 to let the engine choose."
    if match is None:
        if "-" in text:
            fix = "Ranges are not taken: name each port by itself."
        raise _wrong(text, "Not a port", fix)
    inside, outside = int(match["inside"]), match["outside"]
    protocol = match["protocol"] or "tcp"
    if protocol not in ("tcp", "udp", "sctp"):
        raise _wrong(text, "Not a protocol", "It is tcp, udp or sctp: 5353:53/udp.")
    if not all(1 <= one <= _MOST_PORT for one in (inside, int(outside or 1))):
        raise _wrong(text, "Not a port", f"Ports are 1 to {_MOST_PORT}.")
    address = (match["address"] or "").strip("[]")
    try:
        address = address and str(ipaddress.ip_address(address))
    except ValueError:
        raise _wrong(text, "Not an address", fix) from None
    return Port(inside, protocol, int(outside) if outside else None, address)


def volume(text: str) -> Volume:
    """`/here:/there`, `./here:/there:ro`, `name:/there`, `/there`; paths are made absolute."""
    source, _, rest = text.partition(":")
    target, _, options = rest.partition(":")
    if not rest:
        source, target = "", source
    fix = "Write /here:/there, ./here:/there:ro, or volume:/there."
    if not target.startswith("/") or ":" in options or "\0" in text:
        raise _wrong(text, "Not a volume", fix)
    if options and not set(options.split(",")) <= _OPTIONS:
        raise _wrong(text, "Not an option of a volume", "The usual ones are ro and rw.")
    if source.startswith(("/", ".", "~")):
        source = str(Path(source).expanduser().absolute())
    elif source and _NAME.fullmatch(source) is None:
        raise _wrong(text, "Not a volume", f"{fix} A folder here begins with ./ or /.")
    return Volume(source, target, options)


def memory(text: str) -> int:
    """Bytes of `512m`, `1.5g`, in powers of 1024 as docker counts them; 0 of ''."""
    match = _MEMORY.fullmatch(text)
    if text and match is None:
        raise _wrong(text, "Not an amount of memory", "Write 512m or 2g.")
    if match is None:
        return 0
    found = int(float(match[1]) * 1024.0 ** _POWERS[match[2].lower()])
    if 0 < found < _LEAST_MEMORY:
        raise _wrong(text, "Too little memory", "Engines refuse less than 6m. Write 512m or 2g.")
    return found


def spec_of(request: RunRequest, environ: Mapping[str, str]) -> RunSpec:
    """The whole request understood; raises UsageError for the first field that is not."""
    return RunSpec(
        **{field: parse() for field, parse in _fields(request, environ)},
        command=request.command,
        entrypoint=request.entrypoint,
        env_files=request.env_files,
        remove=request.remove,
        read_only_root=request.read_only_root,
        interactive=request.interactive,
    )


def mistakes(request: RunRequest, environ: Mapping[str, str]) -> dict[str, UsageError]:
    """What cannot be understood, by the name of the field."""
    found = {}
    for field, parse in _fields(request, environ):
        try:
            parse()
        except UsageError as problem:
            found[field] = problem
    return found


def _fields(
    request: RunRequest, environ: Mapping[str, str]
) -> Iterator[tuple[str, Callable[[], Any]]]:
    yield "env", lambda: tuple(variable(one, environ) for one in request.env)
    yield "ports", lambda: tuple(map(port, request.ports))
    yield "volumes", lambda: tuple(map(volume, request.volumes))
    yield "memory", lambda: memory(request.memory)
    patterns: tuple[tuple[str, re.Pattern[str], str, str], ...] = (
        ("network", _NETWORK, "Not a network", "A network's name, host, or none."),
        ("name", _NAME, "Not a name", "Two or more letters, digits and _.- as web-1."),
        ("user", _USER, "Not a user", "A name or a number: app, 1000, 1000:1000."),
        ("platform", _PLATFORM, "Not a platform", "Write it as linux/arm64."),
        ("workdir", re.compile(r"/.*"), "Not a folder", "A path from the root on: /app."),
    )
    for field, pattern, title, fix in patterns:
        yield field, partial(_like, getattr(request, field), pattern, title, fix)


def _like(text: str, pattern: re.Pattern[str], title: str, fix: str) -> str:
    if text and pattern.fullmatch(text) is None:
        raise _wrong(text, title, fix)
    return text


def _wrong(text: str, title: str, fix: str) -> UsageError:
    return UsageError(text.partition("=")[0], title=title, hint=fix)
