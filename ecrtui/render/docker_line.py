"""The `docker run` line that does the same, for a person to read, to copy, or to hand on.

Secrets are not in it: it would stand in the shell's history and in everybody's `ps`. Such a
variable is passed by its name, and a note says which have to be set first.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ecrtui.model.running import RunSpec, Variable
from ecrtui.render.secrets import MASK, looks_secret


class DockerLine(NamedTuple):
    """Words of a command, and the variables that whoever runs it has to set."""

    words: tuple[str, ...]
    secrets: tuple[Variable, ...] = ()

    @property
    def text(self) -> str:
        """The line for a shell."""
        return shlex.join(self.words)

    @property
    def note(self) -> str:
        """What has to be done before; '' for nothing."""
        names = ", ".join(one.name for one in self.secrets)
        return f"Set {names} in the shell first: secrets do not belong in a line." if names else ""


def docker_line(spec: RunSpec, image: str, *, program: str = "docker") -> DockerLine:
    """`docker run -d --rm -p 8080:80 IMAGE ARGS`, the options in the order of docker's help."""
    given = {one.name: one for one in (*spec.env, *spec.lent)}
    secrets = tuple(one for one in given.values() if _is_secret(one, spec))
    hidden = {one.name for one in secrets}
    words = [program, "run", "-it" if spec.interactive else "-d"]
    words += ["--rm"] if spec.remove else []
    words += ["--read-only"] if spec.read_only_root else []
    for option, value in _valued(spec):
        words += [option, value]
    for one in given.values():
        words += ["-e", one.name if one.name in hidden else one.assigned]
    words.append(image)
    words += [*spec.entrypoint[1:], *spec.command]
    return DockerLine(tuple(words), secrets)


def interactive_line(
    spec: RunSpec, image: str, *, program: str, labels: Mapping[str, str]
) -> DockerLine:
    """What takes the terminal: never pulls, and can be found again by its labels."""
    line = docker_line(spec, image, program=program)
    pairs = [word for name, value in labels.items() for word in ("--label", f"{name}={value}")]
    return DockerLine((*line.words[:3], "--pull=never", *pairs, *line.words[3:]), line.secrets)


def masked_words(text: str) -> str:
    """Variables as they were typed, `A=b TOKEN=x`, without the values that look secret."""
    try:
        words = shlex.split(text)
    except ValueError:  # a quote is still open
        words = text.split()
    pairs = [(word, *word.partition("=")) for word in words]
    if not any(looks_secret(name, value) for _, name, _, value in pairs):
        return text
    return " ".join(
        f"{name}={MASK}" if looks_secret(name, value) else shlex.quote(word)
        for word, name, _, value in pairs
    )


def _is_secret(one: Variable, spec: RunSpec) -> bool:
    return one.value is not None and (one in spec.lent or looks_secret(one.name, one.value))


def _valued(spec: RunSpec) -> Iterator[tuple[str, str]]:
    memory = f"{spec.memory}" if spec.memory else ""
    single = (
        ("--name", spec.name),
        ("--platform", spec.platform),
        ("--network", spec.network),
        ("--user", spec.user),
        ("--workdir", spec.workdir),
        ("--memory", memory),
        ("--entrypoint", spec.entrypoint[0] if spec.entrypoint else ""),
    )
    yield from ((option, value) for option, value in single if value)
    yield from (("-p", str(port)) for port in spec.ports)
    yield from (("-v", str(volume)) for volume in spec.volumes)
    yield from (("--env-file", path) for path in spec.env_files)
