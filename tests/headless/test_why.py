"""`ecrtui why`: checks with an exit code, and what ECS said explained."""

from __future__ import annotations

from pathlib import Path

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import answer, ecrtui

EVENT = (
    "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve "
    'ref 111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1: failed to do request: Head "x": '
    "dial tcp 10.0.3.17:443: i/o timeout"
)


def test_what_should_be_pullable_ends_with_0(sandbox: Sandbox, tmp_path: Path) -> None:
    worlds.add_image(worlds.add_repository(sandbox.world, "team/app"), tags={"v1"})
    document = answer("why", "team/app:v1", home=tmp_path)
    assert document["mayBePulled"] is None  # the network is never known
    assert {check["state"] for check in document["checks"]} == {"passed", "unknown"}
    assert document["explained"] is None


def test_what_cannot_be_pulled_ends_with_1(sandbox: Sandbox, tmp_path: Path) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    for form in ("--plain", "--markdown", "--jsonl", "--json"):
        said = ecrtui("why", "team/app:v1", form, home=tmp_path)
        assert said.returncode == 1
        assert "failed" in said.stdout
        assert "it cannot be pulled: image" in said.stderr


def test_from_whom_it_is_pulled_is_judged(sandbox: Sandbox, tmp_path: Path) -> None:
    worlds.add_image(worlds.add_repository(sandbox.world, "team/app"), tags={"v1"})
    said = ecrtui("why", "team/app:v1", "--from", worlds.OTHER_ACCOUNT, "--plain", home=tmp_path)
    assert said.returncode == 1
    assert "it cannot be pulled: policy" in said.stderr
    assert ecrtui("why", "team/app:v1", "--from", "me", home=tmp_path).returncode == 2


def test_a_text_is_explained_without_asking_anybody(tmp_path: Path) -> None:
    for given, arguments in (("", ["--event", EVENT]), (EVENT, ["--event", "-"])):
        said = ecrtui("why", *arguments, "--plain", home=tmp_path, given=given)
        assert said.returncode == 0
        assert "the registry is not reached" in said.stdout
        assert "ecrtui why 111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1" in said.stderr
    document = answer("why", "--event", EVENT, home=tmp_path)
    assert document["explained"]["image"].endswith("/team/app:v1")
    assert document["mayBePulled"] is None
    assert ecrtui("why", "--event", "hello", home=tmp_path).returncode == 4
    assert ecrtui("why", home=tmp_path).returncode == 2


def test_hostile_texts_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    for text in worlds.HOSTILE:
        given = f"{text} not found"
        said = ecrtui("why", "--event", "-", "--plain", home=tmp_path, given=given)
        assert said.returncode == 0
        assert "\x1b" not in said.stdout + said.stderr
