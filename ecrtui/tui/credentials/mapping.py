"""Which registries a credential is used for, said from the list of credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError
from ecrtui.model.credentials import WayIn
from ecrtui.model.places import Registry
from ecrtui.model.reference import account_and_region
from ecrtui.render.text import safe
from ecrtui.tui import background, navigation

if TYPE_CHECKING:
    from ecrtui.tui.commands.credentials import Credentialed


def ask_pattern(screen: Credentialed, way: WayIn) -> None:
    """Let the person type a pattern of registries' hosts; the likeliest one stands there."""
    from ecrtui.tui.widgets.prompt import Question
    from ecrtui.workflows.credentials import registry_map

    services = screen.session.services
    host, region = came_from(screen)

    def finished(text: str | None) -> None:
        pattern, _, typed = (text or "").strip().partition(" ")
        if not pattern:
            screen.close_line()
            return
        told = typed.strip() or (
            region if pattern == host and account_and_region(host) is None else ""
        )
        line = registry_map.Mapped(pattern, way.name, told)
        background.ask(
            screen,
            "map",
            lambda: registry_map.put(services, line),
            answer=lambda _: mapped(pattern),
            failed=lambda problem: screen.complain(problem.hint or problem.sentence),
        )

    def mapped(pattern: str) -> None:
        screen.close_line()
        screen.say(f"{pattern} goes with {way.name}", title="Mapped")
        screen.reload()

    text = next(filter(registry_map.is_pattern, (host, of_account(way))), "")
    screen.ask_line(Question(f"use {safe(way.name)} for", finished, text=text))


def unmap(screen: Credentialed, way: WayIn) -> None:
    """Take a line out of the map; which one is asked where there are several."""
    from ecrtui.tui.screens.picker import Choice, pick

    if len(way.registries) == 1:
        _drop(screen, way.registries[0])
        return
    choices = [Choice(pattern, "", pattern) for pattern in way.registries]
    pick(screen, "Take out of the map", choices, lambda choice: _drop(screen, choice.value))


def _drop(screen: Credentialed, pattern: str) -> None:
    from ecrtui.workflows.credentials import registry_map

    def dropped(_: None) -> None:
        screen.say(f"{pattern} is not in the map any more", title="Unmapped")
        screen.reload()

    def failed(problem: EcrtuiError) -> None:
        screen.say_problem(problem)
        screen.reload()

    services = screen.session.services
    background.ask(
        screen, "map", lambda: registry_map.drop(services, pattern), answer=dropped, failed=failed
    )


def came_from(screen: Credentialed) -> tuple[str, str]:
    """The host and the region of the registry one came from; '' where one came from none."""
    for place in reversed(navigation.places_of(screen.app)):
        registry = place.spot.registry
        if registry is not None:
            host = place.host_here() or _host(screen, registry)
            return host, registry.region
    return "", ""


def _host(screen: Credentialed, registry: Registry) -> str:
    """By the account, where anybody has told it; AWS's own name for it."""
    account = screen.session.account(registry)
    who = screen.session.identities.get(registry.profile)
    if not account or registry.is_public:
        return "public.ecr.aws" if registry.is_public else ""
    return f"{account}.dkr.ecr.{registry.region}{_suffix(who.partition if who else 'aws')}"


def of_account(way: WayIn) -> str:
    """All private registries of its account, where that is known."""
    partition = way.principal.split(":")[1] if way.principal.count(":") > 1 else "aws"
    return f"{way.account}.dkr.ecr.*{_suffix(partition)}" if way.account else ""


def _suffix(partition: str) -> str:
    return ".amazonaws.com.cn" if partition == "aws-cn" else ".amazonaws.com"
