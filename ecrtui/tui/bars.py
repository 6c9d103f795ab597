"""What the lines around every place say: where one is, who one is, which keys matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecrtui.config import commands as kinds
from ecrtui.config.commands import Command
from ecrtui.config.offered import footer_of, key_label
from ecrtui.model.places import Identity, Registry
from ecrtui.render.moving import jobs_line
from ecrtui.render.registries import region_name
from ecrtui.render.sizes import account
from ecrtui.render.text import safe, width
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span

_PALETTE = "palette"


def crumbs(session: Session, spot: Spot, room: int) -> list[Span]:
    """The way from the root to here, each step clickable; the last is where one stands.

    Where there is no room for all of it, what one can do without goes first.
    """
    for keep in (_ALL, _WITHOUT_ACCOUNT, _WITHOUT_REGISTRY):
        spans = _crumbs(session, spot, keep)
        if sum(width(safe(span.text)) for span in spans) <= room:
            break
    return spans


_ALL, _WITHOUT_ACCOUNT, _WITHOUT_REGISTRY = 2, 1, 0


def _crumbs(session: Session, spot: Spot, keep: int) -> list[Span]:
    steps = spot.lineage
    spans: list[Span] = []
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        style, action = ("title", "") if last else ("", f"screen.crumb({number})")
        if step.registry is not None and step.kind == kinds.REPOSITORIES:
            shown = _registry(session, step.registry, style, action, keep)
        else:
            short = keep < _ALL and number == 0 and not last
            shown = [Span(_SHORT if short else _name(step), style, action)]
        if shown and spans:
            spans.append(Span(" > " if session.ascii else " › ", "dim"))
        spans += shown
    return [Span(" "), *spans]


_SHORT = "~"
"""The root where there is little room: also the key that leads there."""


def _registry(
    session: Session, registry: Registry, style: str, action: str, keep: int
) -> list[Span]:
    said = session.services.settings.of(registry.profile)
    profile = said.label or registry.profile or "default"
    spans = [Span(profile, "warn" if said.production else style, action)]
    if said.production:
        spans.append(Span(" production", "warn", action))
    alias = session.alias(registry)
    called = [alias] if keep >= _WITHOUT_ACCOUNT else []
    rest = [*called, account(session.account(registry))] if keep == _ALL else called
    if keep != _WITHOUT_REGISTRY or style:
        rest.append(region_name(registry))
    spans += [Span(f" · {text}", style, action) for text in rest if text]
    return spans


def _name(spot: Spot) -> str:
    if spot.kind == kinds.CONTAINER:
        return spot.label
    if spot.kind == kinds.CREDENTIAL:
        return spot.label or "(environment)"
    if spot.kind == kinds.IMAGES:
        return spot.repository
    if spot.kind == kinds.IMAGE:
        return spot.name
    if spot.kind == kinds.COMPARE and spot.against is not None:
        return f"{_side(spot.against, spot)} → {_side(spot, spot)}"
    if spot.kind in _NAMED:
        return _NAMED[spot.kind]
    return f"{spot.kind} {spot.text}".strip()


_NAMED = {kinds.REGISTRIES: "registries", kinds.ENGINE: "this machine"}


def _side(side: Spot, spot: Spot) -> str:
    """One of two compared images, with as much of its place as is not the comparison's own."""
    name = side.name
    if side.outside is None and side.repository != spot.repository:
        name = f"{side.repository}:{name}"
    if side.registry is not None and side.registry != spot.registry:
        name = f"{side.registry.profile or 'default'} {region_name(side.registry)} {name}"
    return name


def badges(session: Session, spot: Spot) -> list[Span]:
    """What one may do and who one is."""
    profile = spot.registry.profile if spot.registry else session.services.profile
    who = session.identities.get(profile) if spot.outside is None else None
    spans = [Span(f"  {_person(who)}", "dim")] if who else []
    if session.read_only(profile):
        spans.append(Span("  ro", "good"))
    return [*spans, Span(" ")]


def _person(who: Identity) -> str:
    """The user's or the role's name: the part of the ARN that a person recognises."""
    resource = who.arn.rpartition(":")[2]
    parts = resource.split("/")
    return parts[1] if len(parts) > 1 else resource


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
