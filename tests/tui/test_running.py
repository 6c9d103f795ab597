"""Running an image from where one stands, with a real engine: the form, the log, the containers."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from textual.widgets import Input

from ecrtui.config import commands as kinds
from ecrtui.config.commands import RUN_COMMANDS, Command
from ecrtui.model.plan import Outcome, Plan
from ecrtui.model.running import LogLine
from ecrtui.render.secrets import MASK
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.forms.fields import Words
from ecrtui.tui.forms.running import RunForm
from ecrtui.tui.logbook import MOST, MOST_TEXT, LogBook
from ecrtui.tui.screens.confirm import Confirm
from ecrtui.tui.screens.container import ContainerScreen
from ecrtui.workflows.watch import Watch
from tests import busybox, worlds
from tests.engines import Docker, docker
from tests.sandbox.registry_api import password
from tests.tui.explorer import Person, opened

__all__ = ["docker"]

IMAGE = f"docker-daemon:{busybox.NAME}"
PRINTS = "sh -c 'echo hello; echo oops >&2; exec sleep 1000'"
Scenario = Callable[[Person, Docker, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}


@pytest.fixture(autouse=True)
def _engine(sandbox: Sandbox, docker: Docker, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An engine with a busybox, in which no container is left."""
    busybox.into_docker(docker, "CMD echo hello")
    worlds.add_repository(sandbox.world, "team/app")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    yield
    left = docker.run("ps", "-aq").split()
    if left:
        docker.run("rm", "-f", *left)


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


@pytest.mark.parametrize(
    ("command", "key"),
    [(command, key) for command in RUN_COMMANDS for key in command.keys or ("",)],
    ids=lambda value: value.id if isinstance(value, Command) else value,
)
async def test_command(docker: Docker, command: Command, key: str) -> None:
    async with opened(IMAGE) as person:
        await person.at(kinds.IMAGE)
        await SCENARIOS[command.id](person, docker, key)


def test_no_scenario_is_left_over() -> None:
    assert set(SCENARIOS) == {command.id for command in RUN_COMMANDS}


# Ways there


async def form_of(person: Person) -> RunForm:
    """The form, once the engine has answered."""
    await person.press("x")
    await person.until(lambda: form(person)._ready or form(person)._problem, "the form")
    await person.rest()
    return form(person)


def form(person: Person) -> RunForm:
    """The form on top."""
    found = person.app.screen
    if not isinstance(found, RunForm):
        raise LookupError("no form is open")
    return found


async def fill(person: Person, **texts: str) -> None:
    """Type into fields, instead of what stands there."""
    for name, text in texts.items():
        found = form(person)
        found.go_to([one.called for one in found.fields].index(name))
        await person.rest()
        if isinstance(found.field(name), Words):
            await person.press(*["backspace"] * len(str(found.field(name).value)), *text)


async def log_of(person: Person, command: str = PRINTS, **texts: str) -> ContainerScreen:
    """The log of a container that was started with the form."""
    await form_of(person)
    await fill(person, command=command, **texts)
    await person.press("enter")
    await person.at(kinds.CONTAINER)
    screen = cast(ContainerScreen, person.place)
    await person.until(lambda: screen.container is not None, "its state")
    return screen


def states(docker: Docker) -> list[str]:
    """Of all containers there are."""
    return docker.run("ps", "-a", "--format", "{{.State}}").split()


# Commands


@scenario
async def run(person: Person, docker: Docker, key: str) -> None:
    await person.press(key)
    await person.until(lambda: form(person)._ready, "what the engine knows")
    await person.sees(f"docker run -d {busybox.NAME}")
    await person.press("enter")
    await person.at(kinds.CONTAINER)
    await person.sees("hello")
    await person.sees("exited 0")
    assert states(docker) == ["exited"]


@scenario
async def containers(person: Person, docker: Docker, key: str) -> None:
    await person.press(key)
    await person.at(kinds.CONTAINERS)
    assert "No container was started from here" in person.text
    await person.press("escape")
    await person.at(kinds.IMAGE)
    identity = (await log_of(person, name="web-1")).spot.text
    await person.press(key)
    await person.at(kinds.CONTAINERS)
    await person.until(lambda: person.rows == [identity], "its row")
    await person.sees("web-1")
    await person.sees("1 container running")
    await person.press("enter")
    await person.at(kinds.CONTAINER)
    await person.sees("hello")


