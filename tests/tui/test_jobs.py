"""Jobs: they outlive screens, tell their end anywhere, and can be stopped and tried again."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from ecrtui.config import commands as kinds
from ecrtui.errors import RemoteError, Unreachable
from ecrtui.model.plan import Outcome, Plan
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.jobs import Job, JobState
from ecrtui.tui.screens.drawer import Drawer
from ecrtui.tui.screens.place import PlaceScreen
from ecrtui.tui.screens.plan import PlanScreen, propose
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.tui.deeds import CHUNK, Deed
from tests.tui.explorer import Person, opened

HERE = ("--region", worlds.REGION)
APP = "team/app"


@pytest.fixture(autouse=True)
def world(sandbox: Sandbox) -> None:
    """One repository with an image."""
    worlds.add_image(worlds.add_repository(sandbox.world, APP), tags={"v1"})


@pytest.fixture
def deed(tmp_path: Path) -> Deed:
    """One that moves a file of four chunks."""
    return Deed(tmp_path)


async def offer(person: Person, deed: Deed) -> PlanScreen:  # type: ignore[type-arg]
    """Propose it where one stands, and wait until it is shown."""
    propose(person.place, deed.plan, deed.run)
    return await shown(person)


async def shown(person: Person) -> PlanScreen:  # type: ignore[type-arg]
    """The plan on top, once it is there."""

    def there() -> bool:
        dialog = person.app.screen
        known = isinstance(dialog, PlanScreen) and (dialog.plan or dialog.problem)
        return bool(known)

    await person.until(there, "a plan")
    await person.rest()
    dialog = person.app.screen
    assert isinstance(dialog, PlanScreen)
    return dialog


async def begun(person: Person, deed: Deed) -> Job:
    """Propose it and agree: the job that it became."""
    await offer(person, deed)
    await person.press("enter")
    job = person.session.jobs.all[-1]
    await person.until(lambda: person.app.screen is person.place, "the place again")
    return job


async def state(person: Person, job: Job, wanted: JobState) -> None:
    """Wait until a job is in a state."""
    await person.until(lambda: job.state is wanted, f"a job that is {wanted.value}")
    await person.rest()


async def test_a_job_goes_on_wherever_one_goes(deed: Deed) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        job = await begun(person, deed)
        began_on = person.place
        deed.let(1)
        await person.sees("1 job")
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        deed.let(1)
        await person.sees("50%")
        await person.goto(f"{APP}:v1")  # instead of all the places before
        await person.at(kinds.IMAGE, APP)
        assert not began_on.is_attached
        assert "1 job" in person.text
        assert job.state is JobState.RUNNING
        deed.let(2)
        await state(person, job, JobState.DONE)
        await person.hears("one.target is there")
        assert deed.target.read_bytes() == deed.source.read_bytes()
        assert "1 job" not in person.text
        await person.press("r")
        await person.until(lambda: person.settled, "an end of reading again")


async def test_a_job_can_be_stopped_while_it_blocks(deed: Deed) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        job = await begun(person, deed)
        deed.let(1)
        await person.sees("25%")
        await person.press("J", "x")
        await state(person, job, JobState.STOPPED)
        assert not deed.target.exists()
        assert "stopped" in person.text
        await person.press("x")
        await person.hears("It has ended.")


async def test_a_failure_is_told_with_its_hint_and_tried_again(deed: Deed) -> None:
    deed.problem = Unreachable("[/x] \x1b[31mrefused", hint="Plug it in.")
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        job = await begun(person, deed)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        deed.let_all()
        await state(person, job, JobState.FAILED)
        await person.hears("Plug it in.")
        assert "\x1b" not in person.text
        assert "a job failed" in person.lines[-2]
        await person.press("J")
        await person.sees("[/x]")
        deed.problem = None
        await person.press("t")
        dialog = await shown(person)
        assert dialog.plan is not None
        assert ("try", "2") in dialog.plan.facts
        await person.press("enter")
        deed.let_all()
        await state(person, person.session.jobs.all[-1], JobState.DONE)
        assert "a job failed" not in person.text


async def test_so_many_at_once_and_the_others_in_order(home: Path, tmp_path: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text("jobs_at_once = 2\n")
    deeds = [Deed(tmp_path, name=f"number-{number}") for number in range(4)]
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        jobs = [await begun(person, deed) for deed in deeds]
        states = [job.state.value for job in jobs]
        assert states == ["running", "running", "waiting", "waiting"]
        await person.press("J")
        await person.sees("waits until another job has ended")
        await person.press("J")
        person.session.jobs.stop(jobs[2])
        assert jobs[2].state is JobState.STOPPED
        deeds[1].let_all()
        await state(person, jobs[1], JobState.DONE)
        assert jobs[3].state is JobState.RUNNING
        for deed in (deeds[0], deeds[3]):
            deed.let_all()
        await state(person, jobs[3], JobState.DONE)
        await state(person, jobs[0], JobState.DONE)
        assert not deeds[2].ran


async def test_what_is_done_by_the_time_it_is_stopped_is_done(deed: Deed) -> None:
    may_end = threading.Event()

    def run(plan: Plan, watch: Watch) -> Outcome:
        assert may_end.wait(30)
        return Outcome(sentence="It was too late to stop it.")

    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        propose(person.place, deed.plan, run)
        await shown(person)
        await person.press("enter", "J", "x")
        (job,) = person.session.jobs.all
        assert job.state is JobState.STOPPING
        await person.sees("ends at its next step")
        may_end.set()
        await state(person, job, JobState.DONE)


async def test_a_job_is_a_place(deed: Deed) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        job = await begun(person, deed)
        deed.let(1)
        await person.press("J", "enter")
        await person.at(kinds.JOB)
        for text in ("Job 1 copy one.source", "Plan", "Parts", "one.source", "reading one.source"):
            await person.sees(text)
        await person.sees("1.0 of 4.0 kB")
        await person.press("escape")
        await person.at(kinds.REGISTRIES)
        await person.press("[")
        await person.at(kinds.JOB)
        deed.let(3)
        await state(person, job, JobState.DONE)
        await person.sees("done 0:0")
        await person.press("x")
        await person.hears("It has ended.")
        await person.press("y")
        assert "one.target is there" in person.copied()


async def test_the_drawer_keeps_its_job_while_others_begin(tmp_path: Path) -> None:
    one, other = Deed(tmp_path, name="one"), Deed(tmp_path, name="other")
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        first = await begun(person, one)
        await begun(person, other)
        await person.press("J", "j")
        drawer = person.app.screen
        assert isinstance(drawer, Drawer)
        assert drawer.job is first
        person.session.jobs.start(one.plan(), lambda watch: one.run(one.plan(), watch), print)
        await person.until(lambda: len(person.session.jobs.all) == 3, "three")
        await person.sees("3 at work")
        assert drawer.job is first
        await person.press("g")
        assert drawer.job is person.session.jobs.all[-1]
        for deed in (one, one, other):
            deed.let_all()
        await person.until(lambda: not person.session.jobs.active, "the end")
        await person.press("c")
        assert not person.session.jobs.all
        await person.sees("There are no jobs")


# Plans


async def test_a_plan_is_worked_out_and_can_be_stopped(deed: Deed) -> None:
    deed.may_plan.clear()
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        propose(person.place, deed.plan, deed.run)
        await person.sees("Working out the plan")
        await person.press("enter", "escape")
        assert person.app.screen is person.place
        watch = deed.planning
        assert watch is not None
        await person.until(lambda: watch.stopped, "an end of the plan")
        deed.may_plan.set()
        await person.until(lambda: not person.reading, "the end of its thread")
        assert person.app.screen is person.place
        assert not person.session.jobs.all


async def test_a_plan_that_takes_its_time_tells_how_far_it_is(deed: Deed) -> None:
    deed.may_plan.clear()
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        propose(person.place, deed.plan, deed.run)
        await person.sees("Working out the plan")
        await person.until(lambda: deed.planning, "its watch")
        watch = deed.planning
        assert watch is not None
        watch.expect("export", "[/x] exported")
        watch.at("export", 3_000_000)
        await person.sees("3.0 MB")
        await person.sees("[/x] exported")
        watch.finish("export")
        watch.expect("layer", "packed", 4_000_000)
        watch.at("layer", 1_000_000)
        await person.sees("1.0 of 4.0 MB")
        deed.may_plan.set()
        await shown(person)
        assert "4.0 MB" not in person.text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
async def test_a_plan_that_changes_a_registry(tmp_path: Path, size: tuple[int, int]) -> None:
    warnings = ("prod moves from " + "[/x] very long " * 40, "v1 goes\x1b[31m")
    deed = Deed(tmp_path, warnings=warnings, changes_registry=True)
    async with opened(*HERE, size=size) as person:
        await person.at(kinds.REGISTRIES)
        await offer(person, deed)
        assert "production" in person.text
        assert "Cancel" in person.text
        assert "\x1b" not in person.text
        for _ in range(100):
            if "v1 goes" in person.text:
                break
            await person.press("j")
        assert "v1 goes" in person.text
        await person.press("y")
        assert "prod moves from" in person.copied()
        await person.press("enter")
        assert not person.session.jobs.all
        await offer(person, deed)
        await person.press("right", "enter")
        assert len(person.session.jobs.all) == 1
        deed.let_all()
        await state(person, person.session.jobs.all[0], JobState.DONE)


async def test_a_plan_that_cannot_be_made_loses_nothing_that_was_typed(deed: Deed) -> None:
    deed.plan_problem = RemoteError("[/x] no", hint="Name another one.")
    opened_again: list[PlaceScreen] = []
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        propose(person.place, deed.plan, deed.run, opened_again.append)
        await shown(person)
        await person.sees("Name another one.")
        deed.plan_problem = None
        await person.press("r")
        dialog = await shown(person)
        await person.until(lambda: dialog.plan, "a plan this time")
        await person.press("escape")
        assert opened_again == [person.place]
        assert not person.session.jobs.all


async def test_nothing_is_asked_where_nothing_is_to_be_done(deed: Deed) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        plan = replace(deed.plan(), done_already="It is there already.", changes=True)
        propose(person.place, lambda _: plan, deed.run)
        await shown(person)
        assert "It is there already." in person.text
        assert "Cancel" not in person.text
        await person.press("enter")
        assert person.app.screen is person.place
        assert not person.session.jobs.all


async def test_read_only_refuses_what_changes_a_registry(tmp_path: Path) -> None:
    deed = Deed(tmp_path, changes_registry=True)
    async with opened(*HERE, "--read-only") as person:
        await person.at(kinds.REGISTRIES)
        await offer(person, deed)
        assert "read-only" in person.text
        await person.press("enter")
        assert not person.session.jobs.all


# Leaving


async def test_quitting_with_jobs_asks(deed: Deed) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        job = await begun(person, deed)
        await person.press("ctrl+q")
        assert "A job is at work" in person.text
        await person.press("ctrl+q", "enter")  # stays, and is not asked twice
        assert person.app.screen is person.place
        assert job.state is JobState.RUNNING
        await person.press("ctrl+q", "right", "right")
        person.app.post_message(person.key("enter"))
        await person.left()
    assert not person.session.jobs.wait()
    assert job.watch.stopped
    assert not deed.target.exists()


async def test_quitting_when_they_have_ended(deed: Deed) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        await begun(person, deed)
        await person.press("ctrl+q", "right", "enter")
        await person.sees("leaving at the end")
        deed.let_all()
        await person.left()
    assert deed.target.read_bytes() == deed.source.read_bytes()


async def test_a_failure_is_stayed_for(deed: Deed) -> None:
    deed.problem = RemoteError("no")
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        job = await begun(person, deed)
        await person.press("ctrl+q", "right", "enter")
        deed.let_all()
        await state(person, job, JobState.FAILED)
        await person.sees("a job failed")
        assert person.app.is_running
        assert deed.chunks * CHUNK
