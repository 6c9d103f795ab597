"""Run an image: by the engine's own id of it, so that no tag can move in between.

ready = run_image.prepare(services, target)         what the form starts from
plan = run.plan(services, target, request)
outcome = run.run(services, plan, watch)       with the container's id
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import msgspec

from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.model.places import Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.model.run_options import env_file, spec_of
from ecrtui.model.running import RunRequest, RunSpec, Variable
from ecrtui.workflows.engines import line_to
from ecrtui.workflows.locate import Target
from ecrtui.workflows.running.image import Ready, prepare, pulled
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

replace = msgspec.structs.replace
_MOST_ENV_FILE = 1 << 20
_NO_NETWORK = ("host", "none")
"""Networks that publish nothing."""


class RunPlan(Plan, kw_only=True, frozen=True):
    """What is going to run."""

    ready: Ready
    spec: RunSpec


class RunOutcome(Outcome, kw_only=True, frozen=True, rename="camel"):
    """A container that runs now."""

    container: str
    """Its id."""
    name: str = ""


def plan(
    services: Services, target: Target, request: RunRequest, ready: Ready | None = None
) -> RunPlan:
    """What is going to run; raises UsageError for a field that is not understood, and `prepare`'s.

    With `ready` the image is not looked for again.
    """
    spec = understood(services, target, request)
    ready = ready or prepare(services, target, request.platform)
    warnings = list(_warnings(ready, spec))
    if spec.network in _NO_NETWORK:
        spec = replace(spec, ports=())
    return RunPlan(
        kind="run",
        source=ready.called,
        target=spec.name or ready.called,
        digest=ready.pull.digest if ready.pull else target.image_id.image_digest or ready.image.id,
        to_move=ready.pull.to_move if ready.pull is not None else 0,
        there=ready.pull.there if ready.pull is not None else 0,
        facts=tuple(_facts(ready, spec)),
        warnings=tuple(warnings),
        ready=ready,
        spec=spec,
    )


def understood(services: Services, target: Target, request: RunRequest) -> RunSpec:
    """The request as values, with what its files hold and the credentials that it lends.

    Raises UsageError, NoCredentials and what else asking for credentials raises.
    """
    spec = spec_of(request, os.environ)
    held = [one for path in request.env_files for one in _read_env_file(path)]
    lent, until = _lent(services, target) if request.aws else ((), None)
    return replace(spec, file_env=tuple(held), lent=lent, lent_until=until)


def credentials_end(services: Services, target: Target) -> float | None:
    """When the credentials that would be lent end, in epoch seconds; None for those that do not.

    Raises NoCredentials, SessionExpired.
    """
    return _lent(services, target)[1]


def _lent(services: Services, target: Target) -> tuple[tuple[Variable, ...], float | None]:
    """Of the image's own profile; of the one in use where it has none."""
    home = target.home
    profile = home.profile if isinstance(home, Registry) else services.profile
    keys = services.sessions.keys(profile)
    return keys.variables(services.region(profile)), keys.expires


def run(services: Services, plan: RunPlan, watch: Watch) -> RunOutcome:
    """Start it, detached; the container that then runs. One that does not start is removed.

    An image that is not here is pulled first, and stays.
    """
    from ecrtui.engine.containers import Containers

    watch.check()
    image = pulled(services, plan.ready, watch).image.id
    watch.say(f"starting {plan.source}")
    with line_to() as line, watch.on_stop(line.hang_up):
        engine = Containers(line)
        identity = engine.start(image, plan.source, plan.spec, remove=plan.spec.remove)
        ended = ""
        try:
            found = engine.get(identity)
            name = found.name
            if found.exit_code is not None and not found.running:
                ended = f", and has ended already with exit code {found.exit_code}"
        except EcrtuiError:  # gone as was wanted, or nobody answers any more: it was started
            name = plan.spec.name
    return RunOutcome(
        sentence=f"{plan.source} {'was started' if ended else 'runs'} as"
        f" {name or identity[:12]}{ended}",
        digest=plan.digest,
        container=identity,
        name=name,
    )


# What is told of it


def _facts(ready: Ready, spec: RunSpec) -> Iterator[tuple[str, str]]:
    yield "image", ready.name
    if ready.image.platform:
        yield "platform", spec.platform or ready.image.platform
    if spec.network:
        yield "network", spec.network
    if spec.lent_until is not None:
        until = datetime.fromtimestamp(spec.lent_until, timezone.utc)
        yield "lent until", f"{until:%Y-%m-%d %H:%M} UTC"
    if spec.ports and spec.network not in _NO_NETWORK:
        yield "ports", " ".join(map(str, spec.ports))


def _warnings(ready: Ready, spec: RunSpec) -> Iterator[str]:
    if ready.foreign:
        yield ready.foreign
    if spec.network in _NO_NETWORK and spec.ports:
        yield f"Network {spec.network} publishes no ports: they are left out"
    if ready.pull is not None:
        yield "The image is not here: it is pulled first"
    if spec.interactive and ready.shell == "" and not (spec.command or spec.entrypoint):
        yield "The image has no shell: what it runs by itself gets the terminal"
    if _unknown(spec.network, ready.networks):
        yield f"The engine has no network {spec.network}: {', '.join(ready.networks)}"
    for one in spec.env:
        if one.value is None:
            yield f"{one.name} is not set here: the container will not have it"
    for volume in spec.volumes:
        if volume.source.startswith("/") and ready.here and not Path(volume.source).exists():
            yield f"There is no {volume.source}: Docker would make an empty folder of root's"
    if spec.lent:
        yield "Who may ask the engine can read the credentials in it (docker inspect)"


def _unknown(network: str, networks: tuple[str, ...]) -> bool:
    ours = (*networks, *_NO_NETWORK, "default", "bridge", "")
    return network not in ours and not network.startswith("container:")


def _read_env_file(path: str) -> tuple[Variable, ...]:
    try:
        with Path(path).expanduser().open("rb") as file:
            body = file.read(_MOST_ENV_FILE + 1)
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        hint = "Name a file with a line NAME=value for each variable."
        raise UsageError(f"{path}: {reason}", title="No env-file", hint=hint) from None
    if len(body) > _MOST_ENV_FILE:
        raise UsageError(path, title="Too large for an env-file")
    try:
        return env_file(body.decode("utf-8"), os.environ)
    except UnicodeDecodeError:
        raise UsageError(path, title="An env-file is text in UTF-8") from None
    except UsageError as problem:
        told = f"{path}, {problem.detail}"
        raise UsageError(told, title=problem.title, hint=problem.hint) from None
