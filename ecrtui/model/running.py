"""Running an image: what is asked for, what the engine is told, and the containers there are."""

from __future__ import annotations

import msgspec

from ecrtui.model.hidden import Hidden

LABEL = "ecrtui"
"""The label that every container started here carries; its value is the version that started it."""
IMAGE_LABEL = "ecrtui.image"
"""What a person called the image; the engine itself knows it by id."""
START_LABEL = "ecrtui.start"
"""A label whose value is one start's own: what is left of one that failed is found by it."""


class RunRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a person typed, field by field, as `docker run` takes it; what is empty is the image's.

    `-e K` and `env_files` are read where ecrtui runs, not where the engine does.
    """

    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    """A program, and arguments that come before the command's."""
    env: tuple[str, ...] = ()
    """`K=V`, or `K` for the value it has here."""
    env_files: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    """`[[ADDRESS:]PORT:]PORT[/udp]`; without the first port the engine chooses one."""
    volumes: tuple[str, ...] = ()
    """`./here:/there[:ro]`, `name:/there`."""
    network: str = ""
    name: str = ""
    user: str = ""
    workdir: str = ""
    memory: str = ""
    """`512m`."""
    platform: str = ""
    remove: bool = False
    """Whether the container goes when it has ended."""
    read_only_root: bool = False
    aws: bool = False
    """Whether it gets the credentials that one has here."""
    interactive: bool = False
    """Whether it takes the terminal."""

    def __repr__(self) -> str:
        return "RunRequest(...)"  # variables may hold secrets


class Variable(Hidden, frozen=True):
    """One variable of a container's environment."""

    name: str
    value: str | None
    """None takes it away, should the image have it."""

    def shown(self) -> dict[str, str]:
        """Its name."""
        return {"name": self.name}

    @property
    def assigned(self) -> str:
        """As the engine is told: `K=V`, or `K` alone."""
        return self.name if self.value is None else f"{self.name}={self.value}"


class Port(msgspec.Struct, frozen=True):
    """A port of the container, and where it is reached from outside."""

    inside: int
    protocol: str = "tcp"
    outside: int | None = None
    """None lets the engine choose one."""
    address: str = ""
    """Of the engine's machine; '' is all of them."""

    def __str__(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        parts = [host] if host else []
        if self.outside is not None or host:
            parts.append("" if self.outside is None else str(self.outside))
        udp = "" if self.protocol == "tcp" else f"/{self.protocol}"
        return ":".join([*parts, f"{self.inside}{udp}"])


class Volume(msgspec.Struct, frozen=True):
    """A folder of the engine's machine, or a volume by name, at a path in the container."""

    source: str
    """An absolute path, a volume's name, or '' for a volume without one."""
    target: str
    options: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.source, self.target, self.options) if part)


class RunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What is going to run, each part understood."""

    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    env: tuple[Variable, ...] = ()
    env_files: tuple[str, ...] = ()
    file_env: tuple[Variable, ...] = ()
    """What the files hold; `env` goes before it."""
    lent: tuple[Variable, ...] = ()
    """Credentials: never shown, never in a command line."""
    lent_until: float | None = None
    """When they end, in epoch seconds; None for those that do not."""
    ports: tuple[Port, ...] = ()
    volumes: tuple[Volume, ...] = ()
    network: str = ""
    name: str = ""
    user: str = ""
    workdir: str = ""
    memory: int = 0
    """Bytes; 0 for as much as there is."""
    platform: str = ""
    remove: bool = False
    read_only_root: bool = False
    interactive: bool = False

    @property
    def environment(self) -> tuple[Variable, ...]:
        """All variables, each once, the one that counts."""
        every = {one.name: one for one in (*self.file_env, *self.env, *self.lent)}
        return tuple(every.values())


class Runnable(msgspec.Struct, frozen=True, kw_only=True):
    """An image as an engine holds it, with what it says of how it is run."""

    id: str
    """The engine's own, `sha256:...`: what is run, so that no tag can move in between."""
    names: tuple[str, ...] = ()
    """`host/repo:tag`."""
    digests: tuple[str, ...] = ()
    """`host/repo@sha256:...`, of manifests and indexes it was pulled by."""
    platform: str = ""
    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    """`8080/tcp`."""
    volumes: tuple[str, ...] = ()
    user: str = ""
    workdir: str = ""


class Container(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A container as the engine tells of it. Times are epoch seconds, None where it has none."""

    id: str
    name: str = ""
    image: str = ""
    """What a person called its image."""
    state: str = ""
    """`created`, `running`, `paused`, `restarting`, `exited`, `dead` ..., in the engine's words."""
    exit_code: int | None = None
    """Of one that has ended."""
    out_of_memory: bool = False
    """Whether it was killed because its memory was used up."""
    error: str = ""
    """Why it could not start, in the engine's words."""
    ports: tuple[str, ...] = ()
    """`127.0.0.1:8080->80/tcp`."""
    created: float | None = None
    started: float | None = None
    finished: float | None = None
    terminal: bool = False
    """Whether it has a terminal: what it prints is one stream then."""
    remove: bool = False
    """Whether the engine removes it when it ends."""
    memory: int = 0
    """Bytes it may have at most; 0 for as many as there are."""

    @property
    def running(self) -> bool:
        """Whether anything in it runs."""
        return self.state in ("running", "paused", "restarting")


class Usage(msgspec.Struct, frozen=True, rename="camel"):
    """What a container uses at one moment."""

    cpu: float = 0.0
    """Share of one processor in percent: 150 is one and a half."""
    memory: int = 0
    """Bytes, without what the kernel may take back."""
    limit: int = 0
    processes: int = 0


class ContainerRow(msgspec.Struct, frozen=True):
    """One container, and what it uses as far as it was asked."""

    container: Container
    usage: Usage | None = None


class LogLine(msgspec.Struct, frozen=True, gc=False):
    """One line a container printed: foreign text, control characters and all."""

    text: str
    at: float | None = None
    """Epoch seconds at which the engine got it."""
    error: bool = False
    """Whether it came on stderr."""
    whole: bool = True
    """False when its end is still to come: the next one goes on with it, from its start."""
