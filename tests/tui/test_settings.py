"""Settings edited in the explorer: choices, texts, what is wrong with them, and what is kept."""

from __future__ import annotations

import json

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.screens.editor import EditorScreen, shown_whole
from ecrtui.tui.screens.picker import Picker
from ecrtui.workflows import journal
from tests import worlds
from tests.tui.explorer import Person, opened
from tests.tui.moving import agree, done
from tests.tui.setting_commands import on_line, registry

HERE = ("--region", worlds.REGION)
APP = "team/app"
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}],
}


async def to_settings(person: Person, name: str = "") -> None:
    """By the line that one types."""
    await person.at(kinds.REGISTRIES)
    await person.press("i")
    await person.at(kinds.SETTINGS, "")
    if name:
        await person.goto(f"settings {name}")
        await person.at(kinds.SETTINGS, name)


def editor(person: Person) -> EditorScreen:
    """The text that is open."""
    screen = person.app.screen
    assert isinstance(screen, EditorScreen)
    return screen


async def edit(person: Person, part: str) -> EditorScreen:
    """Open a part's text."""
    await on_line(person, part)
    await person.press("enter")
    await person.until(lambda: isinstance(person.app.screen, EditorScreen), "the editor")
    await person.until(lambda: editor(person).said.lines, "what is said of the text")
    return editor(person)


async def typed_anew(person: Person, text: str) -> None:
    """Another text in place of all."""
    await person.press("f7", "delete")
    person.app._paste(text)  # as a terminal hands it over
    await person.until(lambda: editor(person).text == text, "the text")


async def test_a_choice_is_made_from_a_list(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, APP)
    async with opened(*HERE, size=(100, 50)) as person:
        await to_settings(person)
        await on_line(person, "Sharing of layers")
        await person.press("enter")
        await person.until(lambda: isinstance(person.app.screen, Picker), "the choices")
        assert person.choices == ["enabled", "disabled"]
        await person.choose("enabled")
        await person.sees("PutAccountSetting")
        await agree(person, changes=True)
        await done(person)
        assert registry(sandbox).settings.account_settings["BLOB_MOUNTING"] == "ENABLED"
        await on_line(person, "enabled")


