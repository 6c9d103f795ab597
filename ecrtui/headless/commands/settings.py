"""`ecrtui settings [WHAT]`: what is set of a registry, a repository, an image; and changing it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from ecrtui.errors import EcrtuiError, UnknownOperation, UsageError
from ecrtui.headless import narration
from ecrtui.headless.carrying import carry_out
from ecrtui.headless.documents import members
from ecrtui.headless.documents import problem as problem_document
from ecrtui.headless.output import TABLE, Column, Listing, Output
from ecrtui.model.quota import Quota
from ecrtui.model.repository import SettingsPart
from ecrtui.model.setting import text_of
from ecrtui.render.setting_words import quota_text
from ecrtui.render.settings import markdown, part_lines, sentences
from ecrtui.workflows.locate import Target, locate
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import change, reading

_WIDTH = 100
_VALID = {True: "works", False: "fails", None: "unknown"}
CACHES: Listing[Any] = Listing(
    (
        Column("PREFIX", lambda row, _: row.prefix, lambda row: row.prefix),
        Column("UPSTREAM", lambda row, _: row.upstream, lambda row: row.upstream),
        Column("STATE", lambda row, _: _VALID[row.valid], lambda row: _VALID[row.valid]),
        Column("WHY", lambda row, _: row.failure, lambda row: row.failure),
    ),
    members,
)
_PUBLIC = ("public", "public.ecr.aws")

QUOTAS: Listing[Quota] = Listing(
    (
        Column("QUOTA", lambda row, _: row.name, lambda row: row.name),
        Column("LIMIT", lambda row, _: f"{row.limit:,}", lambda row: str(row.limit), right=True),
        Column(
            "USED",
            lambda row, _: "?" if row.used is None else f"{row.used:,}",
            lambda row: "" if row.used is None else str(row.used),
            right=True,
        ),
        Column(
            "SHARE",
            lambda row, _: "" if row.share is None else f"{row.share:.1%}",
            lambda row: "" if row.share is None else f"{row.share:.4f}",
            right=True,
        ),
        Column("OF", lambda row, _: row.of[:40], lambda row: row.of),
        Column("KNOWN", lambda row, _: row.known.value, lambda row: row.known.value),
    ),
    lambda row: members(row) | {"share": row.share, "near": row.near},
)


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print all of them, or one as it is; or change some, one plan after the other."""
    if options.create:
        return _create(services, options, output)
    target = _target(services, options.what)
    if options.quotas or options.max_used is not None:
        return _quotas(services, target, options, output)
    if options.check_caches:
        return _check_caches(services, target, output)
    wanted = _changes(services, options)
    if not wanted:
        return (
            _get(services, target, options.get) if options.get else _show(services, target, output)
        )
    for make in wanted:
        request = make(target)
        plan = change.plan(services, request)
        code = carry_out(services, options, output, plan, partial(change.run, services, plan))
        if code:
            return code
    return 0


def _target(services: Services, what: str) -> Target:
    """The registry, a repository or an image."""
    if not what:
        return Target(services.home(), "")
    if what in _PUBLIC:
        return Target(services.public(services.profile), "")
    return locate(services, what)


def _quotas(services: Services, target: Target, options: argparse.Namespace, output: Output) -> int:
    from ecrtui.workflows.settings import quotas

    found = quotas.Quotas()
    for found in quotas.quotas(  # noqa: B007
        services, target.registry, target.repository, count_images=True
    ):
        pass
    for problem in found.problems:
        narration.tell(problem)
    output.pages(QUOTAS, [found.rows])
    for row in found.rows:
        if row.near:
            narration.say(f"near its limit: {row.name}, {quota_text(row)}")
    most = options.max_used
    over = [row for row in found.rows if most is not None and (row.share or 0) > most]
    for row in over:
        narration.say(f"the policy fails: {row.name}, {quota_text(row)}")
    return 1 if over else next((one.exit_code for one in found.problems), 0)


def _get(services: Services, target: Target, name: str) -> int:
    """One value as it is, for a file or a program."""
    setting = reading.find(target.registry, target.repository, name)
    value = reading.value(services, target.registry, setting, target.repository)
    sys.stdout.write(value + "\n" if isinstance(value, str) else text_of(value))
    return 0


