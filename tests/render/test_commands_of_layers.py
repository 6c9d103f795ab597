"""The commands that made layers: they tell variables and a build's arguments once more."""

from __future__ import annotations

import msgspec
import pytest

from ecrtui.compare.config import history_changes
from ecrtui.model.manifest import HistoryEntry, ImageConfig, Layer
from ecrtui.render.ages import Times
from ecrtui.render.changes import config_lines, layer_lines
from ecrtui.render.comparison import markdown
from ecrtui.render.layers import history_lines
from ecrtui.render.lines import TextLine
from ecrtui.render.secrets import MASK
from tests.compare.layers import file, index
from tests.render.comparisons import AMD64, comparison

replace = msgspec.structs.replace
SECRET = "Zq9hunter2"
COMMANDS = (
    f"ENV DB_PASSWORD={SECRET}",
    f"RUN |1 NPM_TOKEN={SECRET} /bin/sh -c make # buildkit",
    f"/bin/sh -c #(nop)  ENV API_KEY={SECRET}",
)
TIMES = Times(0.0)


def everything(lines: list[TextLine]) -> str:
    """What is shown of lines, and what copying one gives."""
    return "\n".join("".join(cell.text for cell in line.cells) + line.copy for line in lines)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_looks_secret_in_a_command_is_masked_until_asked_for(command: str) -> None:
    config = ImageConfig(AMD64, history=(HistoryEntry(created_by=command),))
    layer = Layer(1, "sha256:1", 1, "", "sha256:1", command)
    found = comparison(ImageConfig(AMD64), config, [], [index([file("/a")])])
    rows = tuple(replace(row, created_by=command) for row in found.layers)
    found = replace(found, layers=rows, history=history_changes((), config.history))
    shown = [
        everything(history_lines(config, [layer], TIMES, 80)),
        everything(config_lines(found, 80, unmasked=False)),
        everything(layer_lines(found, {})),
        "\n".join(markdown(found)),
    ]
    for text in shown:
        assert SECRET not in text
        assert MASK in text
    assert SECRET in everything(history_lines(config, [layer], TIMES, 80, unmasked=True))
    assert SECRET in everything(config_lines(found, 80, unmasked=True))
