"""Draw the demo's screens as pictures, from the real program in a real terminal.

python -m scripts.screenshots [FOLDER]

It walks to what the demo's seed calls its showcase.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from pyte.screens import Char

from ecrtui.sandbox.seed import ALARM, BROKEN, SHOWCASE
from tests.engines import running
from tests.terminal.program import Terminal

FOLDER = Path(__file__).parents[1] / "screenshots"
SIZES = ((80, 24), (120, 40))
_FONTS = Path("/usr/share/fonts/truetype/dejavu")
_FONT_SIZE = 20
_MARGIN = 12
_PAPER, _INK = "#1a1b26", "#c0caf5"
"""Where the program leaves a colour to the terminal."""
_ANSI = {"brown": "#e0af68"}
"""pyte's names that no colour table knows."""

ENTER, ESCAPE, RIGHT, CTRL_P, CTRL_Q = "\r", "\x1b", "\x1b[C", "\x10", "\x11"


@dataclass(frozen=True)
class Step:
    """Keys, what the screen must show then, and the picture's name ('' takes none)."""

    keys: str
    shows: str
    picture: str = ""
    hides: str = "counted as pulls"
    """What must have gone again: a remark that covers the corner for some seconds."""
    engine: bool = False
    """Whether it is a step that only an engine makes possible."""


WALK = (
    Step("", "regions in use", "registries"),
    Step("C", "signed out"),
    Step("/static" + ENTER + "*t", "reads ECR", hides="testing"),
    Step("*" + ESCAPE, "signed out", "credentials", hides="testing"),
    Step("a", "Add a credential", "add-credential"),
    Step(ESCAPE, "signed out"),
    Step(ESCAPE, "regions in use"),
    Step(ENTER, "read 0s ago", "repositories"),
    Step("/created:<400d", " of ", "filter"),
    Step(ESCAPE + ESCAPE, "ENCRYPTION"),
    Step(f":{SHOWCASE}{ENTER}", "m reads", "unread"),
    Step("*m", "Cancel", "confirm"),
    Step(RIGHT + ENTER, "PUSHED", hides="m reads"),
    Step("*g" + RIGHT, "linux/amd64", "images"),
    Step("?", "Help:", "help"),
    Step(ESCAPE, "PUSHED"),
    Step("Y", "docker pull", "copy"),
    Step(ESCAPE, "PUSHED"),
    Step("i", "Tag mutability", "settings"),
    Step(ESCAPE, "PUSHED"),
    Step("c-mirror", "new: it will be made", "destination"),
    Step(ENTER, "to move", "plan"),
    Step(RIGHT + ENTER, "Done: copy"),
    Step("", "PUSHED", hides="Done:"),
    Step("J", "esc close", "jobs"),
    Step(ESCAPE, "PUSHED"),
    Step("p", "Docker Engine", "pull", engine=True),
    Step(ENTER, "Done: pull", engine=True),
    Step("", "LOCAL", "local", hides="Done:", engine=True),
    Step("x", "docker run", "run", hides="working", engine=True),
    Step(ENTER, "heartbeat 00000002", "logs", hides="Done:", engine=True),
    Step("E", "exited", hides=" stopped", engine=True),
    Step(ESCAPE, "PUSHED", hides="Logs of", engine=True),
    Step(ENTER, "Digest", "overview"),
    Step("2", "linux/arm64", "platforms"),
    Step("3", "Environment", "config"),
    Step("4jj", "efficiency", "layers"),
    Step("5", "of files", "files"),
    Step("6", "History", "history"),
    Step("7", "Referrers", "referrers"),
    Step("9", "schemaVersion", "json"),
    Step(CTRL_P, "bookmark", "palette"),
    Step(ESCAPE, "schemaVersion"),
    Step(f":{SHOWCASE}{ENTER}", "folded"),
    Step("gjjjd", "Look at", "compare", hides="reading"),
    Step("3", "FROM", "compare-layers", hides="reading"),
    Step("4", "DELTA", "compare-files", hides="reading"),
    Step(f"/dpkg/status{ENTER}", "1 path", hides="reading"),
    Step(ENTER, "@@", "compare-contents", hides="reading"),
    # An incident
    Step(f":{ALARM}{ENTER}", "●", "affected"),
    Step(f":{SHOWCASE}{ENTER}", "folded"),
    Step(ESCAPE, "MUTABILITY"),
    Step(f"/{SHOWCASE}{ENTER}w", "behind", "uses"),
    Step(ENTER, "Runs in", "overview-behind", hides="eading"),
    Step("w", "Looked at", "used-by"),
    Step("f", "C critical", "findings"),
    Step("d", "Findings  ", "compare-alarm", hides="reading"),
    Step("f", "+ new", "compare-findings"),
    Step(ESCAPE, "C critical"),
    Step("Z", "before:", "time", hides="reading"),
    Step("gjjjjjjjjU", "What is to run"),
    Step(ENTER, "runs now", "roll"),
    Step(RIGHT + ENTER, "Done: roll", "rolled"),
    Step("", "before:", hides="Done:"),
    Step(f":{BROKEN}{ENTER}", "Images of"),
    Step(ESCAPE, "MUTABILITY"),
    Step(f"/{BROKEN}{ENTER}w", "Uses of", hides="eading"),
    Step("gQ", "Pulling", "why", hides="eading"),
    # A clean-up
    Step(f":prune {SHOWCASE}{ENTER}", "show what goes", "prune-rules"),
    Step(ENTER, "use unknown", hides="eading"),
    Step("g ", "1 marked", "prune"),
    Step("D", "Cancel", "prune-plan"),
    Step(RIGHT + ENTER, "Done: prune", "pruned"),
    Step("H", "images deleted", "journal", hides="Done:"),
    Step("gu", "comes back", "undo"),
    Step(ESCAPE, "images deleted"),
    Step(f":{SHOWCASE}{ENTER}", "folded"),
    Step("E", "ifecycle policy", "lifecycle", hides="eading"),
    Step("e", "ctrl+s", "lifecycle-editor"),
    Step(ESCAPE + ESCAPE, "ifecycle policy"),
    Step(f":{SHOWCASE}{ENTER}", "folded"),
    Step("ii", "Settings of the registry", "registry-settings", hides="eading"),
    Step("~", "regions in use"),
    Step(f":{SHOWCASE}{ENTER}", "folded"),
    Step(ESCAPE, "MUTABILITY"),
    Step("M", "The largest savings", "cost", hides="eading"),
)