async def test_a_policy_is_written_read_in_words_and_taken_back(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    async with opened(*HERE, size=(110, 50)) as person:
        await to_settings(person, APP)
        screen = await edit(person, "Permissions policy")
        assert "an example" in person.text
        await typed_anew(person, json.dumps(_POLICY))
        await person.sees("Anyone, in any account, may do everything (PUBLIC)")
        assert not screen.said.wrong
        await person.press("ctrl+s")
        await person.sees("SetRepositoryPolicy")
        await person.sees("opens it to everybody in the world")
        await agree(person, changes=True)
        await done(person)
        assert json.loads(repository.policy or "") == _POLICY
        await on_line(person, "(PUBLIC)")
        (entry,) = journal.read(person.session.services).entries
        assert entry.change.setting == "policy"
        await person.press("H")
        await person.at(kinds.JOURNAL)
        await person.sees("policy of team/app")
        await person.press("enter")
        await person.at(kinds.SETTINGS, APP)
        await person.press("H")
        await person.at(kinds.JOURNAL)
        await person.press("u")
        await person.sees("DeleteRepositoryPolicy")
        await agree(person, changes=True)
        await done(person)
        assert repository.policy is None


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    repository.tags = {"team": "a"}
    async with opened(*HERE, size=(100, 40)) as person:
        await to_settings(person, APP)
        screen = await edit(person, "Resource tags")
        await typed_anew(person, '{"team": 1}')
        await person.sees("must be an object of texts")
        assert screen.said.wrong
        await person.press("ctrl+s")
        assert editor(person).text == '{"team": 1}'
        await person.press("escape")
        await person.sees("esc again drops what was typed")
        await person.press("end", "backspace", "backspace", *'"b"', "enter", *"}")
        await person.press("escape", "escape")
        await person.at(kinds.SETTINGS, APP)
        assert repository.tags == {"team": "a"}


async def test_a_plan_that_fails_leads_back_to_the_text(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    async with opened(*HERE, size=(100, 40)) as person:
        await to_settings(person, APP)
        await edit(person, "Resource tags")
        text = '{"aws:x": "1"}'
        await typed_anew(person, text)
        await person.until(lambda: not editor(person).said.wrong, "a text that may be sent")
        await person.press("ctrl+s")
        await agree(person, changes=True)
        await person.until(lambda: person.session.jobs.all[-1].ended, "the job's end")
        problem = person.session.jobs.all[-1].problem
        assert problem is not None
        assert "aws:" in problem.sentence
        assert repository.tags == {}
        await person.press("J", "t")
        await person.sees("TagResource")
        await person.press("escape")
        await person.until(lambda: isinstance(person.app.screen, EditorScreen), "the text again")
        assert editor(person).text == text


async def test_keys_act_in_the_order_they_are_typed(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, APP)
    async with opened(*HERE, size=(100, 40)) as person:
        await to_settings(person, APP)
        await edit(person, "Resource tags")
        await person.burst("f7", "delete", *'{"a":"b"}', "ctrl+s")
        await person.sees('+   "a": "b"')


async def test_read_only_shows_the_text_and_changes_nothing(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    repository.tags = {"team": "a"}
    async with opened(*HERE, "--read-only", size=(100, 40)) as person:
        await to_settings(person, APP)
        screen = await edit(person, "Resource tags")
        before = screen.text
        await person.press(*"x", "enter", "backspace", "ctrl+s")
        assert editor(person).text == before
        await person.sees("read-only")
        await person.press("escape")
        await person.at(kinds.SETTINGS, APP)
        await person.press("i")
        await person.at(kinds.SETTINGS, "")
        await on_line(person, "Sharing of layers")
        await person.press("enter")
        await person.choose("enabled")
        await person.sees("read-only")
        assert registry(sandbox).settings.account_settings["BLOB_MOUNTING"] == "DISABLED"


async def test_hostile_values_are_written_as_codes(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    for number, text in enumerate(worlds.HOSTILE):
        repository.tags[f"{number}"] = text
    async with opened(*HERE, size=(100, 40)) as person:
        await to_settings(person, APP)
        screen = await edit(person, "Resource tags")
        assert json.loads(screen.text) == repository.tags
        assert not screen.said.wrong
        assert "\x1b" not in screen.text
        assert "\u202e" not in screen.text


async def test_quotas_are_shown_and_images_counted_on_demand(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    for number in range(4):
        worlds.add_image(repository, tags={f"v{number}"}, content=bytes([number]))
    sandbox.world.quotas[worlds.ACCOUNT, worlds.REGION, "Images per repository"] = 5
    sandbox.faults.add("deny", operation="ListPullTimeUpdateExclusions")
    async with opened(*HERE, size=(110, 60)) as person:
        await to_settings(person)
        await on_line(person, "1 of 100,000")
        assert "5, not counted" in person.text
        await on_line(person, "counts images")
        await person.press("enter")
        await person.sees(f"NEAR: 4 of 5 (80%), of {APP}; AWS raises it on request")
        assert "Not allowed: ListPullTimeUpdateExclusions" in person.text


async def test_an_image_tells_whether_it_is_copied_and_signed(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    image = worlds.add_image(repository, tags={"v1"})
    there = {"region": worlds.OTHER_REGION, "registryId": worlds.OTHER_ACCOUNT}
    registry(sandbox).settings.replication = [{"destinations": [there]}]
    profile = f"arn:aws:signer:{worlds.REGION}:{worlds.ACCOUNT}:/signing-profiles/releases"
    registry(sandbox).settings.signing = {"rules": [{"signingProfileArn": profile}]}
    async with opened(*HERE, f"{APP}@{image.digest}", size=(110, 50)) as person:
        await person.at(kinds.IMAGE)
        await person.sees("releases not signed yet")
        assert any(
            "Copied to" in line and worlds.OTHER_REGION in line and "on its way" in line
            for line in person.lines
        )
        sandbox.faults.add("deny", operation="DescribeImageSigningStatus")
        await person.press("r")
        await person.sees("Signing       not known: Not allowed")


def test_codes_stand_for_what_cannot_be_seen() -> None:
    assert json.loads(shown_whole('"\u202ea\U000e0001é"')) == "\u202ea\U000e0001é"
    assert shown_whole("é\t宽\n") == "é\t宽\n"
