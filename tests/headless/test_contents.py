"""`diff --level contents` and `files --cat`: what is printed, masked, and what is left out."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import COMMAND, answer, ecrtui
from tests.headless.test_look_inside import tar
from tests.tui.pictures import Step, add_built

KEY = "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n"
PAIR = ("diff", "team/app:v1", "team/app:v2")
ONE: dict[str, bytes | str] = {
    "etc/app.conf": b"host=a\npassword=Zq9first\n",
    "etc/key": KEY.format("Zq9Zq9Zq9Zq9").encode(),
    "srv/fence": b"```\nold\n```\n",
    "srv/blob": b"\0" * 100,
    "srv/now": "/etc/app.conf",
    "srv/same": b"same",
    "srv/gone": b"gone\n",
    "srv/\x1b[31m\tname": b"hostile \x1b[31m\told\n",
    "srv/\udcff": b"old",
}
OTHER: dict[str, bytes | str] = {
    "etc/app.conf": b"host=b\npassword=Zq9second\n",
    "etc/key": KEY.format("Zq9Zq9Zq9ZZZ").encode(),
    "srv/fence": b"````\nnew\n````\n",
    "srv/blob": b"\0" * 60 + b"\1" * 50,
    "srv/now": "/etc/other",
    "srv/same": b"same",
    "srv/added": b"added\n",
    "srv/\x1b[31m\tname": b"hostile \x1b[31m\tnew\n",
    "srv/\udcff": b"new",
}


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    made = worlds.add_repository(sandbox.world, "team/app")
    for tag, files in (("v1", ONE), ("v2", OTHER)):
        modes = {"srv/same": 0o600 if tag == "v1" else 0o644}
        add_built(made, tags=[tag], steps=(Step("COPY", tar(files, modes=modes)),))
    return made


def contents(home: Path, *arguments: str) -> dict[str, Any]:
    found = answer(*PAIR, "--level", "contents", *arguments, home=home)
    return {row["path"]: row["contents"] for row in found["files"]}


def test_the_document_has_each_files_contents(repository: Repository, tmp_path: Path) -> None:
    rows = contents(tmp_path)
    conf = rows["/etc/app.conf"]
    assert conf["unified"].splitlines() == [
        *("--- a/etc/app.conf", "+++ b/etc/app.conf", "@@ -1,2 +1,2 @@"),
        *("-host=a", "-password=••••••••", "+host=b", "+password=••••••••"),
    ]
    assert (conf["kind"], conf["linesAdded"], conf["linesRemoved"]) == ("text", 2, 2)
    assert (conf["linesLeft"], conf["linesMasked"], conf["firstDifference"]) == (0, 2, None)
    assert set(conf) == documented()
    assert "+++ b/srv/\ufffd\n" in rows["/srv/\ufffd"]["unified"]
    blob = rows["/srv/blob"]
    assert (blob["kind"], blob["firstDifference"], blob["unified"]) == ("binary", 60, None)
    assert rows["/srv/now"]["kind"] == "link"
    assert [path for path, row in rows.items() if row is None] == [
        *("/srv/added", "/srv/gone", "/srv/same")
    ]
    assert "Zq9" not in json.dumps(rows)
    assert "Zq9second" in json.dumps(contents(tmp_path, "--show-secrets"))


def documented() -> set[str]:
    page = (Path(__file__).parents[2] / "docs/json.md").read_text(encoding="utf-8")
    _, _, told = page.partition("\n### contents\n")
    names = told.split("\n\n")[1].splitlines()
    return {name.strip() for line in names[2:] for name in line.split("|")[1].split("`")[1::2]}


def test_a_glob_takes_what_was_added_and_removed_too(
    repository: Repository, tmp_path: Path
) -> None:
    rows = contents(tmp_path, "--path", "/srv/*d*")
    assert rows["/srv/added"]["unified"].splitlines()[-1] == "+added"
    rows = contents(tmp_path, "--path", "/srv/gone")
    assert rows["/srv/gone"]["unified"].splitlines()[1] == "+++ /dev/null"


def test_lower_levels_read_no_contents(repository: Repository, tmp_path: Path) -> None:
    found = answer(*PAIR, home=tmp_path)
    assert {row["contents"] for row in found["files"]} == {None}
    assert found["contentsLeft"] is None
    assert answer(*PAIR, "--level", "contents", home=tmp_path)["contentsLeft"] == 0


def test_plain_lines_are_a_patch_made_safe(repository: Repository, tmp_path: Path) -> None:
    done = ecrtui(*PAIR, "--level", "contents", home=tmp_path)
    assert done.returncode == 0
    assert "-host=a\n-password=••••••••\n+host=b\n" in done.stdout
    assert "-hostile ␛[31m\told" in done.stdout
    assert "\x1b" not in done.stdout
    assert "Zq9" not in done.stdout
    assert "4 lines are masked: --show-secrets" not in done.stdout
    assert "lines are masked: --show-secrets" in done.stderr
    shown = ecrtui(*PAIR, "--level", "contents", "--show-secrets", home=tmp_path)
    assert "+password=Zq9second" in shown.stdout
    assert "masked" not in shown.stderr


def test_a_fence_is_longer_than_any_in_it(repository: Repository, tmp_path: Path) -> None:
    shown = ("--level", "contents", "--markdown", "--path", "/srv/fence")
    told = ecrtui(*PAIR, *shown, home=tmp_path).stdout
    fenced = told[told.index("`````diff") :].splitlines()
    assert fenced[-1] == "`````"
    assert "+````" in fenced
    assert fenced.count("`````") == 1


def test_texts_come_first_and_of_binaries_no_bytes(repository: Repository, tmp_path: Path) -> None:
    for options in ((), ("--markdown",)):
        told = ecrtui(*PAIR, "--level", "contents", *options, home=tmp_path).stdout
        assert told.index("+++ b/srv/fence") < told.index("+++ b/srv/blob")
        assert "# Not text: 100 → 110 bytes.\n# The first difference is at byte 60.\n" in told
        assert "00000030" not in told
        assert "-symlink to /etc/app.conf\n+symlink to /etc/other\n" in told


def test_what_is_left_out_is_counted(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    for tag, end in (("m1", b"1"), ("m2", b"2")):
        files = {f"srv/{number:03}": b"x\n" * 3 + end for number in range(30)}
        files["aaa"] = end * 3 + b"".join(b"%d of %s\n" % (n, end) for n in range(400))
        add_built(repository, tags=[tag], steps=(Step("COPY", tar({**files})),))
    pair = ("diff", "team/app:m1", "team/app:m2", "--level", "contents")
    told = ecrtui(*pair, "--markdown", home=tmp_path).stdout
    assert told.rstrip().endswith("11 more files")
    # 400 removed and 400 added lines and a heading, less the 98 that are shown.
    assert "# 703 more lines" in told
    assert "more lines" not in ecrtui(*pair, home=tmp_path).stdout
    assert answer(*pair, home=tmp_path)["contentsLeft"] == 0


def test_cat_writes_the_bytes_themselves(repository: Repository, tmp_path: Path) -> None:
    for path, data in (
        ("/srv/blob", OTHER["srv/blob"]),
        ("srv/blob", OTHER["srv/blob"]),
        ("/etc/app.conf", OTHER["etc/app.conf"]),
        ("/srv/\udcff", b"new"),
    ):
        assert cat(tmp_path, path).stdout == data
    assert cat(tmp_path, "/srv/now").returncode == 4  # its target is not there
    assert cat(tmp_path, "/srv/now", image="v1").stdout == ONE["etc/app.conf"]
    for path, code, told in (
        ("/none", 4, b"no such file"),
        ("/etc", 2, b"no file but a directory"),
        ("etc/", 2, b"--path '/etc/*'"),
        ("/", 2, b"--path '/*'"),
        ("", 2, b"name a file"),
    ):
        done = cat(tmp_path, path)
        assert (done.returncode, done.stdout) == (code, b"")
        assert told in done.stderr
    for wrong in ("--json", "--path=x"):
        assert cat(tmp_path, "/srv/blob", wrong).returncode == 2


def cat(
    home: Path, path: str, *options: str, image: str = "v2"
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, "files", f"team/app:{image}", "--cat", path, *options],
        env={**os.environ, "ECRTUI_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )


def on_a_terminal(home: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and what stdout, a terminal, is given."""
    here, there = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "files", "team/app:v2", *arguments],
        env={**os.environ, "ECRTUI_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=there,
        stderr=subprocess.PIPE,
    )
    os.close(there)
    parts = []
    while True:
        try:
            part = os.read(here, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    os.close(here)
    process.communicate(timeout=60)
    return process.returncode, b"".join(parts).decode()


def test_on_a_terminal_a_file_is_made_visible(repository: Repository, tmp_path: Path) -> None:
    code, told = on_a_terminal(tmp_path, "--cat", "/srv/\x1b[31m\tname")
    assert (code, told) == (0, "hostile ␛[31m\tnew\r\n")
    assert on_a_terminal(tmp_path, "--cat", "/etc/app.conf") == (
        0,
        "host=b\r\npassword=••••••••\r\n",
    )
    shown = on_a_terminal(tmp_path, "--cat", "/etc/app.conf", "--show-secrets")
    assert "password=Zq9second" in shown[1]
    assert on_a_terminal(tmp_path, "--cat", "/srv/blob") == (2, "")
