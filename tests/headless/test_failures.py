"""Exit codes, pipes, interrupts, and a home that cannot be written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import COMMAND, answer, ecrtui


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        ({"action": "deny"}, 3, "Not allowed"),
        ({"action": "expire"}, 3, "session has expired"),
        ({"action": "throttle"}, 5, "throttling"),
        ({"action": "status", "status": 500}, 5, "service failed"),
        ({"action": "unknown"}, 5, "does not know"),
    ],
)
def test_each_failure_has_its_exit_code(
    sandbox: Sandbox, tmp_path: Path, fault: dict[str, object], code: int, says: str
) -> None:
    sandbox.faults.add(service="ecr", operation="DescribeRepositories", **fault)  # type: ignore[arg-type]
    done = ecrtui("repos", "--json", home=tmp_path)
    assert done.returncode == code
    assert says in done.stderr
    assert all(line.startswith("ecrtui: ") for line in done.stderr.splitlines())
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["images", "no/such"], 4),
        (["inspect", "no/such:tag"], 4),
        (["wait", "no/such:tag"], 4),
        (["repoz"], 2),
        (["images"], 2),
        (["images", "UPPER"], 2),
        (["repos", "--json", "--jsonl"], 2),
        (["wait", "repo-without-tag"], 2),
        ([], 2),
        (["repos", "--profile", "nobody"], 3),
    ],
)
def test_what_was_typed_decides(
    sandbox: Sandbox, tmp_path: Path, arguments: list[str], code: int
) -> None:
    done = ecrtui(*arguments, home=tmp_path)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("ecrtui: ")


def test_a_repository_that_is_not_there_may_be_elsewhere(sandbox: Sandbox, tmp_path: Path) -> None:
    for command in (["images", "no/such"], ["inspect", "no/such:tag"]):
        done = ecrtui(*command, home=tmp_path)
        assert (done.returncode, "another region or account" in done.stderr) == (4, True)
        assert f"in {worlds.REGION}\n" in done.stderr


def test_a_search_without_hits_is_an_empty_list(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    done = ecrtui("search", "nothing-has-this-name", "--json", home=tmp_path)
    assert (done.returncode, done.stdout) == (4, "[]\n")


def test_a_mistyped_command_is_guessed(tmp_path: Path) -> None:
    assert "Did you mean ecrtui inspect?" in ecrtui("inspct", home=tmp_path).stderr


def test_an_endpoint_that_is_not_there(tmp_path: Path) -> None:
    done = ecrtui(
        "repos",
        home=tmp_path,
        env={
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "eu-west-1",
        },
    )
    assert done.returncode == 5
    assert "cannot be reached" in done.stderr


def test_a_list_that_fails_half_way_prints_no_half_document(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    for number in range(1100):
        worlds.add_image(repository, tags={f"v{number}"}, content=str(number).encode())
    sandbox.faults.add("deny", operation="DescribeImages", skip=1)
    assert ecrtui("images", "team/app", "--json", home=tmp_path).stdout == ""
    sandbox.faults.clear()
    sandbox.faults.add("deny", operation="DescribeImages", skip=1)
    lines = ecrtui("images", "team/app", "--jsonl", home=tmp_path)
    assert lines.returncode == 3
    assert len(lines.stdout.splitlines()) == 1000


def test_a_failing_region_spoils_no_other(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    alone = answer("repos", "--region", worlds.REGION, home=tmp_path)
    busy_sandbox.faults.add("deny", region=worlds.OTHER_REGION)
    both = ("repos", "--jsonl", "--region", worlds.OTHER_REGION, "--region", worlds.REGION)
    done = ecrtui(*both, home=tmp_path)
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == len(alone)
    assert worlds.OTHER_REGION in done.stderr


def test_a_broken_pipe_is_quiet(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    for number in range(2500):
        worlds.add_image(repository, tags={f"v{number}"}, content=str(number).encode())
    line = " ".join([*COMMAND, "images", "team/app", "--jsonl"])
    done = subprocess.run(
        ["bash", "-c", f"{line} | head -1; exit ${{PIPESTATUS[0]}}"],
        env={**os.environ, "ECRTUI_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


def test_ctrl_c_ends_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    environment = {**os.environ, "ECRTUI_HOME": str(tmp_path)}
    with subprocess.Popen(
        [*COMMAND, "wait", "team/app:never"], env=environment, stderr=subprocess.PIPE, text=True
    ) as waiting:
        assert waiting.stderr is not None
        assert "waiting for" in waiting.stderr.readline()
        begun = time.monotonic()
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(10) == 130
        assert time.monotonic() - begun < 2
        assert waiting.stderr.read() == ""


def test_a_home_that_cannot_be_written_is_no_reason_to_fail(
    busy_sandbox: Sandbox, tmp_path: Path
) -> None:
    home = tmp_path / "file"
    home.write_text("root ignores modes, but nobody makes a folder below a file")
    assert answer("repos", home=home)
    done = ecrtui("doctor", "--json", "--debug", home=home)
    assert done.returncode == 0
    assert "no place to write a log" in done.stderr


def test_the_doctor_says_what_prevents_browsing(sandbox: Sandbox, tmp_path: Path) -> None:
    for fault, where, code in (("deny", "ecr", 3), ("expire", "sts", 3), ("hang-up", "ecr", 5)):
        sandbox.faults.clear()
        sandbox.faults.add(fault, service=where)
        done = ecrtui("doctor", "--json", home=tmp_path)
        assert done.returncode == code
        bad = [check for check in json.loads(done.stdout) if check["state"] == "bad"]
        assert len(bad) == 1
        assert bad[0]["fix"]
        assert bad[0]["cost"]
