"""`ecrtui run IMAGE`: in the foreground with its logs, detached, or with this terminal."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import msgspec

from ecrtui.errors import GivenUp, UsageError
from ecrtui.headless import narration
from ecrtui.headless.carrying import carry_out, plan_document
from ecrtui.headless.interrupts import interruptible
from ecrtui.headless.output import Output
from ecrtui.headless.progress_bar import ProgressBar
from ecrtui.model.running import Container, LogLine, RunRequest
from ecrtui.render.ages import iso
from ecrtui.render.docker_line import DockerLine, docker_line, interactive_line
from ecrtui.render.plans import plan_lines
from ecrtui.render.text import safe
from ecrtui.workflows.locate import locate
from ecrtui.workflows.running import containers
from ecrtui.workflows.running import run as running
from ecrtui.workflows.running.containers import Looking
from ecrtui.workflows.running.image import pulled
from ecrtui.workflows.running.run import RunOutcome, RunPlan
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Plan it, and run it in the way that was asked for; in the foreground its own exit code."""
    request = request_of(options)
    plan = running.plan(services, locate(services, options.image), request)
    line = docker_line(plan.spec, plan.ready.name)
    if options.dry_run:
        _print_plan(plan, line, output)
        return 0
    for warning in plan.warnings:
        narration.say(warning)
    if request.interactive:
        return _with_terminal(services, plan)
    if options.detach:
        if not output.is_json:
            return _detached(services, plan, output)
        return carry_out(services, options, output, plan, lambda w: running.run(services, plan, w))
    return _foreground(services, plan, output)


def request_of(options: argparse.Namespace) -> RunRequest:
    """What the options ask for; raises UsageError for those that contradict each other."""
    interactive = options.interactive or options.tty
    if interactive and options.detach:
        raise UsageError("-d with -it", hint="Detached it has no terminal: leave one of them out.")
    return RunRequest(
        command=tuple(options.arguments),
        entrypoint=(options.entrypoint,) if options.entrypoint else (),
        env=tuple(options.env),
        env_files=tuple(options.env_file),
        ports=tuple(options.publish),
        volumes=tuple(options.volume),
        network=options.network,
        name=options.name,
        user=options.user,
        workdir=options.workdir,
        memory=options.memory,
        platform=options.platform,
        remove=options.rm,
        read_only_root=options.read_only_root,
        aws=options.aws_credentials,
        interactive=interactive,
    )


def _print_plan(plan: RunPlan, line: DockerLine, output: Output) -> None:
    plan = msgspec.structs.replace(plan, target=plan.spec.name)
    if output.is_json:
        output.document({**plan_document(plan), "dockerLine": line.text, "dockerNote": line.note})
        return
    output.lines([one] for one in plan_lines(plan))
    output.lines(
        [["command     " + line.text], *([["            " + line.note]] * bool(line.note))]
    )


def _with_terminal(services: Services, plan: RunPlan) -> int:
    from ecrtui.workflows.running.hand_over import hand_over

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("-it", title="There is no terminal to give it", hint="Leave -it out.")
    client = containers.client()
    watch = Watch()
    with interruptible(watch), ProgressBar(watch):
        plan = msgspec.structs.replace(plan, ready=pulled(services, plan.ready, watch))
    labels = containers.labels_of(plan.source)
    image, program = plan.ready.sure_name, client.program
    line = interactive_line(plan.spec, image, program=program, labels=labels)
    secrets = {one.name: one.value or "" for one in line.secrets}
    words = [program, *client.options, *line.words[1:]]
    code = hand_over(
        words,
        {**client.environment, **secrets},
        lost=lambda: containers.remove_left(labels, running=plan.spec.remove),
    )
    if code:
        containers.remove_left(labels)
    return code


def _detached(services: Services, plan: RunPlan, output: Output) -> int:
    """As docker does: the container's id is all that stdout gets."""
    watch = Watch()
    with interruptible(watch), ProgressBar(watch):
        outcome = running.run(services, plan, watch)
    narration.say(outcome.sentence)
    output.lines([[outcome.container]])
    return 0


def _foreground(services: Services, plan: RunPlan, output: Output) -> int:
    """What it prints, to its end; Ctrl+C stops it, and what it says then is printed too."""
    watch = Watch()
    kept = msgspec.structs.replace(plan, spec=msgspec.structs.replace(plan.spec, remove=False))
    with interruptible(watch):
        with ProgressBar(watch):
            outcome = running.run(services, kept, watch)
        narration.say(outcome.sentence)
        try:
            with watch.on_stop(lambda: containers.stop(outcome.container)):
                ended = _followed(outcome.container, output)
        except GivenUp:  # it was stopped before anybody followed it
            containers.stop(outcome.container)
            ended = containers.get(outcome.container)
        finally:
            if plan.spec.remove:
                containers.remove(outcome.container)
    return _told(outcome, ended, output, stopped=watch.stopped, removed=plan.spec.remove)


def _followed(identity: str, output: Output) -> Container:
    looking = Looking(identity)
    for batch in looking.lines():
        for line in batch:
            if line.whole:
                _print_line(line, output)
    return [*looking.states()][-1]


def _print_line(line: LogLine, output: Output) -> None:
    """To the stream it came from; a terminal gets nothing to obey."""
    if output.format == "jsonl":
        stream = "stderr" if line.error else "stdout"
        output.document({"at": iso(line.at), "stream": stream, "text": line.text})
    elif line.error:
        text = safe(line.text) if sys.stderr.isatty() else line.text
        sys.stderr.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stderr.flush()
    elif output.format != "json":
        text = safe(line.text) if output.terminal else line.text
        output.raw(text.encode("utf-8", "replace") + b"\n")


def _told(
    outcome: RunOutcome, ended: Container, output: Output, *, stopped: bool, removed: bool
) -> int:
    problem = containers.problem_of(ended)
    if problem is not None:
        narration.tell(problem)
    if not removed:
        narration.say(f"{ended.name} is kept: docker rm {ended.name}, or run it with --rm")
    code = ended.exit_code or 0
    if output.is_json:
        told: dict[str, Any] = msgspec.to_builtins(outcome)
        output.document({"kind": "run", **told, "exitCode": code, "removed": removed})
    if stopped:
        raise GivenUp(ended.name, hint=f"It ended with exit code {code}.")
    return code
