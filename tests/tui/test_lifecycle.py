"""A policy written in the explorer: offered, judged, tried, put; and nothing lost on the way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.screens.foreseen import ForeseenScreen
from ecrtui.tui.screens.plan import PlanScreen
from ecrtui.tui.screens.policy_editor import PolicyEditor
from tests import worlds
from tests.lifecycles import rule, tagged, text_of
from tests.tui.explorer import Person, opened
from tests.tui.lifecycle_commands import APP, NEWEST, at_policy, editing, repository
from tests.tui.setting_commands import on_line
from tests.tui.test_commands import REGIONS, fill


@asynccontextmanager
async def person_at(
    sandbox: Sandbox, text: str | None = NEWEST, *more: str
) -> AsyncIterator[Person]:
    """Somebody at a repository's policy; something runs the oldest release."""
    fill(sandbox.world)
    oldest = repository(sandbox).images.by_tag("v3")
    assert oldest is not None
    uri = f"{worlds.ACCOUNT}.dkr.ecr.{worlds.REGION}.amazonaws.com/{APP}"
    worlds.add_service(sandbox.world, f"{uri}:v3", digest=oldest.digest, name="front")
    async with opened(*REGIONS, *more) as person:
        await person.at(kinds.REGISTRIES)
        await at_policy(person, sandbox, text)
        yield person


async def test_a_policy_is_written_with_what_is_offered(sandbox: Sandbox) -> None:
    async with person_at(sandbox, None) as person:
        editor = await editing(person)
        await person.press("down", "end", "left")  # between the brackets of rules
        assert [one.label for one in editor.possible.options] == ["{"]
        await person.press("tab", *"keep few")
        assert '"description": "keep few"' in editor.text
        await person.press("down", "end", "left", "left", "tab")
        assert '"tagStatus": ' in editor.text
        await person.press("shift+tab")
        await person.sees('▸ "untagged"')
        await person.press("tab")
        assert '"tagStatus": "untagged"' in editor.text
        await person.sees("countType is missing")
        await person.press(*', "countT', "tab", "tab", *", ", "tab")
        assert '"countType": "imageCountMoreThan", "storageClass": }' in editor.text


async def test_what_is_typed_in_a_burst_stays_in_its_order(sandbox: Sandbox) -> None:
    async with person_at(sandbox) as person:
        editor = await editing(person)
        await person.burst(*'{"a": 1}', "enter", "left", "x", "backspace", "ctrl+g")
        assert editor.text.startswith('{"a": 1}\n')


async def test_errors_are_said_where_they_are_and_nothing_wrong_is_put(sandbox: Sandbox) -> None:
    async with person_at(sandbox) as person:
        editor = await editing(person)
        row = next(at for at, line in enumerate(editor.text.split("\n")) if "tagStatus" in line)
        await person.press(*["down"] * row, "end", "left", "left", "x")
        await person.sees(f"line {row + 1}, column")
        await person.sees("not yet right")
        await person.press("ctrl+s")
        await person.hears("ECR would refuse it")
        assert person.app.screen is editor
        await person.press("ctrl+r")
        await person.hears("nothing to try yet")
        await person.press("ctrl+underscore")
        assert json.loads(editor.text) == json.loads(NEWEST)
        assert repository(sandbox).lifecycle_policy == NEWEST


async def test_escape_asks_where_something_was_typed(sandbox: Sandbox) -> None:
    async with person_at(sandbox) as person:
        editor = await editing(person)
        await person.press("escape")
        await person.at(kinds.LIFECYCLE, APP)
        editor = await editing(person)
        await person.press("x", "escape")
        assert person.app.screen is editor
        await person.sees("drops what was typed")
        await person.press("y")  # goes on
        assert editor.text.startswith("xy")
        await person.press("escape", "escape")
        await person.at(kinds.LIFECYCLE, APP)


async def test_a_policy_is_tried_before_it_is_put(sandbox: Sandbox) -> None:
    async with person_at(sandbox) as person:
        editor = await editing(person)
        await person.press("ctrl+r")
        await person.until(lambda: isinstance(person.app.screen, ForeseenScreen), "the preview")
        await person.sees("Known from ECR's preview.")
        await person.sees("In use: 1 image of them.")
        await person.press("escape")
        assert person.app.screen is editor


async def test_what_cannot_be_put_is_there_again(sandbox: Sandbox) -> None:
    async with person_at(sandbox) as person:
        sandbox.faults.add("deny", operation="DescribeImages")
        editor = await editing(person)
        await person.press("ctrl+t")
        await person.choose("untagged")
        typed = editor.text
        await person.press("ctrl+s")
        await person.until(
            lambda: isinstance(person.app.screen, PlanScreen) and person.app.screen.problem,
            "why it cannot be planned",
        )
        await person.press("escape")
        await person.until(lambda: isinstance(person.app.screen, PolicyEditor), "the editor")
        again = person.app.screen
        assert isinstance(again, PolicyEditor)
        assert again.text == typed
        assert again is not editor


async def test_somebody_elses_policy_is_shown_and_never_obeyed(sandbox: Sandbox) -> None:
    wild = text_of(rule(1, **tagged("v*")) | {"description": "\x1b[31m[red]\u202e\x07"})
    wild = wild.replace("\\u001b", "\x1b").replace("\\u202e", "\u202e")
    async with person_at(sandbox, wild) as person:
        assert "\x1b" not in person.text
        editor = await editing(person)
        assert editor.text.isprintable() or "\n" in editor.text
        assert "\\u001b" in editor.text
        assert "\u202e" not in person.text


@pytest.mark.parametrize("text", ["no json", "{}", json.dumps({"Statement": "x"}), "[" * 90])
async def test_what_is_no_policy_can_be_looked_at_and_mended(sandbox: Sandbox, text: str) -> None:
    async with person_at(sandbox, text) as person:
        await person.sees("line 1, column")
        editor = await editing(person)
        assert "".join(editor.text.split()) == "".join(text.split())
        await person.press("ctrl+f", "escape")
        await person.at(kinds.LIFECYCLE, APP)


async def test_read_only_looks_and_changes_nothing(sandbox: Sandbox) -> None:
    async with person_at(sandbox, NEWEST, "--read-only") as person:
        await person.sees("a simulation here")
        await person.press("p")
        await person.sees("read-only starts no preview")
        editor = await editing(person)
        await person.press("x", "ctrl+t", "tab")
        assert json.loads(editor.text) == json.loads(NEWEST)
        assert repository(sandbox).lifecycle_preview is None
        assert "delete-lifecycle" not in {one.id for one in person.place.commands}


async def test_a_line_leads_to_the_image(sandbox: Sandbox) -> None:
    async with person_at(sandbox) as person:
        lines = person.place.lines  # type: ignore[attr-defined]
        await person.until(lambda: any(line.leads for line in lines.all), "victims")
        number = next(at for at, line in enumerate(lines.all) if line.leads)
        digest = lines.all[number].copy
        await person.press("g", *["j"] * number, "enter")
        await person.at(kinds.IMAGE, APP, digest=digest)


async def test_the_settings_lead_to_the_policy(sandbox: Sandbox) -> None:
    async with person_at(sandbox) as person:
        await person.press("escape", "i")
        await person.at(kinds.SETTINGS, APP)
        await on_line(person, "Keeps the newest image tagged v*")
        await person.press("enter")
        await person.at(kinds.LIFECYCLE, APP)
