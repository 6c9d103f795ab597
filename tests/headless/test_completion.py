"""Completion scripts in the real shells."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from ecrtui.headless.arguments import common_parser
from ecrtui.headless.completion import Words, script
from ecrtui.headless.declared import BY_NAME


def bash(*words: str) -> set[str]:
    """What bash would offer for the last word."""
    typed = " ".join(f"'{word}'" for word in words)
    program = (
        f"{script('bash')}\nCOMP_WORDS=({typed})\nCOMP_CWORD={len(words) - 1}\n_ecrtui\n"
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return set(done.stdout.split())


def test_bash_offers_commands_and_options() -> None:
    assert set(BY_NAME) <= bash("ecrtui", "")
    assert bash("ecrtui", "re") == {name for name in BY_NAME if name.startswith("re")}
    assert {"--json", "--jsonl"} == bash("ecrtui", "repos", "--js")
    assert bash("ecrtui", "wait", "x", "--time") == {"--timeout"}
    assert bash("ecrtui", "completion", "b") == {"bash"}
    assert bash("ecrtui", "--json", "cache", "cl") == {"clear"}
    assert not bash("ecrtui", "repos", "--time")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_take_it(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([shell, "-n"], input=script(shell), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_fish_offers_commands_and_options() -> None:
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    offered = {}
    for line in ("ecrtui ", "ecrtui wait --time", "ecrtui completion b"):
        program = f"{script('fish')}\ncomplete -C '{line}'"
        done = subprocess.run(["fish", "-c", program], capture_output=True, text=True, check=True)
        offered[line] = {found.split("\t")[0] for found in done.stdout.splitlines()}
    assert set(BY_NAME) <= offered["ecrtui "]
    assert offered["ecrtui wait --time"] == {"--timeout"}
    assert "bash" in offered["ecrtui completion b"]


def test_every_option_is_offered() -> None:
    words = Words()
    for action in common_parser()._actions:
        assert set(action.option_strings) & set(words.options)
