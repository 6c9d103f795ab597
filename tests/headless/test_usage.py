"""`ecrtui usage` and `ecrtui roll` as processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import answer
from tests.headless.program import ecrtui as run

NAME = "team/app"
HERE = ("--region", worlds.REGION)


@pytest.fixture
def digests(sandbox: Sandbox) -> dict[str, str]:
    """What is behind, what runs, what nobody uses."""
    repository = worlds.add_repository(sandbox.world, NAME)
    found = {}
    for number, tag in enumerate(("old", "live", "idle")):
        image = worlds.add_image(repository, tags={tag}, content=bytes([number]))
        found[tag] = image.digest
    sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).pace = 0.02
    ref = worlds.uri(repository, "live")
    worlds.add_service(sandbox.world, ref, digest=found["old"], name="shop", count=2)
    worlds.add_service(sandbox.world, ref, name="jobs")
    return found


def test_a_repository_s_uses(digests: dict[str, str], tmp_path: Path) -> None:
    document = answer("usage", NAME, *HERE, home=tmp_path)
    stands = {row["imageTags"][0]: row["standing"] for row in document["images"]}
    assert stands == {"old": "behind", "live": "running", "idle": "notSeen"}
    (shop,) = [row for row in document["uses"] if row["name"] == "shop" and row["running"]]
    assert (shop["state"], shop["imageDigest"]) == ("behind", digests["old"])
    assert shop["since"].endswith("Z")
    assert document["unknown"] == []
    assert f"ECS in {worlds.ACCOUNT} {worlds.REGION}" in document["looked"]


def test_one_image_s_uses_and_conditions(digests: dict[str, str], tmp_path: Path) -> None:
    behind = run("usage", f"{NAME}:old", *HERE, "--behind", home=tmp_path)
    assert behind.returncode == 1
    assert "main/shop" in behind.stdout
    assert "jobs" not in behind.stdout
    assert run("usage", f"{NAME}:live", *HERE, "--behind", home=tmp_path).returncode == 0
    assert run("usage", f"{NAME}:live", *HERE, "--unused", home=tmp_path).returncode == 1
    idle = run("usage", f"{NAME}@{digests['idle']}", *HERE, "--unused", home=tmp_path)
    assert idle.returncode == 0
    assert "not seen anywhere" in idle.stderr
    missing = run("usage", f"{NAME}:none", *HERE, home=tmp_path)
    assert missing.returncode == 4


def test_what_is_denied_is_told_and_counts(
    sandbox: Sandbox, digests: dict[str, str], tmp_path: Path
) -> None:
    sandbox.faults.add("deny", service="lambda")
    said = run("usage", f"{NAME}:idle", *HERE, "--unused", home=tmp_path)
    assert said.returncode == 1
    assert "not looked at: Lambda" in said.stderr
    assert "ListFunctions" in said.stderr
    assert digests


def test_markdown_is_a_table(digests: dict[str, str], tmp_path: Path) -> None:
    said = run("usage", NAME, *HERE, "--markdown", home=tmp_path)
    lines = said.stdout.splitlines()
    assert lines[0].startswith("| STATE | ")
    assert any(line.startswith("| behind | 2 | ECS service | main/shop |") for line in lines)
    assert digests


def test_pods_come_by_standard_input(
    sandbox: Sandbox, digests: dict[str, str], tmp_path: Path
) -> None:
    uri = worlds.uri(sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(NAME), "idle")
    status = {"name": "app", "imageID": f"x@{digests['idle']}", "state": {"running": {}}}
    pod = {
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"containers": [{"name": "app", "image": uri}]},
        "status": {"phase": "Running", "containerStatuses": [status]},
    }
    given = json.dumps({"kind": "List", "items": [pod]})
    said = run("usage", f"{NAME}:idle", *HERE, "--pods", "-", home=tmp_path, given=given)
    assert "shop/web" in said.stdout
    wrong = run("usage", NAME, *HERE, "--pods", "-", home=tmp_path, given="no pods")
    assert wrong.returncode == 2
    assert "kubectl get pods -A -o json" in wrong.stderr
    gone = run("usage", NAME, *HERE, "--pods", str(tmp_path / "none.json"), home=tmp_path)
    assert gone.returncode == 2


def test_a_service_is_rolled_and_rolled_back(
    sandbox: Sandbox, digests: dict[str, str], tmp_path: Path
) -> None:
    service = (
        sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).clusters["main"].services["shop"]
    )
    asked = ("roll", f"{NAME}:live", "--service", "main/shop", *HERE)
    refused = run(*asked, home=tmp_path)
    assert refused.returncode == 2
    planned = run(*asked, "--dry-run", home=tmp_path)
    assert "task definition" in planned.stdout
    assert run(*asked, "--yes", "--read-only", home=tmp_path).returncode == 3
    assert service.primary.digests == {"app": digests["old"]}
    done = run(*asked, "--yes", "--json", home=tmp_path)
    document = json.loads(done.stdout)
    assert "deployment completed" in done.stderr
    assert document["digest"] == digests["live"]
    assert document["changes"][0]["workload"] == "main/shop"
    assert service.primary.digests == {"app": digests["live"]}
    (entry,) = answer("journal", home=tmp_path)
    assert (entry["kind"], entry["ran"]) == ("service rolled", digests["old"])
    answer("journal", "undo", entry["id"], "--yes", *HERE, home=tmp_path)
    assert service.primary.digests == {"app": digests["old"]}