@scenario
async def shell(person: Person, docker: Docker, key: str) -> None:
    await log_of(person)
    await person.press(key)  # a test has no terminal to hand over: tests/terminal has one
    await person.hears("cannot be handed over")


@scenario
async def stop(person: Person, docker: Docker, key: str) -> None:
    await log_of(person, "sh -c 'trap \"exit 3\" TERM; while true; do sleep 0.1; done'")
    await person.press(key)
    await person.hears("has ended")
    await person.sees("exited 3")
    await person.press(key)
    await person.hears("It has ended.")


@scenario
async def start_again(person: Person, docker: Docker, key: str) -> None:
    await log_of(person, "echo hello")
    await person.sees("exited 0")
    await person.press(key)
    await person.hears("runs again")
    await person.until(lambda: person.text.count("hello") == 2, "what it printed both times")


@scenario
async def remove(person: Person, docker: Docker, key: str) -> None:
    await log_of(person)
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, Confirm), "a question")
    await person.press("enter")  # the careful answer
    await person.at(kinds.CONTAINER)
    assert states(docker) == ["running"]
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, Confirm), "a question")
    await person.press("right", "enter")
    await person.hears("is removed")
    await person.at(kinds.IMAGE)
    assert states(docker) == []


@scenario
async def log_follow(person: Person, docker: Docker, key: str) -> None:
    screen = await log_of(
        person, "sh -c 'i=0; while true; do echo $i; i=$((i+1)); sleep 0.1; done'"
    )
    await person.until(lambda: len(screen.book.lines) > 3, "some lines")
    await person.press("k")
    assert not _following(screen)
    at = screen.log_view.cursor
    count = len(screen.book.lines)
    await person.until(lambda: len(screen.book.lines) > count + 3, "more lines")
    assert screen.log_view.cursor == at
    await person.press(key)
    await person.until(lambda: screen.log_view.cursor > at + 3, "the end")
    assert _following(screen)


def _following(screen: ContainerScreen) -> bool:
    return screen.log_view.following


COUNTS = "sh -c 'i=0; while [ $i -lt 60 ]; do echo line $i; i=$((i+1)); done; sleep 1000'"


async def found(person: Person, text: str = "line 1") -> ContainerScreen:
    """A log of 60 lines, searched: line 1, and line 10 to line 19."""
    screen = await log_of(person, COUNTS)
    await person.until(lambda: len(screen.book.lines) == 60, "all lines")
    await person.press("/", *text, "enter")
    await person.until(lambda: screen.lines.shown == 11, "its hits")
    return screen


def stood_on(screen: ContainerScreen) -> str:
    line = screen.lines.current
    return line.text.strip() if line is not None else ""


@scenario
async def log_next(person: Person, docker: Docker, key: str) -> None:
    screen = await found(person)
    assert "11 lines with line 1" in person.text
    await person.press(key)  # from the last one round the end
    assert (stood_on(screen), screen.lines.shown) == ("line 1", 60)
    await person.sees("1 of 11 lines with line 1")
    await person.press(key, key)
    assert stood_on(screen) == "line 11"
    await person.sees("3 of 11 lines with line 1")
    hits = {
        segment.text
        for y in range(screen.lines.size.height)
        for segment in screen.lines.render_line(y)
        if segment.style is not None and segment.style.reverse
    }
    assert hits == {"line 1"}
    await person.press("escape")
    assert not screen.filter_text
    assert stood_on(screen) == "line 11"
    await person.press(key)
    await person.hears("Nothing is searched for")


@scenario
async def log_before(person: Person, docker: Docker, key: str) -> None:
    screen = await found(person)
    await person.press(key)
    assert (stood_on(screen), screen.lines.shown) == ("line 18", 60)
    await person.press("g", "j", "j", key)
    assert stood_on(screen) == "line 1"
    await person.press(key)
    assert stood_on(screen) == "line 19"
    await person.sees("11 of 11")


