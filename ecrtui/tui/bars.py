"""What the lines around every place say: where one is, who one is, which keys matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecrtui.config.commands import Command
from ecrtui.config.offered import footer_of, key_label
from ecrtui.render.moving import jobs_line
from ecrtui.tui.session import Session
from ecrtui.tui.widgets.spans import Span

_PALETTE = "palette"


def jobs(session: Session, room: int, key: str) -> list[Span]:
    """How far all jobs are together; nothing when there are none, and none has failed unseen."""
    active, failed = session.jobs.active, session.jobs.unseen
    spans: list[Span] = []
    if active:
        line = jobs_line([job.moment for job in active], room - 2)
        spans += [Span(f" {line}", "busy", _SHOW_JOBS)]
        if session.jobs.leave_at_end:
            spans += [Span("  leaving at the end", "warn")]
    if failed:
        count = "a job" if len(failed) == 1 else f"{len(failed)} jobs"
        spans += [Span(f" {count} failed  {key} shows it", "bad", _SHOW_JOBS)]
    return spans


_SHOW_JOBS = "screen.do('jobs')"


def keys(
    commands: Sequence[Command],
    refusal: Callable[[Command], str],
    columns: int,
    *,
    ascii_only: bool,
) -> tuple[list[Span], list[Span]]:
    """The footer: the keys that matter here from the left, the one for all of them at the right."""
    left: list[Span] = []
    right: list[Span] = []
    for command in footer_of(commands, columns):
        possible = not refusal(command)
        action = f"screen.do('{command.id}')"
        label = key_label(command.keys[0], ascii_only=ascii_only)
        side = right if command.id == _PALETTE else left
        side += [
            Span(f" {label}", "accent" if possible else "dim", action),
            Span(f" {command.name} ", "" if possible else "dim", action),
        ]
    return left, right
