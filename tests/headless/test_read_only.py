"""Every command with --read-only, by a sandbox that counts each call that is no reading.

What is refused changes something without it: so the words would have done so.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecrtui.headless.declared import BY_NAME
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import answer, ecrtui

APP = "team/app"
CHANGING: dict[str, str] = {
    "tag": f"tag {APP}:v2 stable",
    "copy": f"copy {APP}:v2 team/other:v2",
    "import": "import {export} team/other:v3",
    "archive": f"archive {APP}:v2",
    "restore": f"restore {APP}:v4",
    "delete": f"delete {APP}:v2",
    "delete --untag": f"delete {APP}:v2 --untag",
    "delete --repository": "delete team/other --repository",
    "prune": f"prune {APP} --tags v1",
    "lifecycle put": f"lifecycle put {APP} --policy {{policy}}",
    "lifecycle delete": f"lifecycle delete {APP}",
    "settings --set": f"settings {APP} --set mutability=IMMUTABLE",
    "settings --unset": f"settings {APP} --unset policy",
    "settings --create": "settings team/new --create",
    "settings --exclude-me": "settings --exclude-me",
    "findings --scan": f"findings {APP}:v2 --scan",
    "roll --service": f"roll {APP}:v2 --service main/web",
    "roll --function": f"roll {APP}:v2 --function job",
    "journal undo": "journal undo {undo}",
    "credentials rotate": "credentials rotate work",
}
"""What changes something; `{...}` is made before."""
LOOKING: tuple[str, ...] = (
    "regions",
    "repos",
    f"images {APP}",
    f"inspect {APP}:v2",
    f"layers {APP}:v2",
    f"files {APP}:v2",
    f"diff {APP}:v1 {APP}:v2",
    "search app",
    f"wait {APP}:v2",
    f"findings {APP}:v2",
    "findings --cve CVE-2026-1",
    f"usage {APP}:v2",
    f"history {APP}:v2",
    f"why {APP}:v2",
    f"lifecycle show {APP}",
    "lifecycle check --policy {policy}",
    f"lifecycle preview {APP} --policy {{policy}}",
    f"cost {APP}",
    f"pull {APP}:v2",
    f"run {APP}:v2",
    f"push local {APP}:v9",
    f"export {APP}:v2 {{folder}}/more.tar",
    "journal",
    f"settings {APP}",
    "settings --check-caches",
    "backfill",
    "backfill start us-east-1",
    "credentials list",
    "credentials test work",
    "login {host}",
    "doctor",
    "keys",
    "completion bash",
    "cache show",
)
"""What changes nothing, with --read-only at least: there is no engine here."""


def policy(count: int) -> dict[str, object]:
    """A lifecycle policy that keeps so many untagged images."""
    selection = {
        "tagStatus": "untagged",
        "countType": "imageCountMoreThan",
        "countNumber": count,
    }
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    return {"rules": [rule]}


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """A repository with what each command is about."""
    worlds.add_repository(sandbox.world, "team/other")
    repository = worlds.add_repository(sandbox.world, APP)
    for number in range(1, 5):
        status = "ARCHIVED" if number == 4 else "ACTIVE"
        content = str(number).encode()
        worlds.add_image(repository, tags={f"v{number}"}, content=content, status=status)
    three = repository.images.by_tag("v3")
    assert three is not None
    worlds.add_service(sandbox.world, worlds.uri(repository, "v3"), name="web")
    worlds.add_function(sandbox.world, worlds.uri(repository, "v3"), digest=three.digest)
    sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).pace = 0.05
    repository.lifecycle_policy = json.dumps(policy(5))
    repository.policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    return repository


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, without an engine and without docker's own configuration."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("ECRTUI_VAULT", "file")
    (tmp_path / "passphrase").write_text("four words nobody guesses\n")
    monkeypatch.setenv("ECRTUI_VAULT_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    return tmp_path / "home"


def words(text: str, sandbox: Sandbox, home: Path) -> list[str]:
    """The arguments, with what they speak of made."""
    folder = home.parent
    given = {"folder": str(folder)}
    if "{host}" in text:
        given["host"] = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    if "{policy}" in text:
        (folder / "policy.json").write_text(json.dumps(policy(9)))
        given["policy"] = str(folder / "policy.json")
    if "{export}" in text:
        given["export"] = str(folder / "image.tar")
        assert ecrtui("export", f"{APP}:v3", given["export"], home=home).returncode == 0
    if "{undo}" in text:
        (change,) = answer("tag", f"{APP}:v3", "moved", "--yes", home=home)["changes"]
        given["undo"] = change.get("id") or answer("journal", home=home)[0]["id"]
    if " work" in text:
        key = next(key for key in sandbox.world.keys.values() if key.account == worlds.ACCOUNT)
        add = ("credentials", "add", "work", "--access-key-id", key.id, "--region", worlds.REGION)
        assert ecrtui(*add, home=home, given=f"{key.secret}\n").returncode == 0
    return text.format(**given).split()


@pytest.mark.parametrize("name", CHANGING)
def test_what_changes_something_is_refused(
    name: str, sandbox: Sandbox, repository: Repository, home: Path
) -> None:
    asked = words(CHANGING[name], sandbox, home)
    before = sandbox.world.changes.all
    refused = ecrtui(*asked, "--yes", "--read-only", home=home)
    assert refused.returncode == 3, refused.stderr
    assert "read-only" in refused.stderr
    assert sandbox.world.changes.all == before
    done = ecrtui(*asked, "--yes", home=home)
    assert done.returncode == 0, done.stderr
    assert sandbox.world.changes.all != before


@pytest.mark.parametrize("text", LOOKING)
def test_what_looks_changes_nothing(
    text: str, sandbox: Sandbox, repository: Repository, home: Path
) -> None:
    asked = words(text, sandbox, home)
    done = ecrtui(*asked, "--yes", "--read-only", home=home)
    assert "Traceback" not in done.stderr
    assert sandbox.world.changes.all == {}


def test_every_command_is_tried() -> None:
    tried = {text.split()[0] for text in (*CHANGING.values(), *LOOKING)}
    assert BY_NAME.keys() - tried == {"sandbox"}  # it has an account of its own
