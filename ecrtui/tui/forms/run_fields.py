"""The fields of the form that runs an image, and the request they come to."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from ecrtui.errors import UsageError
from ecrtui.model.running import RunRequest
from ecrtui.render.docker_line import masked_words
from ecrtui.render.text import safe
from ecrtui.tui.forms.fields import Choice, FormField, Option, Switch, Words
from ecrtui.workflows.running.image import Ready

DETACHED, TERMINAL, SHELL = "detached", "terminal", "shell"
_WAYS = (
    Option("in the background", DETACHED, "its log follows"),
    Option("in this terminal", TERMINAL, "docker run -it"),
    Option("a shell in it", SHELL, "in this terminal"),
)
_ENDS = (
    Option("the usual", None, "it stays; what had the terminal goes"),
    Option("keep it", False, "its log and exit code stay"),
    Option("remove it", True, "and its log with it"),
)
DEFAULT = "the engine's default"
LISTS = ("env", "env_files", "ports", "volumes")
"""Fields of several words."""
SINGLE = ("name", "user", "workdir", "memory")


class Variables(Words):
    """Variables; once one is on another line, those that look secret are masked."""

    def __init__(self, name: str, label: str, *, example: str = "") -> None:
        super().__init__(name, label, example=example)
        self._masked = Static(classes="value", markup=False)

    def compose(self) -> ComposeResult:
        """Also what stands in place of the input."""
        label, line, remark = super().compose()
        yield from (label, line, self._masked, remark)

    def on_mount(self) -> None:
        """The input is there at first."""
        super().on_mount()
        self._masked.display = False

    def come(self) -> None:
        """What was typed is seen again."""
        super().come()
        self._line.display, self._masked.display = True, False

    def leave(self) -> None:
        """A shared screen shows no secret."""
        super().leave()
        shown = masked_words(self.value)
        hides = shown != self.value
        self._masked.update(Content(safe(shown)))
        self._line.display, self._masked.display = not hides, hides


def run_fields(lender: str) -> list[FormField]:
    """The way, the command, what is around it; `lender` is whose credentials can be lent."""
    return [
        Choice("way", "Run it", _WAYS),
        Words("command", "Command"),
        Words("entrypoint", "Entry point"),
        Variables("env", "Variables", example="LOG=debug TOKEN"),
        Words("env_files", "Env files", example="./local.env"),
        Words("ports", "Ports", example="8080:80 5353:53/udp"),
        Words("volumes", "Volumes", example="./data:/data:ro"),
        Choice("network", "Network", [Option("the engine's default", "")]),
        Words("name", "Name", example="the engine makes one up"),
        Words("user", "User", example="the image's own"),
        Words("workdir", "Folder", example="the image's own"),
        Words("memory", "Memory", example="512m"),
        Choice("platform", "Platform", [Option("the engine's own", "")]),
        Switch("read_only_root", "Root", "read-only"),
        Choice("remove", "At its end", _ENDS),
        Choice("aws", "Credentials", [Option("none", False), Option(f"lend {lender}'s", True)]),
    ]


def request_of(values: Mapping[str, Any], ready: Ready | None) -> RunRequest:
    """What stands in the fields; raises UsageError for a quote that is open."""
    lists: dict[str, Any] = {name: _split(values[name]) for name in LISTS}
    single: dict[str, Any] = {name: values[name] for name in SINGLE}
    command, entrypoint = _program(values, ready)
    return RunRequest(
        **lists,
        **single,
        command=command,
        entrypoint=entrypoint,
        network=values["network"] or "",
        platform=values["platform"] or "",
        remove=values["way"] != DETACHED if values["remove"] is None else values["remove"],
        read_only_root=values["read_only_root"],
        aws=values["aws"],
        interactive=values["way"] != DETACHED,
    )


def _program(
    values: Mapping[str, Any], ready: Ready | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Command and entry point as the engine is told: nothing where they are the image's own."""
    if values["way"] == SHELL:
        shell = ready.shell if ready is not None else None
        if shell == "":
            raise UsageError("", title="No shell", hint="The image has no shell.")
        return (), (shell or "/bin/sh",)
    command, entrypoint = _split(values["command"]), _split(values["entrypoint"])
    own = (ready.image.command, ready.image.entrypoint) if ready is not None else ((), ())
    if (command, entrypoint) == own:
        return (), ()
    # Who changes the entry point loses the image's command; without one it would come back.
    if entrypoint == own[1] and command:
        return command, ()
    return command, entrypoint


def _split(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:
        raise UsageError(text[:20], title="A quote is open", hint="Close the quote.") from None
