"""`ecrtui sandbox` as a process: its one line, its ends, the aws CLI against it."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from configparser import ConfigParser
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

COMMAND = [
    sys.executable,
    "-c",
    "import sys; from ecrtui.sandbox.main import run; sys.exit(run(sys.argv[1:]))",
]


class Running:
    """A sandbox process and what its line says."""

    def __init__(self, *options: str) -> None:
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [*COMMAND, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], 20)[0], "no line came"
        self.said: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.ready_after = time.monotonic() - self.begun

    def aws(self, *arguments: str) -> Any:
        done = subprocess.run(
            ["aws", *arguments],
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **self.said["env"]},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture
def empty() -> Iterator[Running]:
    running = Running("--seed", "empty")
    yield running
    running.end()


def gone(address: str) -> bool:
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) != 0


def test_the_line_says_where_everything_is(empty: Running) -> None:
    assert set(empty.said) == {"endpoint", "registries", "clock", "env"}
    env = empty.said["env"]
    assert env["AWS_ENDPOINT_URL"] == empty.said["endpoint"]
    assert env["ECRTUI_CLOCK"] == empty.said["clock"]
    assert env["AWS_EC2_METADATA_DISABLED"] == "true"
    for registry in empty.said["registries"]:
        assert set(registry) == {"account", "region", "host"}
        assert not gone(registry["host"])
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        assert stat.S_IMODE(Path(env[name]).stat().st_mode) == 0o600


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(empty: Running, number: int) -> None:
    empty.process.send_signal(number)
    assert empty.process.wait(5) == 0
    assert gone(empty.said["endpoint"])
    assert not Path(empty.said["env"]["AWS_CONFIG_FILE"]).parent.exists()


def test_it_ends_with_its_parent_when_asked() -> None:
    running = Running("--seed", "empty", "--with-parent")
    try:
        assert running.process.stdin is not None
        running.process.stdin.close()
        running.process.stdin = None
        assert running.process.wait(5) == 0
        assert not Path(running.said["env"]["AWS_CONFIG_FILE"]).parent.exists()
    finally:
        running.end()


def test_it_stays_when_stdin_closes_unless_asked(empty: Running) -> None:
    assert empty.process.stdin is not None
    empty.process.stdin.close()
    empty.process.stdin = None
    time.sleep(0.3)
    assert empty.process.poll() is None


def test_the_aws_cli_works_with_the_environment(empty: Running) -> None:
    identity = empty.aws("sts", "get-caller-identity")
    assert identity["Account"] in {each["account"] for each in empty.said["registries"]}
    made = empty.aws("ecr", "create-repository", "--repository-name", "from/cli")
    assert made["repository"]["repositoryUri"].startswith("127.0.0.1:")
    (row,) = empty.aws("ecr", "describe-repositories")["repositories"]
    assert row["repositoryName"] == "from/cli"
    assert empty.aws("ecr", "describe-images", "--repository-name", "from/cli") == {
        "imageDetails": []
    }
    regions = empty.aws(
        "account", "list-regions", "--region-opt-status-contains", "ENABLED_BY_DEFAULT"
    )
    assert "us-east-1" in {each["RegionName"] for each in regions["Regions"]}
    token = empty.aws("ecr", "get-authorization-token")["authorizationData"][0]
    assert token["proxyEndpoint"] == "http://" + row["repositoryUri"].partition("/")[0]


def test_a_million_images_cost_metadata_only_and_the_cli_pages_through_them() -> None:
    running = Running("--seed", "scale:3,1000000")
    try:
        assert running.ready_after < 3, "a loaded machine, or a seed that makes all its images"
        (name, *_), *_ = (
            [
                row["repositoryName"]
                for row in running.aws("ecr", "describe-repositories")["repositories"]
            ],
        )
        page = running.aws(
            "ecr", "describe-images", "--repository-name", name,
            "--max-items", "2000", "--page-size", "1000",
        )  # fmt: skip
        assert len({row["imageDigest"] for row in page["imageDetails"]}) == 2000
    finally:
        running.end()


@pytest.mark.parametrize(
    "options", [("--seed", "nonsense"), ("--faults", "/no/such/file"), ("--host", "203.0.113.1")]
)
def test_bad_options_are_usage_errors(options: tuple[str, ...]) -> None:
    done = subprocess.run(
        [*COMMAND, *options], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode != 0
    assert "UsageError" in done.stderr
    assert done.stdout == ""


def test_sessions_end_as_soon_as_asked() -> None:
    running = Running("--seed", "demo", "--session-seconds", "1")
    try:
        config = ConfigParser()
        config.read(running.said["env"]["AWS_CONFIG_FILE"])
        plain = [
            each for each in config.values() if "role_arn" in each and "mfa_serial" not in each
        ]
        who = ("--role-arn", plain[0]["role_arn"], "--role-session-name", "me")
        ends = running.aws("sts", "assume-role", *who)["Credentials"]["Expiration"]
        left = datetime.fromisoformat(ends.replace("Z", "+00:00")).timestamp() - time.time()
        assert left <= 1
    finally:
        running.end()


def test_latency_is_waited_for() -> None:
    import urllib3

    running = Running("--seed", "empty", "--latency", "150")
    try:
        begun = time.monotonic()
        urllib3.request("POST", running.said["endpoint"], body=b"{}")
        assert time.monotonic() - begun >= 0.15
    finally:
        running.end()