def main(folder: Path = FOLDER) -> None:
    """All pictures at all sizes; those of before are replaced, and those of no step removed."""
    folder.mkdir(exist_ok=True)
    names = {f"{step.picture}-{columns}x{rows}.png" for step in WALK for columns, rows in SIZES}
    for old in folder.glob("*.png"):
        if old.name not in names:
            old.unlink()
    with _engine() as host:
        for size in SIZES:
            _draw_all(folder, size, host)


@contextlib.contextmanager
def _engine() -> Iterator[str]:
    """An engine of this run's own; '' where none can be started: its pictures stay as they are."""
    if os.geteuid() == 0 and shutil.which("dockerd") and shutil.which("docker"):
        with running() as engine:
            yield f"unix://{engine.socket}"
    else:
        yield ""


def _draw_all(folder: Path, size: tuple[int, int], host: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environment["DOCKER_HOST"] = host or "unix:///nowhere/docker.sock"
    command = [sys.executable, "-m", "ecrtui", "--demo"]
    with Terminal(command, environment, size=size) as terminal:
        for step in WALK:
            if host or not step.engine:
                _walk(terminal, step, folder, f"{size[0]}x{size[1]}")
        terminal.type(CTRL_Q)
        terminal.ended()


def _walk(terminal: Terminal, step: Step, folder: Path, size: str) -> None:
    terminal.type(step.keys)
    terminal.wait(lambda lines: _is_ready(step, "\n".join(lines)), step.shows)
    terminal.settle()
    if step.picture:
        picture = draw(terminal)
        picture.quantize(64).save(folder / f"{step.picture}-{size}.png", optimize=True)


def _is_ready(step: Step, screen: str) -> bool:
    return step.shows in screen and step.hides not in screen


def draw(terminal: Terminal) -> Image.Image:
    """The screen as a picture, a cell a character."""
    fonts = {bold: _font("-Bold" if bold else "") for bold in (False, True)}
    across = round(fonts[False].getlength("m"))
    ascent, descent = fonts[False].getmetrics()
    height = ascent + descent
    columns, rows = terminal.screen.columns, terminal.screen.lines
    picture = Image.new(
        "RGB", (columns * across + 2 * _MARGIN, rows * height + 2 * _MARGIN), _PAPER
    )
    pen = ImageDraw.Draw(picture)
    for row in range(rows):
        for column in range(columns):
            char = terminal.screen.buffer[row][column]
            ink, paper = _colours(char)
            x, y = _MARGIN + column * across, _MARGIN + row * height
            pen.rectangle((x, y, x + across - 1, y + height - 1), paper)
            pen.text((x, y), char.data, ink, fonts[char.bold])
            if char.underscore:
                pen.line((x, y + height - 2, x + across, y + height - 2), ink)
    return picture


def _font(weight: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"DejaVuSansMono{weight}.ttf", _FONT_SIZE)


def _colours(char: Char) -> tuple[str, str]:
    ink, paper = _colour(char.fg, _INK), _colour(char.bg, _PAPER)
    return (paper, ink) if char.reverse else (ink, paper)


def _colour(name: str, usual: str) -> str:
    if name == "default":
        return usual
    return f"#{name}" if len(name) == 6 and _is_hex(name) else _ANSI.get(name, name)


def _is_hex(name: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in name.lower())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
