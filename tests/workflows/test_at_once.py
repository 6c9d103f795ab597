"""Several processes change the same small document: the map of registries. Nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ecrtui.errors import NotFound
from ecrtui.workflows.credentials import registry_map
from tests.workflows.at_work import services_in

SCRIPT = """
import sys
from pathlib import Path
from ecrtui.workflows.credentials import registry_map
from tests.workflows.at_work import services_in
services = services_in(Path(sys.argv[1]))
for number in range(40):
    for mark in ("", "*"):
        registry_map.put(services, registry_map.Mapped(f"{sys.argv[2]}{number}{mark}", "a"))
        print(flush=True)
    registry_map.put(services, registry_map.Mapped("shared", sys.argv[2]))
    registry_map.drop(services, f"{sys.argv[2]}{number}*")
"""


def writing(home: Path, own: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(home), own]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def lines_of(home: Path) -> list[str]:
    found = [line.pattern for line in registry_map.lines(services_in(home))]
    assert len(found) == len(set(found))
    return found


def test_every_line_is_there(tmp_path: Path) -> None:
    names = "abcdef"
    crowd = [writing(tmp_path, own) for own in names]
    for one in crowd:
        one.communicate(timeout=120)
        assert one.returncode == 0
    wanted = {f"{own}{number}" for own in names for number in range(40)}
    assert set(lines_of(tmp_path)) == wanted | {"shared"}


@pytest.mark.parametrize("deeds", [1, 7, 20, 41])
def test_one_that_is_killed_spoils_nothing(tmp_path: Path, deeds: int) -> None:
    killed, other = writing(tmp_path, "k"), writing(tmp_path, "o")
    assert killed.stdout is not None
    for _ in range(deeds):
        killed.stdout.readline()
    killed.kill()
    killed.communicate()
    other.communicate(timeout=120)
    assert other.returncode == 0
    found = set(lines_of(tmp_path))
    assert {f"o{number}" for number in range(40)} | {"shared"} <= found
    assert {f"k{number}" for number in range((deeds + 1) // 2)} <= found
    assert not list(tmp_path.rglob("*.damaged.json"))
    registry_map.drop(services_in(tmp_path), "shared")
    with pytest.raises(NotFound):
        registry_map.drop(services_in(tmp_path), "shared")
