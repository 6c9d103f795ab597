"""What each command about jobs does, by its key: for `test_commands`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ecrtui.config import commands as kinds
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Registry
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.jobs import Job, JobState
from ecrtui.tui.screens.drawer import Drawer
from ecrtui.tui.screens.plan import PlanScreen, propose
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
