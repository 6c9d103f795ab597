"""A token for docker: the credential helper beside what people write into their scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure, against, interleaved, require
from bench.programs import NO_AWS, aws, seconds
from bench.scale import Scale
from bench.world import world

_NAME = "a token: `docker-credential-ecrtui get`"
_SHORTEST = 1000
"""Characters: tokens have more."""


def run(scale: Scale) -> list[Figure]:
    """The helper beside `aws ecr get-login-password`, and beside a start of the aws CLI."""
    with world("scale:1,1") as environment:
        host = f"111122223333.dkr.ecr.{environment['AWS_REGION']}.amazonaws.com"
        helper = [str(Path(sys.executable).with_name("docker-credential-ecrtui")), "get"]
        contenders = {"ours": lambda: seconds(helper, environment, _is_login(host), host.encode())}
        if (login := aws("ecr", "get-login-password")) is not None:
            contenders["aws"] = lambda: seconds(login, environment, _is_token)
        if (version := aws("--version")) is not None:
            contenders["start"] = lambda: seconds(version, environment, _is_version)
        took = interleaved(contenders, scale.rounds)
    password = "aws ecr get-login-password" if "aws" in took else NO_AWS
    start = "aws --version" if "start" in took else NO_AWS
    return [
        against(_NAME, took["ours"], password, took.get("aws"), most=0.75),
        against(_NAME, took["ours"], start, took.get("start"), most=1.0),
    ]


def _is_login(host: str) -> Callable[[bytes], None]:
    def check(out: bytes) -> None:
        found = json.loads(out)
        require((found["ServerURL"], found["Username"]) == (host, "AWS"), f"not for {host}")
        _is_token(found["Secret"].encode())

    return check


def _is_token(out: bytes) -> None:
    require(len(out) > _SHORTEST, "this is no token")


def _is_version(out: bytes) -> None:
    require(out.startswith(b"aws-cli/"), "this is no version")