def _show(services: Services, target: Target, output: Output) -> int:
    """Every setting, as it comes; those that may not be read are told, and give the exit code."""
    digest = _digest(services, target)
    parts = reading.parts(services, target.registry, target.repository, digest)
    code, found = 0, []
    for part in parts:
        found.append(part)
        if isinstance(part.problem, EcrtuiError):
            narration.tell(part.problem, part.title)
            if not isinstance(part.problem, UnknownOperation):
                code = code or part.problem.exit_code
        if not output.is_json:
            _print(part, output, _whose(services, target, part))
    if output.is_json:
        whose = next(
            (_whose(services, target, part) for part in found if part.name == "policy"), ""
        )
        output.document(_document(target, found, output, whose))
    return code


def _whose(services: Services, target: Target, part: SettingsPart) -> str:
    """The account that others are told from in a policy; asked only where there is one."""
    policy = part.name == "policy" and part.value is not None
    return change.account_of(services, target.registry) if policy else ""


def _digest(services: Services, target: Target) -> str:
    if not str(target.image_id):
        return ""
    from ecrtui.workflows.inspect import describe

    return describe(services, target).image_digest


def _print(part: SettingsPart, output: Output, account: str) -> None:
    if output.format == "markdown":
        output.lines([line] for line in markdown(part, output.times, account))
    elif output.format == TABLE:
        lines = part_lines(part, output.times, _WIDTH, account)
        output.lines([line.text.rstrip()] for line in lines)
    else:
        value = part.value
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        output.lines([[part.name, "" if value is None else text]])


def _document(
    target: Target, parts: Sequence[SettingsPart], output: Output, account: str
) -> dict[str, Any]:
    return {
        "profile": target.registry.profile or None,
        "region": target.registry.region,
        "kind": target.registry.kind.value,
        "repositoryName": target.repository or None,
        "settings": {
            part.name: {
                "title": part.title,
                "value": part.value,
                "words": sentences(part, output.times, account),
                "problem": problem_document(part.problem),
            }
            for part in parts
        },
    }


_Make = Callable[[Target], change.SettingRequest]


def _changes(services: Services, options: argparse.Namespace) -> list[_Make]:
    """What is to be changed, in the order it was typed."""
    made: list[_Make] = [partial(_setting, given) for given in options.set]
    made += [partial(_excluding, services)] if options.exclude_me else []
    return [*made, *(partial(_unsetting, name) for name in options.unset)]


def _excluding(services: Services, target: Target) -> change.SettingRequest:
    from ecrtui.workflows.settings.exclusions import SETTING, own_principal

    own = own_principal(services, target.registry)
    setting = reading.find(target.registry, "", SETTING)
    return change.SettingRequest(target.registry, "", setting, item=own)


def _create(services: Services, options: argparse.Namespace, output: Output) -> int:
    from ecrtui.workflows.settings import create

    if not options.what:
        raise UsageError("--create", title="What is the repository called?")
    target = locate(services, options.what)
    typed = {}
    for given in options.set:
        name, equals, text = given.partition("=")
        if not equals:
            raise UsageError(given, title="What is it to be set to?", hint=_HOW)
        typed[name] = _text(text)
    new = create.new_repository(target.registry, target.repository, typed)
    plan = create.plan(services, target.registry, new)
    return carry_out(services, options, output, plan, partial(create.run, services, plan))


def _check_caches(services: Services, target: Target, output: Output) -> int:
    from ecrtui.workflows.settings import caches

    found = list(caches.check(services, target.registry))
    if not output.pages(CACHES, [found]):
        narration.say("there are no cache rules")
    return 0 if all(one.valid for one in found) else 1


def _setting(given: str, target: Target) -> change.SettingRequest:
    name, equals, text = given.partition("=")
    if not equals:
        raise UsageError(given, title="What is it to be set to?", hint=_HOW)
    setting, item = _named(target, name)
    return change.SettingRequest(
        target.registry, target.repository, setting, _text(text), item=item
    )


def _unsetting(name: str, target: Target) -> change.SettingRequest:
    setting, item = _named(target, name)
    return change.SettingRequest(
        target.registry, target.repository, setting, item=item, remove=True
    )


def _named(target: Target, name: str) -> tuple[Any, str]:
    """The setting, and one thing of it where a dot follows: `tags.team`."""
    whole, _, item = name.partition(".")
    return reading.find(target.registry, target.repository, whole), item


_HOW = "Write NAME=VALUE, NAME=@FILE, or NAME=- to read it from stdin."
_MOST = 1_000_000


def _text(given: str) -> str:
    """The value itself, a file's text after `@`, stdin's for `-`."""
    if given == "-":
        return sys.stdin.read(_MOST)
    if not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        told = getattr(problem, "strerror", None) or "it is no text"
        raise UsageError(f"{given[1:]}: {told}", title="The file cannot be read") from None
