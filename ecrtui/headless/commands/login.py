"""`ecrtui login`: docker and podman signed in to ECR, by a helper or for some hours."""

from __future__ import annotations

import argparse
import shutil
import subprocess

from ecrtui.errors import LocalPartMissing, RemoteError, UsageError
from ecrtui.headless import asking, narration
from ecrtui.headless.carrying import print_outcome, print_plan
from ecrtui.headless.output import Output
from ecrtui.model.plan import Outcome
from ecrtui.render.plans import plan_lines
from ecrtui.workflows.credentials import installing as install_helper
from ecrtui.workflows.credentials import registry_logins
from ecrtui.workflows.services import Services

_PROGRAMS = ("docker", "podman", "skopeo")
_SECONDS = 60


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Install the helper or take it out, or log in with a token by the program's own command."""
    if options.install_helper and options.undo:
        raise UsageError("--install-helper and --undo", title="One of them at a time")
    if options.undo:
        return _carry(services, options, output, undo=True)
    if options.install_helper:
        return _carry(services, options, output, undo=False)
    host = options.registry or install_helper.host_of_home(services)
    if registry_logins.registry(services, registry_logins.host_of(host)) is None:
        raise UsageError(
            host,
            title="Not a registry of ECR",
            hint="For any other one: docker login. A local endpoint needs a line of the map: "
            "ecrtui credentials map HOST NAME --region REGION",
        )
    program = _program(options)
    if not options.dry_run:
        _log_in(program, host, registry_logins.get(services, host))
    said = "would sign in" if options.dry_run else "is signed in"
    output.lines([[f"{program} {said} to {host}, until its token ends in at most 12 hours"]])
    return 0


def _carry(services: Services, options: argparse.Namespace, output: Output, *, undo: bool) -> int:
    containers = options.containers
    path = install_helper.containers_file() if containers else install_helper.docker_file()
    if undo:
        change = install_helper.plan_undo(services, path)
    else:
        host = options.registry or install_helper.host_of_home(services)
        change = install_helper.plan(path, (host,))
    if options.dry_run:
        print_plan(change, output)
        return 0
    if options.yes or change.done_already:  # nobody sees the plan
        for warning in change.warnings:
            narration.say(warning)
    if change.done_already:
        return print_outcome(output, Outcome(sentence=change.done_already), change)
    asking.agree(options, f"change {path}", list(plan_lines(change)))
    return print_outcome(output, install_helper.run(services, change), change)


def _program(options: argparse.Namespace) -> str:
    wanted = _PROGRAMS[1:] if options.containers else _PROGRAMS
    for name in wanted:
        if shutil.which(name):
            return name
    raise LocalPartMissing(f"none of {', '.join(wanted)} is here", title="Nothing to sign in with")


def _log_in(program: str, host: str, login: registry_logins.RegistryLogin) -> None:
    """Run `docker login`, which gets the password on stdin and keeps it in its own way."""
    path = shutil.which(program) or program
    command = [path, "login", "--username", login.user, "--password-stdin", host]
    try:
        done = subprocess.run(  # noqa: S603 - the person's own docker
            command, input=login.password.encode(), capture_output=True, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise RemoteError(f"{program} login took more than {_SECONDS} s") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RemoteError(said[-1] if said else "", title=f"{program} login failed")
