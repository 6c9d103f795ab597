"""docs/coverage.md: every operation of both models is in it, and its command really calls it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

from ecrtui.cli import main
from ecrtui.headless.declared import BY_NAME
from ecrtui.sandbox.faults import Occasion
from ecrtui.sandbox.server import Sandbox
from scripts import coverage_page
from scripts.coverage_table import ECR, PUBLIC, Covered
from tests import worlds
from tests.sandbox.layers import one_file
from tests.workflows.setting_values import HUB, POLICY, RULE, VALUES
from tests.workflows.test_permissions import _layout

ACCOUNT, REGION, ELSEWHERE = worlds.ACCOUNT, worlds.REGION, worlds.OTHER_REGION
ROLE = f"arn:aws:iam::{ACCOUNT}:role/scanner"
ENDED, RUNNING = (f"{digit * 8}-0000-4000-8000-{digit * 12}" for digit in "12")
LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 900,
            },
            "action": {"type": "expire"},
        }
    ]
}
_VALUES = {name: pair for (_, name), pair in reversed(list(VALUES.items()))}
OLD = {**_VALUES["templates"][0][0], "prefix": "old"}


def one(value: Any, **changed: Any) -> str:
    """A rule as one types it behind its name."""
    return json.dumps({**value, **changed})


WORDS = {
    "REPO": "team/app",
    "IMAGE": "team/app:v1",
    "TAG": "v9",
    "TO": "team/copy:v1",
    "NEW": "team/new",
    "EMPTY": "team/empty",
    "REGION": ELSEWHERE,
    "ROLE": ROLE,
    "NAME": "Shop",
    "NEW_CACHE": "mirror={}",
    "CACHE": f"hub={one(HUB, credentialArn=HUB['credentialArn'] + '-2')}",
    "TEMPLATE": f"team={one(OLD)}",
    "OLD": f"old={one(OLD, description='new')}",
    "POLICY": json.dumps({**POLICY, "Version": "2008-10-17"}),
    "RULES": json.dumps({"rules": [RULE]}),
    "SCANNING": json.dumps(_VALUES["scanning"][1]),
    "SIGNING": json.dumps(_VALUES["signing"][1]),
    "CATALOG": json.dumps({"description": "A tool"}),
    "PUBLIC_REPO": "public.ecr.aws/mine/shown",
    "PUBLIC_IMAGE": "public.ecr.aws/mine/shown:v1",
    "PUBLIC_TO": "public.ecr.aws/mine/copy:v1",
    "PUBLIC_NEW": "public.ecr.aws/mine/new",
    "PUBLIC_EMPTY": "public.ecr.aws/mine/empty",
}
WORDS["NEW_CACHE"] = f"mirror={json.dumps({'upstreamRegistryUrl': 'quay.io'})}"
ROWS = [("ecr", row) for row in ECR] + [("ecr-public", row) for row in PUBLIC]
COMMANDS = sorted({row.command for _, row in ROWS})


@pytest.fixture
def home(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A world that has one of everything, and where ecrtui keeps its files."""
    monkeypatch.setenv("ECRTUI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    world, tags = sandbox.world, {"env": "prod"}
    app = worlds.add_repository(world, "team/app")
    image = worlds.add_image(app, tags={"v1"}, content=one_file("in a layer"))
    app.policy, app.tags, app.lifecycle_policy = json.dumps(POLICY), tags, json.dumps(LIFECYCLE)
    for name in ("team/copy", "team/empty"):
        worlds.add_repository(world, name)
    mine = world.public.open(ACCOUNT, "mine")
    for name in ("shown", "copy", "empty"):
        mine.create(name, world.clock.start)
    shown = mine.get("shown")
    worlds.add_image(shown, tags={"v1"})
    shown.policy, shown.tags = json.dumps(POLICY), dict(tags)
    _layout(tmp_path / "layout", image, app)
    settings = world.registry(ACCOUNT, REGION).settings
    settings.policy, settings.signing = json.dumps(POLICY), _VALUES["signing"][0]
    settings.exclusions[ROLE] = world.clock.start
    settings.templates["old"] = dict(OLD)
    settings.replication = [{"destinations": [{"region": ELSEWHERE, "registryId": ACCOUNT}]}]
    quay = {"ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io"}
    for rule, upstream in ((quay, "quay"), (HUB, "docker-hub")):
        settings.pull_through[rule["ecrRepositoryPrefix"]] = {**rule, "upstreamRegistry": upstream}
    for name, status in ((ENDED, "COMPLETE"), (RUNNING, "IN_PROGRESS")):
        settings.backfills[name] = {
            "replicationBackfillId": name,
            "destination": {"region": "a-b-1", "registryId": ACCOUNT},
            "status": status,
            "startedAt": world.clock.start,
        }
    text = json.dumps(LIFECYCLE).replace("900", "800")
    (tmp_path / "lifecycle.json").write_text(text)
    return tmp_path


@pytest.fixture
def called(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """What the sandbox is asked: service and operation, or `registry` and `METHOD path`."""
    seen: set[tuple[str, str]] = set()
    before: Callable[..., Any] = sandbox.faults.before

    def noted(occasion: Occasion, *rest: Any) -> Any:
        path = re.sub(r"/v2/.+/(blobs|manifests)/", r"/v2/NAME/\1/", occasion.path)
        path = re.sub(r"(uploads/).+", r"\1ID", re.sub(r"sha256:.*", "DIGEST", path))
        path = re.sub(r"(manifests/).+", r"\1TAG", path)
        operation = occasion.operation
        of_registry = occasion.service == "registry"
        seen.add((occasion.service, f"{operation} {path}" if of_registry else operation))
        return before(occasion, *rest)

    monkeypatch.setattr(sandbox.faults, "before", noted)
    return seen


def typed(command: str, home: Path) -> list[str]:
    """A command's words with what they stand for."""
    words = WORDS | {
        "FILE": f"oci:{home / 'layout'}:v1",
        "LIFECYCLE": str(home / "lifecycle.json"),
        "BACKFILL": ENDED,
        "RUNNING": RUNNING,
    }

    def replaced(word: str) -> str:
        for name in sorted(words, key=len, reverse=True):
            head, found, tail = word.partition(name)
            if found and head[-1:] in ("", ".", "=") and not tail:
                return head + words[name]
        return word

    return [replaced(word) for word in command.split()]


@pytest.mark.parametrize("command", COMMANDS)
def test_its_command_calls_it(
    command: str,
    home: Path,
    called: set[tuple[str, str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Its policy lets others pull, so that nobody knows who uses it.
    taken_in = ["--include", "v1"] if command == "delete IMAGE" else []
    code = main([*typed(command, home), *taken_in, "--yes"])
    said = capsys.readouterr()
    assert code == 0, said.err
    for service, row in ROWS:
        if row.command == command:
            wanted = ("registry", row.protocol) if row.protocol else (service, row.operation)
            assert wanted in called, sorted(called)


@pytest.mark.parametrize(("service", "rows"), [("ecr", ECR), ("ecr-public", PUBLIC)])
def test_every_operation_is_there_once(service: str, rows: tuple[Covered, ...]) -> None:
    model = Session().get_service_model(service)
    assert [row.operation for row in rows] == sorted(model.operation_names)


def test_the_commands_exist() -> None:
    assert {command.split()[0] for command in COMMANDS} <= set(BY_NAME)


def test_the_page_is_fresh() -> None:
    assert coverage_page.PAGE.read_text(encoding="utf-8") == coverage_page.page()