@scenario
async def log_only(person: Person, docker: Docker, key: str) -> None:
    screen = await found(person)
    await person.press("k", "k", key)
    assert (stood_on(screen), screen.lines.shown) == ("line 17", 60)
    await person.press("j", key)
    assert (stood_on(screen), screen.lines.shown) == ("line 18", 11)


@scenario
async def log_times(person: Person, docker: Docker, key: str) -> None:
    await log_of(person)
    await person.sees("hello")
    line = next(line for line in person.lines if "hello" in line)
    await person.press(key)
    dated = next(line for line in person.lines if "hello" in line)
    assert dated != line
    assert dated.index("hello") - line.index("hello") == len("2026-11-26 01:12:24.479 ")
    await person.press(key)
    assert line in person.lines


@scenario
async def log_wrap(person: Person, docker: Docker, key: str) -> None:
    screen = await log_of(person, f"echo {'x' * 200}END")
    await person.sees("END")
    assert screen.lines.shown > 1
    await person.press(key)
    assert screen.lines.shown == 1
    await person.until(lambda: "END" not in person.text, "the line, cut")


@scenario
async def log_save(person: Person, docker: Docker, key: str) -> None:
    await log_of(person, "sh -c 'printf \"\\033[31mred\\033[0m \\033]0;t\\007\\n\"'")
    await person.sees("red ␛]0;t␇")
    await person.press(key)
    file = Path(person.session.services.locations.state) / "saved.log"
    file.parent.mkdir(parents=True, exist_ok=True)
    await person.until(lambda: len(person.app.screen.query(Input)), "a line to type in")
    await person.press(*["backspace"] * len(person.typed), *str(file), "enter")
    await person.hears("Saved")
    assert file.read_text() == "red ␛]0;t␇\n"


# The form


async def test_the_line_grows_and_secrets_are_not_in_it() -> None:
    async with opened(IMAGE, size=(100, 30)) as person:
        await person.at(kinds.IMAGE)
        await form_of(person)
        await fill(person, env="LOG=debug DB_PASSWORD=hunter2", memory="64m")
        await person.press("tab")
        await person.sees(f"DB_PASSWORD={MASK}")
        assert "hunter2" not in person.text
        told = " ".join(line.strip("│ ") for line in person.lines)
        assert "--memory 67108864 -e LOG=debug -e DB_PASSWORD" in told
        assert "Set DB_PASSWORD in the shell first" in told
        await person.press("ctrl+y")
        assert person.copied().endswith(f"-e LOG=debug -e DB_PASSWORD {busybox.NAME}")


async def test_a_mistake_stands_beside_its_field_and_nothing_is_lost(docker: Docker) -> None:
    async with opened(IMAGE) as person:
        await person.at(kinds.IMAGE)
        found = await form_of(person)
        await fill(person, ports="80:x", name="web-1")
        line = next(line for line in person.lines if "80:x" in line)
        assert "Not a port" in line
        await person.press("enter")
        assert found.fields[found._at].called == "ports"
        assert "Write 8080:80" in person.text
        assert states(docker) == []
        assert found.values["name"] == "web-1"
        await fill(person, command="sh -c 'open")
        assert "Close the quote" in person.text


async def test_what_does_not_start_keeps_all_that_was_typed(docker: Docker) -> None:
    async with opened(IMAGE) as person:
        await person.at(kinds.IMAGE)
        found = await form_of(person)
        await fill(person, command="/lacking", name="web-1")
        await person.press("enter")
        await person.sees("The container does not start")
        assert found.values["name"] == "web-1"
        assert states(docker) == []
        await fill(person, command="echo better")
        await person.press("enter")
        await person.at(kinds.CONTAINER)
        await person.sees("better")


async def test_enter_before_the_engine_has_answered() -> None:
    async with opened(IMAGE) as person:
        await person.at(kinds.IMAGE)
        await person.burst("x", "enter")
        await person.at(kinds.CONTAINER)
        await person.sees("hello")


