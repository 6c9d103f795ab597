"""What each command that deletes does, by its key: for `test_commands`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.screens.picker import Picker
from tests.tui.comparing import in_list, on
from tests.tui.explorer import Person
from tests.tui.moving import agree, done, fill, in_form, repository

Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
APP = "team/app"


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


@scenario
async def delete(person: Person, sandbox: Sandbox, key: str) -> None:
    app = repository(sandbox)
    image = app.images.by_tag("v2")
    assert image is not None
    app.images.tag(image.digest, "stable")
    await in_list(person, APP)
    await on(person, "v2")
    await person.press(key)  # it has two tags: one of them, or all of it
    await person.until(lambda: isinstance(person.app.screen, Picker), "a choice")
    await person.sees("only the tag stable")
    await person.press(*"only the tag stable", "enter")
    await agree(person, changes=True)
    await done(person)
    assert image.tags == {"v2"}

    await on(person, "v2")
    await person.press("space", key)
    await person.at(kinds.PRUNING, APP)
    await person.sees("1 of")
    await person.press(key)
    await agree(person, changes=True)
    await done(person)
    await person.at(kinds.IMAGES, APP)
    assert app.images.by_digest(image.digest) is None
    assert app.images.by_tag("v3") is not None


@scenario
async def delete_these(person: Person, sandbox: Sandbox, key: str) -> None:
    app = repository(sandbox)
    await in_list(person, APP)
    await on(person, "v2")
    await person.press("D")
    await person.at(kinds.PRUNING, APP)
    await person.sees("1 of")
    await person.press("space", key)  # at once: what was marked counts all the same
    await person.sees("0 of")
    await person.at(kinds.PRUNING, APP)
    await person.press("g", "space", key)
    await agree(person, changes=True)
    await done(person)
    assert app.images.by_tag("v2") is None


@scenario
async def prune(person: Person, sandbox: Sandbox, key: str) -> None:
    app = repository(sandbox)
    await in_list(person, APP)
    await person.press(key)
    await in_form(person, f"Prune {APP}")
    await person.press("space")
    await fill(person, "tags", "v*")
    await fill(person, "newest", "soon")
    await person.press("enter")
    await person.sees("write 10")
    await fill(person, "newest", "1")
    await person.press("enter")
    await person.at(kinds.PRUNING, APP)
    await person.sees("meant by the rules")
    keeping = [digest for digest in person.rows if person.line_of(digest).find("v3") > 0]
    await person.press("g", *["j"] * person.rows.index(keeping[0]), "space")
    await person.sees("left out")
    await person.press(key)  # other rules, which hold what was typed
    await in_form(person, f"Prune {APP}")
    assert person.app.screen.values["tags"] == "v*"  # type: ignore[attr-defined]
    await person.press("escape", "D")
    await agree(person, changes=True)
    await done(person)
    left = {tag for image in app.images for tag in image.tags}
    assert "v3" in left
    assert "v2" not in left
