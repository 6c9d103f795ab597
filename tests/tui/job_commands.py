"""What each command about jobs does, by its key: for `test_commands`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from ecrtui.config import commands as kinds
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Registry
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.jobs import Job, JobState
from ecrtui.tui.screens.drawer import Drawer
from ecrtui.tui.screens.plan import PlanScreen, propose
from ecrtui.workflows import journal as changes
from ecrtui.workflows import tag
from ecrtui.workflows.locate import locate
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.tui.deeds import Deed
from tests.tui.explorer import Person

Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
APP = "team/app"


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


def deed_of(person: Person) -> Deed:
    """A deed of its own, which changes a tag."""
    home = Registry("main", worlds.REGION)
    change = Change(kind=ChangeKind.TAG_PUT, home=home, repository=APP, tag="v1")
    return Deed(person.session.services.locations.config.parent, changes=(change,))


async def begun(person: Person, deed: Deed) -> Job:
    """A job that waits for its first chunk."""
    propose(person.place, deed.plan, deed.run)
    await agreed(person)
    return person.session.jobs.all[-1]


async def agreed(person: Person) -> None:
    """Wait for a plan and agree."""
    known = len(person.session.jobs.all)
    await person.until(lambda: person.app.screen.plan, "a plan")  # type: ignore[attr-defined]
    await person.press("enter")
    await person.until(lambda: len(person.session.jobs.all) > known, "a job")


async def ended(person: Person, job: Job) -> JobState:
    """Wait until it has ended."""
    await person.until(lambda: job.ended, "its end")
    await person.rest()
    return job.state


@scenario
async def jobs(person: Person, sandbox: Sandbox, key: str) -> None:
    await person.press(key)
    await person.hears("There are no jobs")
    deed = deed_of(person)
    job = await begun(person, deed)
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, Drawer), "the drawer")
    assert "one.source → one.target" in person.text
    await person.press(key)
    assert person.app.screen is person.place
    deed.let_all()
    assert await ended(person, job) is JobState.DONE


@scenario
async def open_job(person: Person, sandbox: Sandbox, key: str) -> None:
    deed = deed_of(person)
    job = await begun(person, deed)
    await person.press("J", key)
    await person.at(kinds.JOB)
    await person.press("J", key)  # where one is already
    await person.press("escape")
    await person.at(kinds.REGISTRIES)
    deed.let_all()
    assert await ended(person, job) is JobState.DONE


@scenario
async def stop_job(person: Person, sandbox: Sandbox, key: str) -> None:
    job = await begun(person, deed_of(person))
    await person.press("J", key)
    assert await ended(person, job) is JobState.STOPPED
    await person.press(key)
    await person.hears("It has ended.")
    await person.press("J")
    other = await begun(person, deed_of(person))
    await person.press("J", "enter")
    await person.at(kinds.JOB)
    await person.press(key)
    assert await ended(person, other) is JobState.STOPPED


@scenario
async def retry_job(person: Person, sandbox: Sandbox, key: str) -> None:
    deed = deed_of(person)
    job = await begun(person, deed)
    await person.press("J", key)
    await person.hears("It has not ended yet.")
    await person.press("x")
    assert await ended(person, job) is JobState.STOPPED
    await person.press(key)
    await agreed(person)
    deed.let_all()
    assert await ended(person, person.session.jobs.all[-1]) is JobState.DONE
    await person.press("J", "enter")
    await person.at(kinds.JOB)
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, PlanScreen), "the plan")


@scenario
async def job_place(person: Person, sandbox: Sandbox, key: str) -> None:
    deed = deed_of(person)
    job = await begun(person, deed)
    deed.let_all()
    assert await ended(person, job) is JobState.DONE
    await person.press("J", key)
    await person.at(kinds.IMAGES, APP)
    await person.press("J", "enter")
    await person.at(kinds.JOB)
    await person.press(key)
    await person.at(kinds.IMAGES, APP)


@scenario
async def clear_jobs(person: Person, sandbox: Sandbox, key: str) -> None:
    deed = deed_of(person)
    job = await begun(person, deed)
    await person.press("J", key)
    await person.hears("None has ended yet.")
    deed.let_all()
    assert await ended(person, job) is JobState.DONE
    await person.press(key)
    assert not person.session.jobs.all


# The journal


def moved_tag(person: Person, sandbox: Sandbox) -> tuple[str, str]:
    """A tag that was moved from one image to another: their digests."""
    repository = worlds.add_repository(sandbox.world, "team/moved")
    one = worlds.add_image(repository, tags={"prod"}, content=b"one")
    two = worlds.add_image(repository, tags={"next"}, content=b"two")
    services = person.session.services
    request = tag.TagRequest(locate(services, "team/moved:next"), ("prod",))
    plan = tag.plan(services, request)
    changes.carry(services, plan, lambda watch: tag.run(services, plan, watch), Watch())
    assert two.tags == {"next", "prod"}
    return one.digest, two.digest


@scenario
async def journal(person: Person, sandbox: Sandbox, key: str) -> None:
    await person.press(key)
    await person.at(kinds.JOURNAL)
    assert "Nothing was changed from here yet" in person.text
    one, two = moved_tag(person, sandbox)
    await person.again()
    for text in ("team/moved:prod", one[7:15], two[7:15], "tag put"):
        assert text in person.text
    await person.press("enter")
    await person.at(kinds.IMAGE, "team/moved", digest=two)
    await person.press("escape")
    await person.at(kinds.JOURNAL)
    await person.filter("nothing")
    assert person.rows == []


@scenario
async def undo(person: Person, sandbox: Sandbox, key: str) -> None:
    one, two = moved_tag(person, sandbox)
    await person.goto("team/moved")
    await person.at(kinds.IMAGES, "team/moved")
    await person.press("H")
    await person.at(kinds.JOURNAL)
    await person.press(key)
    await person.until(lambda: person.app.screen.plan, "a plan")  # type: ignore[attr-defined]
    assert "Undo" in person.text
    await person.press("right", "enter")
    await person.until(lambda: person.session.jobs.all, "a job")
    job = person.session.jobs.all[-1]
    assert await ended(person, job) is JobState.DONE
    await person.until(lambda: len(person.rows) == 2, "the change in the journal")
    await person.press("escape")
    await person.at(kinds.IMAGES, "team/moved")
    await person.until(lambda: "prod" in person.line_of(one), "the list, read again")
    assert "prod" not in person.line_of(two)


@scenario
async def export_journal(person: Person, sandbox: Sandbox, key: str) -> None:
    await person.press("H")
    await person.at(kinds.JOURNAL)
    await person.press(key)
    await person.hears("There are no rows.")
    one, two = moved_tag(person, sandbox)
    await person.again()
    folder = person.session.services.locations.config.parent
    for choice, name in (("Markdown", "told.md"), ("JSON", "told.json")):
        await person.press(key)
        await person.choose(choice)
        await person.press(*["backspace"] * len(person.typed), *str(folder / name), "enter")
        await person.hears(name)
        assert one in (folder / name).read_text()
        assert two in (folder / name).read_text()
    (told,) = json.loads((folder / "told.json").read_text())
    assert (told["repository"], told["tag"], told["before"]) == ("team/moved", "prod", one)
