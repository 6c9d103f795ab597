"""`ecrtui pull` as a process: plans, documents, exit codes, an interrupt; and the demo's own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from ecrtui.render.sizes import size
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.compare.layers import Item, tar
from tests.engines import Docker, docker
from tests.headless.program import COMMAND, answer, ecrtui
from tests.trickles import Trickle
from tests.tui.pictures import Step, add_built

__all__ = ["docker"]

NAME = "team/app"


@pytest.fixture(autouse=True)
def engine(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> Docker:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    monkeypatch.setenv("DOCKER_CONFIG", str(docker.config))
    return docker


def add(sandbox: Sandbox, tag: str, content: bytes = b"small") -> str:
    """An image; answers what docker calls it."""
    registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    repository = worlds.add_repository(sandbox.world, f"{NAME}-{tag}")
    step = Step("COPY file /", tar([Item("/file", content=content), Item(f"/{tag}")]))
    add_built(repository, tags=[tag], steps=[step], pack=worlds.gzipped)
    return f"{registry.host}/{NAME}-{tag}:{tag}"


def test_a_plan_and_then_the_image(docker: Docker, sandbox: Sandbox, tmp_path: Path) -> None:
    name = add(sandbox, "v1")
    image = f"{NAME}-v1:v1"
    plan = answer("pull", image, "--dry-run", home=tmp_path)
    assert (plan["kind"], plan["source"], plan["target"]) == (
        "pull",
        image,
        name,
    )
    assert plan["facts"]["platform"] == "linux/amd64"
    assert plan["toMove"] > 0
    assert docker.run("images", "-q", name) == ""
    done = ecrtui("pull", image, home=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"{name} is here, {size(plan['toMove'])} moved\n",
        "",
    )
    again = answer("pull", image, home=tmp_path)
    assert again["sentence"] == f"{name} is here already"
    assert again["digest"] == plan["digest"]
    handed = answer("pull", image, "--load", "--as", "mine:own", "--read-only", home=tmp_path)
    assert handed["sentence"] == "mine:own is here"
    assert docker.run("images", "-q", "mine:own") == docker.run("images", "-q", name)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["nothing/here:v1"], 4, "No such repository"),
        (["docker-daemon:app:v1"], 2, "in the engine already"),
        (["oci:/nowhere"], 4, ""),
        ([f"{NAME}-v2:v2", "--as", "UPPER"], 2, "Not an image reference"),
        ([f"{NAME}-v2:v2", "--platform", "linux/s390x"], 0, "is for linux/amd64"),
        ([f"{NAME}-v2:v2", "--platform", "what"], 2, "linux/arm64"),
        ([], 2, "Wrong usage"),
    ],
)
def test_exit_codes(
    sandbox: Sandbox, tmp_path: Path, words: list[str], code: int, says: str
) -> None:
    add(sandbox, "v2")
    done = ecrtui("pull", *words, home=tmp_path)
    assert done.returncode == code, done.stderr
    assert says in done.stderr


def test_a_warning_is_told_once(docker: Docker, sandbox: Sandbox, tmp_path: Path) -> None:
    name = add(sandbox, "v7")
    docker.run("import", "-", name, given=tar([Item("/other")]))
    done = ecrtui("pull", f"{NAME}-v7:v7", home=tmp_path)
    assert done.returncode == 0
    assert done.stderr.count("loses the name") == 1


def test_the_log_holds_no_token(docker: Docker, sandbox: Sandbox, tmp_path: Path) -> None:
    add(sandbox, "logged")
    for more in ((), ("--load", "--as", "mine:logged")):
        done = ecrtui("--debug", "pull", f"{NAME}-logged:logged", *more, home=tmp_path)
        assert done.returncode == 0, done.stderr
    logs = [path.read_text() for path in tmp_path.rglob("*.log")]
    assert "images/create" in "".join(logs)
    for text in logs:
        assert re.findall(r"[A-Za-z0-9+/=_-]{200,}|X-Registry-Auth", text) == []


def test_no_engine(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(sandbox, "v3")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")
    done = ecrtui("pull", f"{NAME}-v3:v3", home=tmp_path)
    assert done.returncode == 6
    assert "DOCKER_HOST names this one" in done.stderr


def test_an_interrupt_ends_it_here_and_in_the_engine(
    docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trickle = Trickle()
    with Sandbox(worlds.empty_world(), faults=trickle) as sandbox:
        name = add(sandbox, "slow", bytes(range(256)) * 12_000)
        environment = {**os.environ, **sandbox.env, "ECRTUI_HOME": str(tmp_path)}
        command = [*COMMAND, "pull", f"{NAME}-slow:slow"]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        assert trickle.begun.wait(60)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "was not pulled" in told
        assert trickle.listened.wait(60)
        assert docker.run("images", "-q", name) == ""


def test_the_demos_image_is_pulled_and_runs(docker: Docker, tmp_path: Path) -> None:
    rows = json.loads(ecrtui("--demo", "repos", "--json").stdout)
    for row in rows:
        images = json.loads(ecrtui("--demo", "images", row["repositoryName"], "--json").stdout)
        tags = [
            tag
            for image in images
            if image.get("imageStatus", "ACTIVE") == "ACTIVE"
            and "helm" not in (image.get("artifactMediaType") or "")
            for tag in image.get("imageTags", [])
        ]
        if tags:
            break
    done = ecrtui("--demo", "pull", f"{row['repositoryName']}:{tags[0]}", "--as", "demo:own")
    assert done.returncode == 0, done.stderr
    with docker.lines("run", "--rm", "--network", "none", "demo:own") as lines:
        assert next(lines)
    docker.run("rmi", "-f", "demo:own")
