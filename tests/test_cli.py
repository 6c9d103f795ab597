"""The entry: what it answers at once, and how fast beside the aws CLI."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import pytest

from ecrtui import __version__
from ecrtui.cli import main
from ecrtui.headless.arguments import looks_like_image, parse
from ecrtui.headless.declared import BY_NAME

PROGRAM = [sys.executable, "-m", "ecrtui"]


def seconds(*command: str) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def test_the_version_comes_in_a_quarter_of_the_aws_clis_time() -> None:
    rounds = [(seconds(*PROGRAM, "--version"), seconds("aws", "--version")) for _ in range(5)]
    ours, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
    assert ours <= 0.25 * theirs


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"ecrtui {__version__}\n"


@pytest.mark.parametrize("name", [name for name in BY_NAME if name != "sandbox"])
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert BY_NAME[name].help.split(".")[0] in " ".join(capsys.readouterr().out.split())


def test_common_options_stand_anywhere() -> None:
    options = parse(["--profile", "a", "repos", "--profile", "b", "--json"])
    assert (options.command, options.profile, options.format) == ("repos", ["a", "b"], "json")


@pytest.mark.parametrize("word", ["team/app", "app:v1", "app@sha256:00", "127.0.0.1:5000/app"])
def test_an_image_opens_the_explorer_there(word: str) -> None:
    assert looks_like_image(word)
    options = parse([word, "--read-only"])
    assert (options.command, options.image, options.read_only) == ("explore", word, True)


def test_the_explorer_needs_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["team/app:v1", "--json"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "needs a terminal" in told.err