async def test_an_image_that_is_not_here_is_pulled_first(
    sandbox: Sandbox, docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    docker.login(registry.host, password())
    docker.run("tag", busybox.NAME, f"{registry.host}/team/app:v1")
    docker.run("push", f"{registry.host}/team/app:v1")
    docker.run("rmi", f"{registry.host}/team/app:v1", busybox.NAME)
    async with opened("--profile", "main", "--region", worlds.REGION, "team/app") as person:
        await person.at(kinds.IMAGES, "team/app")
        await form_of(person)
        await person.sees("It is not here")
        await person.press("enter")
        await person.at(kinds.CONTAINER)
        await person.sees("hello")
    assert f"{registry.host}/team/app" in docker.run("images")


async def test_another_platform_than_the_engines_is_told_in_advance(
    sandbox: Sandbox, docker: Docker
) -> None:
    many = worlds.add_repository(sandbox.world, "team/many")
    names = ("linux/amd64", "linux/arm64")
    built = [
        worlds.add_image(many, content=name.encode(), platform=("linux", name[6:]))
        for name in names
    ]
    worlds.add_index(many, built, tags=["v1"])
    engines = docker.run("version", "--format", "{{.Server.Os}}/{{.Server.Arch}}").strip()
    other = next(name for name in names if name != engines)
    async with opened("--profile", "main", "--region", worlds.REGION, "team/many") as person:
        await person.at(kinds.IMAGES, "team/many")
        found = await form_of(person)
        assert "emulator" not in person.text
        assert "--platform" not in person.text
        await fill(person, command="/srv/app", platform="")
        while found.values["platform"] != other:
            await person.press("right")
        await person.sees("needs an emulator")
        await person.sees(f"docker run -d --platform {other}")
        await person.sees(f"for {other}, the engine runs {engines}")
        assert found.values["command"] == "/srv/app"
        while found.values["platform"]:
            await person.press("left")
        await person.until(lambda: "emulator" not in person.text and found._ready, "its own")
        assert "--platform" not in person.text


async def test_an_index_without_the_engines_platform_offers_the_others(
    sandbox: Sandbox, docker: Docker
) -> None:
    foreign = worlds.add_repository(sandbox.world, "team/foreign")
    engines = docker.run("version", "--format", "{{.Server.Arch}}").strip()
    other = "arm64" if engines == "amd64" else "amd64"
    platforms = [("linux", other), ("linux", "s390x")]
    children = [worlds.add_image(foreign, platform=platform) for platform in platforms]
    worlds.add_index(foreign, children, tags=["v1"], platforms=platforms)
    async with opened("--profile", "main", "--region", worlds.REGION, "team/foreign") as person:
        await person.at(kinds.IMAGES, "team/foreign")
        await form_of(person)
        await person.sees("Platform")
        await fill(person, platform="")
        await person.press("right")
        await person.sees(f"docker run -d --platform linux/{other}")
        await person.sees("emulator")


async def test_without_an_engine_the_form_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(IMAGE) as person:
        await person.at(kinds.IMAGE)
        monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
        await form_of(person)
        await person.sees("There is no engine's socket")
        await person.press("enter", "escape")
        await person.at(kinds.IMAGE)


async def test_its_key_is_in_the_footer_where_there_is_room() -> None:
    six = "⏎ open  d diff  p pull  y copy  / filter"
    async with opened(IMAGE, size=(80, 24)) as person:
        await person.at(kinds.IMAGE)
        assert six in person.text
    async with opened(IMAGE, size=(120, 40)) as person:
        await person.at(kinds.IMAGE)
        assert six.replace("y copy", "x run  y copy") in person.text


# The log


async def test_codes_in_a_log_are_shown_and_stderr_is_marked() -> None:
    async with opened(IMAGE) as person:
        await person.at(kinds.IMAGE)
        told = 'printf "\\033[31mred\\033[0m\\n\\033[2Jx\\n[/b]\\ta\\n\\377\\n"; echo oops >&2'
        await log_of(person, f"sh -c '{told}'")
        for text in ("  red", "  ␛[2Jx", "  [/b]    a", "  \ufffd", "! oops"):
            await person.sees(text)


async def test_a_log_is_searched_as_it_grows() -> None:
    async with opened(IMAGE) as person:
        await person.at(kinds.IMAGE)
        counts = "i=0; while true; do echo line $i; i=$((i+1)); sleep 0.05; done"
        screen = await log_of(person, f"sh -c '{counts}'")
        await person.press("/", *"line 3", "enter")
        await person.until(lambda: screen.lines.shown > 3, "line 3, line 30, ...")
        assert all("line 3" in line.text for line in screen.lines.all)
        await person.press("escape")
        await person.until(lambda: screen.lines.shown == len(screen.book.lines), "all of it")


async def test_the_end_of_a_container_is_told_wherever_one_is(docker: Docker) -> None:
    over = threading.Event()

    def waits(watch: Watch) -> Outcome:
        over.wait()
        return Outcome(sentence="it is there")

    async with opened(IMAGE) as person:
        await person.at(kinds.IMAGE)
        slow = "sh -c 'trap \"sleep 1; exit 3\" TERM; echo up; while true; do sleep 0.1; done'"
        await log_of(person, slow, name="web-1")
        await person.sees("up")
        jobs = person.session.jobs
        for number in range(person.session.services.settings.jobs_at_once):
            pull = Plan(kind="pull", source="", target=f"app:{number}")
            jobs.start(pull, waits, lambda place: None)
        try:
            await person.press("E", "escape")  # it waits for no transfer
            await person.at(kinds.IMAGE)
            await person.hears("web-1 has ended")
        finally:
            over.set()
            await person.until(lambda: not jobs.active, "the end of all jobs")
        assert states(docker) == ["exited"]


async def test_leaving_a_log_ends_what_waits_for_it() -> None:
    async with opened(IMAGE) as person:
        await person.at(kinds.IMAGE)
        await log_of(person)
        await person.press("escape")
        await person.at(kinds.IMAGE)

        def waiting() -> list[threading.Thread]:
            return [one for one in threading.enumerate() if one.name == "background"]

        await person.until(lambda: not waiting(), "no thread that waits")


async def test_what_one_looks_at_stays_while_old_lines_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ecrtui.tui.logbook.MOST", 200)
    monkeypatch.setattr("ecrtui.tui.logbook._AT_ONCE", 50)
    async with opened(IMAGE) as person:
        await person.at(kinds.IMAGE)
        screen = await log_of(person, "echo first")
        await person.sees("first")
        long = "x" * 150
        screen._printed([[LogLine(f"{number} {long}") for number in range(150)]])
        await person.press("k", "k", "k")
        line = screen.lines.current
        assert line is not None
        screen._printed([[LogLine(f"{number} {long}", error=True) for number in range(150, 220)]])
        await person.rest()
        assert screen.book.dropped
        assert screen.lines.current == line
        assert screen.lines.shown == sum(screen._heights) == 2 * len(screen.book.lines)
        await person.press("f", "w")
        assert screen.lines.shown == len(screen.book.lines)


def test_of_a_long_log_the_last_lines_are_kept() -> None:
    book = LogBook()
    for start in range(0, MOST * 2, 10_000):
        book.take(LogLine(str(number)) for number in range(start, start + 10_000))
    assert len(book.lines) <= MOST
    assert book.lines[-1].text == str(MOST * 2 - 1)
    assert book.dropped + len(book.lines) == MOST * 2


def test_long_lines_do_not_fill_the_memory() -> None:
    book = LogBook()
    text = "x" * (64 << 10)
    for number in range(1_000):
        book.take([LogLine(f"{number} {text}")])
    assert sum(len(line.text) for line in book.lines) <= MOST_TEXT
    assert len(book.lines) > 100
    assert book.dropped + len(book.lines) == 1_000
    assert book.lines[-1].text.startswith("999 ")


def test_a_line_that_grows_is_kept_once() -> None:
    book = LogBook()
    assert book.take([LogLine("pa", whole=False)]) == ([], 0)
    assert book.take([LogLine("par", whole=False), LogLine("err", error=True)])[0]
    assert [line.text for line in book.growing.values()] == ["par"]
    assert book.take([LogLine("part")])[0] == [LogLine("part")]
    assert not book.growing
