"""Threads that wait for a person: dialogs they share, keys that are not for them, and ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from ecrtui.config import commands as kinds
from ecrtui.errors import GivenUp
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui import asking as asking_module
from ecrtui.tui.screens.confirm import Confirm
from ecrtui.workflows import callers
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.tui.explorer import Person, opened

HERE = ("--region", worlds.REGION)


@pytest.fixture(autouse=True)
def repositories(sandbox: Sandbox) -> None:
    """Some rows to stand on."""
    for name in ("team/app", "team/base", "team/tool"):
        worlds.add_repository(sandbox.world, name)


class Asking:
    """A thread that asks, and what came of it."""

    def __init__(self, person: Person, key: str, watch: Watch | None = None) -> None:
        self.answers: list[Any] = []
        asker = person.session.asker

        def ask() -> None:
            try:
                self.answers.append(asker.ask(key, lambda: Confirm(f"Is it {key}?", [], "Yes")))
            except GivenUp as stopped:
                self.answers.append(stopped)

        caller = callers.Caller(may_ask=True, watch=watch)
        self.thread = threading.Thread(target=lambda: callers.on_behalf(caller, ask), daemon=True)
        self.thread.start()


async def at_repositories(person: Person) -> None:
    await person.at(kinds.REGISTRIES)
    await person.press("enter")
    await person.at(kinds.REPOSITORIES)


async def listening(person: Person, title: str) -> None:
    await person.sees(title)
    await person.until(lambda: person.session.asker.listening, "a question that listens")


async def answered(person: Person, *askings: Asking) -> None:
    def all_have() -> bool:
        return all(one.answers for one in askings)

    await person.until(all_have, "answers")


async def test_one_answer_is_for_all_who_ask_the_same() -> None:
    async with opened(*HERE) as person:
        await at_repositories(person)
        both = [Asking(person, "one"), Asking(person, "one")]
        await listening(person, "Is it one?")
        await person.press("right", "enter")
        await answered(person, *both)
        assert [one.answers for one in both] == [[True], [True]]
        assert person.app.screen is person.place


async def test_different_questions_come_one_after_the_other() -> None:
    async with opened(*HERE) as person:
        await at_repositories(person)
        one = Asking(person, "one")
        await listening(person, "Is it one?")
        other = Asking(person, "two")
        await person.rest()
        assert "Is it two?" not in person.text
        await person.press("right", "enter")
        await answered(person, one)
        await listening(person, "Is it two?")
        await person.press("escape")
        await answered(person, other)
        assert (one.answers, other.answers) == ([True], [False])


async def test_keys_for_what_lies_below_answer_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking_module, "MOMENT", 3600.0)  # as long as somebody types
    async with opened(*HERE) as person:
        await at_repositories(person)
        asking = Asking(person, "one")
        await person.sees("Is it one?")
        await person.burst("right", "enter", "escape")
        assert not asking.answers
        monkeypatch.setattr(asking_module, "MOMENT", 0.01)
        await person.press("enter")  # the last of them
        await listening(person, "Is it one?")
        await person.press("escape")
        await answered(person, asking)
        assert asking.answers == [False]


@pytest.mark.parametrize("below", ["slash", "ctrl+p", "J", "colon"])
async def test_it_comes_over_whatever_is_there(below: str) -> None:
    async with opened(*HERE) as person:
        await at_repositories(person)
        await person.press(below)
        before = person.app.screen
        asking = Asking(person, "one")
        await listening(person, "Is it one?")
        await person.press("right", "enter")
        await answered(person, asking)
        assert person.app.screen is before


async def test_a_place_that_is_changed_below_takes_it_not_away() -> None:
    async with opened(*HERE) as person:
        await at_repositories(person)
        asking = Asking(person, "one")
        await listening(person, "Is it one?")
        person.app.pop_screen()  # as what goes somewhere in the background does
        await listening(person, "Is it one?")
        await person.press("right", "enter")
        await answered(person, asking)
        assert asking.answers == [True]


async def test_a_place_that_is_found_meanwhile_comes_afterwards(sandbox: Sandbox) -> None:
    repository = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get("team/app")
    worlds.add_image(repository, tags={"v1"})
    async with opened(*HERE, "team/app:v1") as person:
        asking = Asking(person, "one")
        await listening(person, "Is it one?")
        await person.until(lambda: not person.reading, "an end of looking for it")
        await person.press("right", "enter")
        await answered(person, asking)
        await person.at(kinds.IMAGE)
        assert len(person.app.screen_stack) == 1


async def test_a_deed_that_is_stopped_waits_no_longer() -> None:
    async with opened(*HERE) as person:
        await at_repositories(person)
        watch = Watch()
        asking = Asking(person, "one", watch)
        await listening(person, "Is it one?")
        watch.stop()
        await answered(person, asking)
        assert isinstance(asking.answers[0], GivenUp)
        await person.until(lambda: person.app.screen is person.place, "the place")


async def test_a_stopped_deed_takes_the_question_from_no_other() -> None:
    async with opened(*HERE) as person:
        await at_repositories(person)
        watch = Watch()
        stopped = Asking(person, "one", watch)
        await listening(person, "Is it one?")
        other = Asking(person, "one")
        watch.stop()
        await answered(person, stopped)
        await listening(person, "Is it one?")
        await person.press("right", "enter")
        await answered(person, other)
        assert other.answers == [True]


@pytest.mark.parametrize("leave", ["at once", "once it listens"])
async def test_leaving_answers_all(leave: str) -> None:
    async with opened(*HERE) as person:
        await at_repositories(person)
        askings = [Asking(person, "one"), Asking(person, "two")]
        await person.sees("Is it")
        if leave == "once it listens":
            await listening(person, "Is it")
        person.app.post_message(person.key("ctrl+q"))
        await person.left()
    for one in askings:
        one.thread.join()
        assert one.answers == [None]


async def test_nobody_waits_on_the_screens_own_thread() -> None:
    async with opened(*HERE) as person:
        await at_repositories(person)
        make: Callable[[], Confirm] = lambda: Confirm("Is it one?", [], "Yes")  # noqa: E731
        assert person.session.asker.ask("one", make) is None
