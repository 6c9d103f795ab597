"""What a plan calls its ends, and itself."""

from __future__ import annotations

from ecrtui.model.places import Registry, RegistryKind
from ecrtui.model.plan import Plan


def test_an_end_says_which_registry_it_is_in() -> None:
    home = Registry("prod", "eu-west-1", "111122223333")
    plan = Plan(kind="copy", source="app:v1", target="app:v1", target_at=home.called, changes=True)
    assert plan.source_placed == "app:v1"
    assert plan.target_placed == "app:v1 (prod · 111122223333 · eu-west-1)"


def test_what_is_not_known_of_a_registry_is_left_out() -> None:
    assert Registry("", "eu-west-1").called == "default · eu-west-1"
    assert Registry("p", "us-east-1", kind=RegistryKind.PUBLIC).called == "p · ECR Public"


def test_a_deed_is_called_by_what_it_changes_or_takes() -> None:
    plan = Plan(kind="copy", source="a:v1", target="b:v1", changes=True)
    assert plan.deed == "copy b:v1"
    assert Plan(kind="pull", source="a:v1", target="host/a:v1").deed == "pull a:v1"
    assert Plan(kind="restore", source="", target="a:v1", changes=True).deed == "restore a:v1"
